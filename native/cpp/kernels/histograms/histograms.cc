#include "kernels/histograms/histograms.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 4096;  // a multiple of every number of lanes

// What belongs to the column of each value of as many rows as there are lanes.
struct HistogramLanes {
    std::size_t cols;
    double const* low;
    double const* scale;
    double const* bins;
    std::int32_t const* first;  // the place of bin 0
    double const* lowest;       // only for scores
    double const* highest;
};

struct HistogramRows {
    std::size_t lanes;
    void (*count)(HistogramLanes const& lanes, double const* x, std::size_t rows, std::int32_t* places,
                  std::int32_t* counts);
    void (*score)(HistogramLanes const& lanes, double const* x, std::size_t rows, std::int32_t* places,
                  double const* levels, double* scores, double* contributions);
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/histograms/histograms-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

HistogramRows const& rowsFor(Isa isa) {
    static constexpr HistogramRows const* kVariants[] = TT_VARIANTS(kHistogramRows);
    return *pick(kVariants, isa);
}

// The memory behind HistogramLanes.
class LaneTables {
  public:
    // With `extra` places after the bins of each column.
    LaneTables(Histograms const& work, std::size_t lanes, std::int32_t extra)
        : cols_(work.cols), values_(work.cols * lanes), low_(repeat(work.low)), scale_(repeat(work.scale)) {
        bins_.resize(values_);
        first_.resize(values_);
        std::int32_t next = 0;
        for (std::size_t j = 0; j < cols_; j++) {
            for (std::size_t p = j; p < values_; p += cols_) {
                bins_[p] = work.bins[j];
                first_[p] = next;
            }
            next += work.bins[j] + extra;
        }
    }

    void limit(double const* lowest, double const* highest) {
        lowest_ = repeat(lowest);
        highest_ = repeat(highest);
    }

    HistogramLanes lanes() const {
        return {cols_, low_.data(), scale_.data(), bins_.data(), first_.data(), lowest_.data(), highest_.data()};
    }

  private:
    std::vector<double> repeat(double const* columns) const {
        std::vector<double> repeated(values_);
        for (std::size_t p = 0; p < values_; p++) repeated[p] = columns[p % cols_];
        return repeated;
    }

    std::size_t cols_, values_;
    std::vector<double> low_, scale_, bins_, lowest_, highest_;
    std::vector<std::int32_t> first_;
};

std::size_t rowsPerThread(std::size_t rows, int threads) {
    auto const workers = static_cast<std::size_t>(std::max(threads, 1));
    std::size_t const ranges = (rows + kRowsPerRange - 1) / kRowsPerRange;
    return std::max<std::size_t>(1, (ranges + workers - 1) / workers) * kRowsPerRange;
}

// The levels of each column and then what a value outside counts as.
std::vector<double> joinLevels(Histograms const& work, HistogramLevels const& levels) {
    std::vector<double> joined;
    joined.reserve(work.total + work.cols);
    double const* next = levels.levels;
    for (std::size_t j = 0; j < work.cols; j++) {
        joined.insert(joined.end(), next, next + work.bins[j]);
        joined.push_back(levels.rarest[j]);
        next += work.bins[j];
    }
    return joined;
}

}  // namespace

void histogramCount(Isa isa, int threads, Histograms const& work, std::int32_t* counts) {
    HistogramRows const& rows = rowsFor(isa);
    LaneTables const tables(work, rows.lanes, 0);
    HistogramLanes const lanes = tables.lanes();
    std::mutex adding;
    parallelFor(work.rows, rowsPerThread(work.rows, threads), threads, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int32_t> places(work.cols * rows.lanes);
        std::vector<std::int32_t> own(work.total);
        std::size_t const whole = (end - begin) / rows.lanes * rows.lanes;
        rows.count(lanes, work.x + begin * work.cols, whole, places.data(), own.data());
        if (begin + whole < end) {
            // The rows that are left, and others that count for nothing.
            std::vector<double> last(work.cols * rows.lanes);
            std::copy(work.x + (begin + whole) * work.cols, work.x + end * work.cols, last.begin());
            std::vector<std::int32_t> aside(work.total);
            rows.count(lanes, last.data(), rows.lanes, places.data(), aside.data());
            for (std::size_t p = 0; p < (end - begin - whole) * work.cols; p++) own[places[p]]++;
        }
        std::lock_guard<std::mutex> const lock(adding);
        for (std::size_t b = 0; b < work.total; b++) counts[b] += own[b];
    });
}

void histogramScore(Isa isa, int threads, Histograms const& work, HistogramLevels const& levels, double* scores,
                    double* contributions) {
    HistogramRows const& rows = rowsFor(isa);
    LaneTables tables(work, rows.lanes, 1);
    tables.limit(levels.lowest, levels.highest);
    HistogramLanes const lanes = tables.lanes();
    std::vector<double> const joined = joinLevels(work, levels);
    parallelFor(work.rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int32_t> places(work.cols * rows.lanes);
        std::size_t const whole = (end - begin) / rows.lanes * rows.lanes;
        std::size_t const left = end - begin - whole;
        auto const parts = [&](std::size_t row) {
            return contributions == nullptr ? nullptr : contributions + row * work.cols;
        };
        rows.score(lanes, work.x + begin * work.cols, whole, places.data(), joined.data(), scores + begin,
                   parts(begin));
        if (left == 0) return;
        std::vector<double> last(work.cols * rows.lanes), lastParts(work.cols * rows.lanes), sums(rows.lanes);
        std::copy(work.x + (begin + whole) * work.cols, work.x + end * work.cols, last.begin());
        rows.score(lanes, last.data(), rows.lanes, places.data(), joined.data(), sums.data(), lastParts.data());
        std::copy_n(sums.begin(), left, scores + begin + whole);
        if (contributions != nullptr) std::copy_n(lastParts.begin(), left * work.cols, parts(begin + whole));
    });
}

}  // namespace telltale
