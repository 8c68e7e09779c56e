#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/distance/row-distances.h"
#include "kernels/kmeans/centroid-selection.h"
#include "kernels/kmeans/column-sums.h"
#include "kernels/kmeans/kmeans.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

class Lloyd {
  public:
    Lloyd(Isa isa, int threads, KmeansFit const& fit)
        : fit_(fit),
          distances_(rowDistances(isa)),
          selection_(centroidSelection(isa)),
          threads_(threads),
          block_rows_(kmeansBlockRows(fit.rows)),
          blocks_((fit.rows + block_rows_ - 1) / block_rows_),
          offset_(centroidMedian(fit.centroids, fit.k, fit.cols)),
          sums_(fit.k, fit.cols),
          moved_(fit.k * fit.cols) {
        std::size_t const panels = (fit.rows + selection_.panelRows - 1) / selection_.panelRows;
        panels_.reset(new float[panels * selection_.panelRows * (fit.cols + 1)]);
        slack_.resize(panels * selection_.panelRows);
        std::vector<double> greatest(fit.cols);
        std::mutex mutex;
        forBlocks([&](std::size_t from, std::size_t to) {
            std::vector<double> magnitude(fit.cols);
            for (std::size_t at = from; at < to; at += block_rows_) {
                std::size_t const count = std::min(block_rows_, to - at);
                selection_.greatest(fit.x + at * fit.cols, count, fit.cols, magnitude.data());
                selection_.pack(fit.x + at * fit.cols, count, fit.cols, offset_.data(),
                                panels_.get() + at * (fit.cols + 1));
            }
            std::lock_guard<std::mutex> const lock(mutex);
            for (std::size_t j = 0; j < fit.cols; j++) greatest[j] = std::max(greatest[j], magnitude[j]);
        });
        units_ = columnUnits(greatest, fit.rows);
    }

    void run() {
        double* const status = fit_.status;
        for (double round = 0; round < fit_.round_iterations && status[kKmeansPhase] == kKmeansRunning; round++) {
            bool const changed = assign(true);
            means();
            double const shift = squaredMove();
            bool const still = std::memcmp(moved_.data(), fit_.centroids, moved_.size() * sizeof(double)) == 0;
            useSlack();
            std::copy(moved_.begin(), moved_.end(), fit_.centroids);
            status[kKmeansIterations] += 1;
            status[kKmeansShift] = shift;
            bool const settled = !changed || shift <= fit_.tolerance;
            if (!settled && status[kKmeansIterations] < fit_.max_iterations) continue;
            status[kKmeansPhase] = settled ? kKmeansConverged : kKmeansStopped;
            if (!still) assign(false);
            status[kKmeansInertia] = inertia();
        }
    }

  private:
    // Calls body(from, to) for ranges of rows that are whole blocks: one for each thread, a few when there are several.
    template <typename Body>
    void forBlocks(Body const& body) {
        std::size_t const ranges = threads_ > 1 ? static_cast<std::size_t>(threads_) * 4 : 1;
        std::size_t const grain = (blocks_ + ranges - 1) / ranges;
        parallelFor(blocks_, grain, threads_, [&](std::size_t begin, std::size_t end) {
            body(begin * block_rows_, std::min(fit_.rows, end * block_rows_));
        });
    }

    // Gives every row its nearest centroid, and lets the sums follow; whether any label is another than before.
    bool assign(bool summed) {
        fillCentroidTable(table_, fit_.centroids, fit_.k, fit_.cols, offset_.data(), selection_.group);
        bool const bounded = table_.usable && wait_ <= 0;
        if (!bounded) known_ = false;
        AssignmentCount total = {0, 0};
        std::mutex mutex;
        forBlocks([&](std::size_t from, std::size_t to) {
            bool const alone = threads_ <= 1;
            ColumnSums own(alone ? 0 : fit_.k, fit_.cols);
            ColumnSums& into = alone ? sums_ : own;
            FollowedSums const followed{units_.coarse.data(), units_.fine.data(), into.coarse.data(),
                                        into.fine.data(),     into.counts.data(), fresh_};
            std::vector<float> gathered(known_ ? selection_.gatherLanes * (fit_.cols + 1) : 0);
            RowBounds const bounds{slack_.data() + from, known_ ? use_.data() : nullptr, gathered.data()};
            AssignmentCount const count = selection_.assign(
                {&table_, fit_.centroids, panels_.get() + from * (fit_.cols + 1), fit_.x + from * fit_.cols, to - from,
                 fit_.labels + from, summed ? &followed : nullptr, bounded ? &bounds : nullptr});
            std::lock_guard<std::mutex> const lock(mutex);
            total.changed += count.changed;
            total.looked += count.looked;
            if (!alone && summed) sums_.add(own);
        });
        if (summed) fresh_ = false;
        planBounds(total, bounded);
        return total.changed > 0;
    }

    // Bounds cost a tenth of a pass and gain when most rows stay: they are tried when few labels change, and left for
    // ever longer when they do not help.
    void planBounds(AssignmentCount const& count, bool bounded) {
        constexpr double kFewChanges = 0.1, kHelps = 0.8;
        auto const rows = static_cast<double>(fit_.rows);
        if (!bounded) {
            wait_ = static_cast<double>(count.changed) < kFewChanges * rows ? wait_ - 1 : std::max(wait_, 1);
        } else if (known_ && static_cast<double>(count.looked) > kHelps * rows) {
            pause_ = std::min(2 * pause_, 64);
            wait_ = pause_;
        }
        known_ = bounded;
    }

