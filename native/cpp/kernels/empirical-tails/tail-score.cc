#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/empirical-tails/empirical-tails.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 16384;
constexpr std::size_t kGuidesPerValue = 2;
constexpr std::size_t kFewest = 64;      // training rows below which a guide saves nothing
constexpr std::ptrdiff_t kScanUpTo = 8;  // values that are looked at one by one

// The place of the first of the ascending values that is not less than `value`.
double const* firstNotLess(double const* from, double const* to, double value) {
    if (to - from > kScanUpTo) return std::lower_bound(from, to, value);
    while (from < to && *from < value) from++;
    return from;
}

double const* firstGreater(double const* from, double const* to, double value) {
    if (to - from > kScanUpTo) return std::upper_bound(from, to, value);
    while (from < to && *from <= value) from++;
    return from;
}

// Where the values of equal parts of a column's range begin: a search looks at the values of one part. Parts are found
// with the same arithmetic for training values and others, which never falls, so that no value is looked for in a part
// after or before its own.
class Guide {
  public:
    Guide(double const* sorted, std::size_t count, bool worthIt) : sorted_(sorted), count_(count) {
        double const width = sorted[count - 1] - sorted[0];
        std::size_t const parts = count * kGuidesPerValue;
        scale_ = static_cast<double>(parts) / width;
        if (!worthIt || count < kFewest || !(width > 0) || !(scale_ > 0) || !(scale_ < 1e300)) return;
        starts_.resize(parts + 2);
        std::size_t part = 0;
        for (std::size_t i = 0; i < count; i++) {
            std::size_t const own = partOf(sorted[i]);
            while (part <= own) starts_[part++] = static_cast<std::uint32_t>(i);
        }
        while (part < starts_.size()) starts_[part++] = static_cast<std::uint32_t>(count);
    }

    double const* firstNotLess(double value) const {
        if (starts_.empty()) return std::lower_bound(sorted_, sorted_ + count_, value);
        if (value <= sorted_[0]) return sorted_;
        if (value > sorted_[count_ - 1]) return sorted_ + count_;
        std::size_t const part = partOf(value);
        return telltale::firstNotLess(sorted_ + starts_[part], sorted_ + starts_[part + 1], value);
    }

  private:
    // The greatest value may round to one part more than there are.
    std::size_t partOf(double value) const {
        return std::min(static_cast<std::size_t>((value - sorted_[0]) * scale_), starts_.size() - 2);
    }

    double const* sorted_;
    std::size_t count_;
    double scale_;
    std::vector<std::uint32_t> starts_;
};

struct Combination {
    bool mean;
    std::int32_t skew;

    double operator()(double left, double right) const {
        double const both = left + right;
        double const skewed = skew < 0 ? left : skew > 0 ? right : both;
        double const plain = mean ? both / 2 : left > right ? left : right;
        return skewed > plain ? skewed : plain;
    }
};

void scoreColumn(TailScore const& work, Guide const& guide, std::size_t j, std::size_t from, std::size_t to) {
    double const* const column = work.sorted + j * work.trained;
    double const* const end = column + work.trained;
    Combination const combine = {work.mean, work.skew[j]};
    for (std::size_t i = from; i < to; i++) {
        double const value = work.x[i * work.cols + j];
        double const* const first = guide.firstNotLess(value);
        double const* after = first;
        if (first < end && *first == value) {
            after = first + 1;
            if (after < end && *after == value) after = firstGreater(after, end, value);
        }
        auto const below = static_cast<std::size_t>(first - column);
        auto const notAbove = static_cast<std::size_t>(after - column);
        double const part = combine(work.surprise[notAbove], work.surprise[work.trained - below]);
        work.scores[i] += part;
        if (work.contributions != nullptr) work.contributions[i * work.cols + j] = part;
    }
}

}  // namespace

void tailScore(int threads, TailScore const& work) {
    // A guide takes as long as scoring some rows; for a few it is not made.
    bool const worthIt = work.rows >= work.trained / 4;
    std::vector<Guide> guides;
    for (std::size_t j = 0; j < work.cols; j++) {
        guides.emplace_back(work.sorted + j * work.trained, work.trained, worthIt);
    }
    std::fill(work.scores, work.scores + work.rows, 0.0);
    parallelFor(work.rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t j = 0; j < work.cols; j++) scoreColumn(work, guides[j], j, begin, end);
    });
}

}  // namespace telltale
