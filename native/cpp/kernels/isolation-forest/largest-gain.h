// Where a split of isolation trees gains most, and points between two values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace telltale {

struct Range {
    double low, high;
};

// Infinite values count as the largest double.
inline double finiteOf(double value) {
    double constexpr kMax = std::numeric_limits<double>::max();
    return value > kMax ? kMax : value < -kMax ? -kMax : value;
}

// A point in [low, high), drawn so that nothing overflows; `low` when rounding leaves the interval.
inline double pointBetween(double u, Range range) {
    double const point = (1 - u) * finiteOf(range.low) + u * finiteOf(range.high);
    return point >= range.low && point < range.high ? point : range.low;
}

struct GainSplit {
    double gain;  // 1 when nothing of the spread is left
    double threshold;
};

// Looks for thresholds of largest gain among up to `most` values at a time; it keeps the room for that. The
// specification is packages/core/src/kernels/reference/isolation-forest/gain.ts.
class GainSearch {
  public:
    explicit GainSearch(std::size_t most)
        : sorted_(most), unit_(most), sums_(most), squares_(most), bucket_(most), ends_(most + 1) {}

    // The threshold, half-way between two neighbouring values, of largest gain; of equal ones that furthest left.
    // Missing values are passed over; range: the least and the largest, not the same.
    GainSplit largest(double const* values, std::size_t count, Range range, bool averaged);

  private:
    std::size_t sort(double const* values, std::size_t count, double low, double width);
    template <bool kAveraged>
    GainSplit search(std::size_t count);

    std::vector<double> sorted_, unit_, sums_, squares_;
    std::vector<std::int32_t> bucket_, ends_;
};

}  // namespace telltale
