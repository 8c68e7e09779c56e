// How far the values of a node's rows lie apart. Missing values are passed over.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/isolation-forest/largest-gain.h"

namespace telltale {

// Smallest and largest value; low is not below high when there are no two.
inline Range rangeOf(double const* values, std::size_t count) {
    constexpr std::size_t kLanes = 4;
    double low[kLanes], high[kLanes];
    for (std::size_t lane = 0; lane < kLanes; lane++) {
        low[lane] = std::numeric_limits<double>::infinity();
        high[lane] = -std::numeric_limits<double>::infinity();
    }
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; lane++) {
            double const v = values[i + lane];
            low[lane] = v < low[lane] ? v : low[lane];
            high[lane] = v > high[lane] ? v : high[lane];
        }
    }
    for (; i < count; i++) {
        low[0] = values[i] < low[0] ? values[i] : low[0];
        high[0] = values[i] > high[0] ? values[i] : high[0];
    }
    Range range{low[0], high[0]};
    for (std::size_t lane = 1; lane < kLanes; lane++) {
        range.low = low[lane] < range.low ? low[lane] : range.low;
        range.high = high[lane] > range.high ? high[lane] : range.high;
    }
    if (range.low == 0) {
        // 0 and −0 are equal: the reference keeps the one that comes first, and it may be the threshold.
        for (i = 0; i < count; i++) {
            if (values[i] == 0) {
                range.low = values[i];
                break;
            }
        }
    }
    return range;
}

// Standard deviation of values of which `range` has the least and the largest.
inline double deviationOf(double const* values, std::size_t count, Range range) {
    double const low = finiteOf(range.low) / 2;
    double const half = finiteOf(range.high) / 2 - low;
    if (!(half > 0)) return 1;
    std::size_t present = 0;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < count; i++) {
        if (!(values[i] == values[i])) continue;
        double const unit = (finiteOf(values[i]) / 2 - low) / half;
        present++;
        sum += unit;
        squares += unit * unit;
    }
    double const n = static_cast<double>(present);
    return 2 * half * (std::sqrt(n * squares - sum * sum) / n);
}

}  // namespace telltale