    // What the moves of the centroids take off the slack of their rows: a row's own centroid may have gone away from
    // it, any other one come nearer.
    void useSlack() {
        std::size_t const k = fit_.k;
        std::vector<double> move(k);
        for (std::size_t c = 0; c < k; c++) {
            distances_.toPoint(moved_.data() + c * fit_.cols, 1, fit_.cols, fit_.centroids + c * fit_.cols, &move[c]);
            move[c] = std::sqrt(move[c]);
        }
        std::size_t far = 0;
        for (std::size_t c = 1; c < k; c++) far = move[c] > move[far] ? c : far;
        double second = 0;
        for (std::size_t c = 0; c < k; c++) second = c != far ? std::max(second, move[c]) : second;
        use_.resize(k);
        for (std::size_t c = 0; c < k; c++) {
            use_[c] = static_cast<float>((move[c] + (c == far ? second : move[far])) * 1.0002 + 1e-37);
        }
    }

    // Where the centroids go.
    void means() {
        std::size_t const k = fit_.k, cols = fit_.cols;
        bool const empty = std::find(sums_.counts.begin(), sums_.counts.end(), 0.0) != sums_.counts.end();
        ColumnSums without(empty ? k : 0, cols);
        if (empty) without = sums_;
        ColumnSums& sums = empty ? without : sums_;
        std::vector<std::size_t> const row = empty ? farthestRows(sums) : std::vector<std::size_t>(k, fit_.rows);
        for (std::size_t c = 0; c < k; c++) {
            for (std::size_t at = c * cols; at < (c + 1) * cols; at++) {
                if (row[c] < fit_.rows) {
                    moved_[at] = fit_.x[row[c] * cols + at - c * cols];
                } else {
                    moved_[at] = sums.counts[c] > 0 ? meanOf(sums.coarse[at], sums.fine[at], sums.counts[c])
                                                    : fit_.centroids[at];
                }
            }
        }
    }

    // For each centroid without rows one of those farthest from their own centroids, taken out of its sum; else `rows`.
    std::vector<std::size_t> farthestRows(ColumnSums& sums) {
        std::size_t const cols = fit_.cols;
        std::vector<std::size_t> row(fit_.k, fit_.rows);
        std::vector<double> const counts = sums.counts;
        std::vector<double> distances(fit_.rows);
        distances_.toOwn(fit_.x, fit_.rows, cols, fit_.centroids, fit_.labels, distances.data());
        for (std::size_t c = 0; c < fit_.k; c++) {
            if (counts[c] > 0) continue;
            std::size_t far = 0;
            for (std::size_t i = 1; i < fit_.rows; i++) far = distances[i] > distances[far] ? i : far;
            if (!(distances[far] > 0)) break;
            distances[far] = 0;
            auto const from = static_cast<std::size_t>(fit_.labels[far]);
            for (std::size_t j = 0; j < cols; j++) {
                double const v = fit_.x[far * cols + j];
                double const high = (v + units_.coarse[j]) - units_.coarse[j];
                sums.coarse[from * cols + j] -= high;
                sums.fine[from * cols + j] -= ((v - high) + units_.fine[j]) - units_.fine[j];
            }
            sums.counts[from] -= 1;
            row[c] = far;
        }
        return row;
    }

    // The sum of the squared distances that the centroids move.
    double squaredMove() {
        double total = 0;
        distances_.toPoint(moved_.data(), 1, moved_.size(), fit_.centroids, &total);
        return total;
    }

    double inertia() {
        std::vector<double> sums(blocks_);
        parallelFor(blocks_, 1, threads_, [&](std::size_t begin, std::size_t end) {
            std::vector<double> found(block_rows_);
            for (std::size_t b = begin; b < end; b++) {
                std::size_t const from = b * block_rows_, count = std::min(block_rows_, fit_.rows - from);
                distances_.toOwn(fit_.x + from * fit_.cols, count, fit_.cols, fit_.centroids, fit_.labels + from,
                                 found.data());
                sums[b] = distances_.sum(found.data(), count);
            }
        });
        double total = 0;
        for (double const sum : sums) total += sum;
        return total;
    }

    KmeansFit const& fit_;
    RowDistances const& distances_;
    CentroidSelection const& selection_;
    int threads_;
    std::size_t block_rows_, blocks_;
    std::vector<double> offset_;
    std::unique_ptr<float[]> panels_;
    CentroidTable table_;
    ColumnUnits units_;
    ColumnSums sums_;  // of the rows with the labels that they have
    bool fresh_ = true;
    std::vector<float> slack_, use_;
    bool known_ = false;  // the slack is that of the last labels
    int wait_ = 1, pause_ = 1;
    std::vector<double> moved_;
};

}  // namespace

void kmeansFit(Isa isa, int threads, KmeansFit const& fit) {
    if (fit.rows == 0 || fit.status[kKmeansPhase] != kKmeansRunning) return;
    Lloyd(isa, threads, fit).run();
}

}  // namespace telltale
