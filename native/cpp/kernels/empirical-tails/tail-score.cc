#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/empirical-tails/empirical-tails.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 16384;
constexpr std::size_t kBlock = 128;  // values looked up together, so that one need not wait for another's memory
constexpr std::size_t kGuidesPerValue = 2;
constexpr std::size_t kFewest = 64;  // training rows below which a guide saves nothing
constexpr std::size_t kScan = 8;     // values that are looked at without a branch

// How many of the training values are less than a value, and how many are not greater.
struct Rank {
    std::uint32_t below, notAbove;
};

// Where the values of equal parts of a column's range begin: a search looks at the values of one part. Parts are found
// with the same arithmetic for training values and others, which never falls, so that no value is looked for in a part
// after or before its own.
class Guide {
  public:
    Guide(double const* sorted, std::size_t count, bool worthIt) : sorted_(sorted), count_(count) {
        double const width = sorted[count - 1] - sorted[0];
        std::size_t const parts = count * kGuidesPerValue;
        scale_ = static_cast<double>(parts) / width;
        last_ = static_cast<double>(parts);
        if (!worthIt || count < kFewest || !(width > 0) || !(scale_ > 0) || !(scale_ < 1e300)) return;
        starts_.resize(parts + 2);
        std::size_t part = 0;
        for (std::size_t i = 0; i < count; i++) {
            std::size_t const own = partOf(sorted[i]);
            while (part <= own) starts_[part++] = static_cast<std::uint32_t>(i);
        }
        while (part < starts_.size()) starts_[part++] = static_cast<std::uint32_t>(count);
    }

    // The ranks of up to kBlock values.
    void rank(double const* values, std::size_t count, Rank* ranks) const {
        if (starts_.empty()) {
            for (std::size_t i = 0; i < count; i++) ranks[i] = search(values[i], 0);
            return;
        }
        std::uint32_t from[kBlock];
        for (std::size_t i = 0; i < count; i++) {
            // Eight values from there on; less than eight are left only at the end.
            std::uint32_t const start = starts_[partOf(values[i])];
            from[i] = std::min(start, static_cast<std::uint32_t>(count_ - kScan));
            __builtin_prefetch(sorted_ + from[i]);
            __builtin_prefetch(sorted_ + from[i] + kScan - 1);
        }
        for (std::size_t i = 0; i < count; i++) {
            double const* const near = sorted_ + from[i];
            std::uint32_t below = 0, notAbove = 0;
            for (std::size_t k = 0; k < kScan; k++) {
                below += near[k] < values[i] ? 1 : 0;
                notAbove += near[k] <= values[i] ? 1 : 0;
            }
            ranks[i] = {from[i] + below, from[i] + notAbove};
            if (notAbove == kScan) ranks[i] = search(values[i], from[i]);
        }
    }

  private:
    // A value below all others is in the first part, one above them, and the greatest itself, in the last.
    std::size_t partOf(double value) const {
        double const t = (value - sorted_[0]) * scale_;
        double const clamped = t < 0 ? 0 : t < last_ ? t : last_;
        return static_cast<std::size_t>(static_cast<std::int64_t>(clamped));
    }

    // Among the values from `from` on, before which all are less.
    Rank search(double value, std::size_t from) const {
        double const* const end = sorted_ + count_;
        double const* const first = std::lower_bound(sorted_ + from, end, value);
        double const* const after = std::upper_bound(first, end, value);
        return {static_cast<std::uint32_t>(first - sorted_), static_cast<std::uint32_t>(after - sorted_)};
    }

    double const* sorted_;
    std::size_t count_;
    double scale_, last_;
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
    Combination const combine = {work.mean, work.skew[j]};
    double values[kBlock];
    Rank ranks[kBlock];
    for (std::size_t row = from; row < to; row += kBlock) {
        std::size_t const count = std::min(kBlock, to - row);
        for (std::size_t i = 0; i < count; i++) values[i] = work.x[(row + i) * work.cols + j];
        guide.rank(values, count, ranks);
        for (std::size_t i = 0; i < count; i++) {
            double const left = work.surprise[ranks[i].notAbove];
            double const right = work.surprise[work.trained - ranks[i].below];
            double const part = combine(left, right);
            work.scores[row + i] += part;
            if (work.contributions != nullptr) work.contributions[(row + i) * work.cols + j] = part;
        }
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
