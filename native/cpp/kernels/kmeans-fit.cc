#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/centroid-selection.h"
#include "kernels/kmeans.h"
#include "kernels/row-distances.h"
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
          sums_(blocks_ * fit.k * fit.cols),
          counts_(blocks_ * fit.k),
          changed_(blocks_),
          moved_(fit.k * fit.cols) {
        std::size_t const panels = (fit.rows + selection_.panelRows - 1) / selection_.panelRows;
        panels_.reset(new float[panels * selection_.panelRows * (fit.cols + 1)]);
        parallelFor(blocks_, 1, threads_, [&](std::size_t begin, std::size_t end) {
            std::size_t const from = begin * block_rows_;
            selection_.pack(fit.x + from * fit.cols, std::min(fit.rows, end * block_rows_) - from, fit.cols,
                            offset_.data(), panels_.get() + from * (fit.cols + 1));
        });
    }

    void run() {
        double* const status = fit_.status;
        for (double round = 0; round < fit_.round_iterations && status[kKmeansPhase] == kKmeansRunning; round++) {
            bool const changed = assign(true);
            means();
            double const shift = squaredMove();
            bool const still = std::memcmp(moved_.data(), fit_.centroids, moved_.size() * sizeof(double)) == 0;
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
    // Gives every row its nearest centroid, and sums the rows of each block; whether any label is another than before.
    bool assign(bool summed) {
        fillCentroidTable(table_, fit_.centroids, fit_.k, fit_.cols, offset_.data(), selection_.group);
        std::size_t const width = fit_.k * fit_.cols;
        parallelFor(blocks_, 1, threads_, [&](std::size_t begin, std::size_t end) {
            for (std::size_t b = begin; b < end; b++) {
                std::size_t const from = b * block_rows_;
                double* const sums = summed ? sums_.data() + b * width : nullptr;
                double* const counts = summed ? counts_.data() + b * fit_.k : nullptr;
                if (summed) {
                    std::fill(sums, sums + width, 0.0);
                    std::fill(counts, counts + fit_.k, 0.0);
                }
                CentroidAssignment const assignment{&table_,
                                                    fit_.centroids,
                                                    panels_.get() + from * (fit_.cols + 1),
                                                    fit_.x + from * fit_.cols,
                                                    std::min(block_rows_, fit_.rows - from),
                                                    fit_.labels + from,
                                                    nullptr,
                                                    nullptr,
                                                    sums,
                                                    counts};
                changed_[b] = selection_.assign(assignment).changed;
            }
        });
        return std::any_of(changed_.begin(), changed_.end(), [](std::size_t count) { return count > 0; });
    }

    // Where the centroids go.
    void means() {
        std::size_t const k = fit_.k, cols = fit_.cols, width = k * cols;
        for (std::size_t b = 1; b < blocks_; b++) {
            for (std::size_t at = 0; at < width; at++) sums_[at] += sums_[b * width + at];
            for (std::size_t c = 0; c < k; c++) counts_[c] += counts_[b * k + c];
        }
        std::vector<std::size_t> const row = farthestRows();
        for (std::size_t c = 0; c < k; c++) {
            for (std::size_t at = c * cols; at < (c + 1) * cols; at++) {
                if (row[c] < fit_.rows) {
                    moved_[at] = fit_.x[row[c] * cols + at - c * cols];
                } else {
                    moved_[at] = counts_[c] > 0 ? fit_.centroids[at] + sums_[at] / counts_[c] : fit_.centroids[at];
                }
            }
        }
    }

    // For each centroid without rows one of those farthest from their own centroids, taken out of its sum; else `rows`.
    std::vector<std::size_t> farthestRows() {
        std::vector<std::size_t> row(fit_.k, fit_.rows);
        std::vector<double> const counts(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(fit_.k));
        if (std::find(counts.begin(), counts.end(), 0.0) == counts.end()) return row;
        std::vector<double> distances(fit_.rows);
        distances_.toOwn(fit_.x, fit_.rows, fit_.cols, fit_.centroids, fit_.labels, distances.data());
        for (std::size_t c = 0; c < fit_.k; c++) {
            if (counts[c] > 0) continue;
            std::size_t far = 0;
            for (std::size_t i = 1; i < fit_.rows; i++) far = distances[i] > distances[far] ? i : far;
            if (!(distances[far] > 0)) break;
            distances[far] = 0;
            auto const from = static_cast<std::size_t>(fit_.labels[far]);
            for (std::size_t j = 0; j < fit_.cols; j++) {
                sums_[from * fit_.cols + j] -= fit_.x[far * fit_.cols + j] - fit_.centroids[from * fit_.cols + j];
            }
            counts_[from] -= 1;
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
    std::vector<double> sums_, counts_;  // of each block
    std::vector<std::size_t> changed_;
    std::vector<double> moved_;
};

}  // namespace

void kmeansFit(Isa isa, int threads, KmeansFit const& fit) {
    if (fit.rows == 0 || fit.status[kKmeansPhase] != kKmeansRunning) return;
    Lloyd(isa, threads, fit).run();
}

}  // namespace telltale
