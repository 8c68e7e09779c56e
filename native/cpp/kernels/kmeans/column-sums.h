// Sums of rows that do not depend on their order: the mirror of
// packages/core/src/kernels/reference/kmeans/column-sums.ts. Every value is cut into two multiples of units so coarse
// that sums of as many parts as there are rows are exact. So rows can be taken off again, and a sum that is kept up to
// date has the bits of one made anew.
//
// Demmel and Nguyen (2015), https://doi.org/10.1109/TC.2014.2345391
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "math/elementary.h"

namespace telltale {

// Of each column 1.5 * 2^52 units: what rounds a value to a multiple of the unit when it is added and taken off again.
struct ColumnUnits {
    std::vector<double> coarse, fine;
};

// Sums of the parts, `cols` of each a centroid.
struct ColumnSums {
    std::vector<double> coarse, fine, counts;

    ColumnSums(std::size_t k, std::size_t cols) : coarse(k * cols), fine(k * cols), counts(k) {}

    void add(ColumnSums const& other) {
        for (std::size_t at = 0; at < coarse.size(); at++) {
            coarse[at] += other.coarse[at];
            fine[at] += other.fine[at];
        }
        for (std::size_t c = 0; c < counts.size(); c++) counts[c] += other.counts[c];
    }
};

// greatest: the greatest magnitude in each column.
inline ColumnUnits columnUnits(std::vector<double> const& greatest, std::size_t rows) {
    // 1.5 * 2^(52 + e); infinite beyond the range of doubles.
    auto const rounderOf = [](int e) {
        int const biased = 52 + e + 1023;
        return biased > 2046 ? std::numeric_limits<double>::infinity()
                             : doubleFromBits((static_cast<std::uint64_t>(biased) << 52) | 0x0008000000000000ULL);
    };
    int rowBits = 0;
    while (rowBits < 32 && (std::uint64_t{1} << rowBits) < rows) rowBits++;
    rowBits = std::max(2, rowBits);
    ColumnUnits units;
    for (double const v : greatest) {
        int const exponent = std::max(-1022, static_cast<int>((bitsOfDouble(v) >> 52) & 0x7ff) - 1022);
        int const unit = std::max(-1074, exponent + rowBits - 52);
        units.coarse.push_back(rounderOf(unit));
        units.fine.push_back(rounderOf(std::max(-1074, unit + rowBits - 53)));
    }
    return units;
}

// The mean of `count` values, rounded nearly once.
inline double meanOf(double coarse, double fine, double count) {
    double const sum = coarse + fine;
    double const rest = fine - (sum - coarse);
    double const mean = sum / count;
    double const wide = mean * 134217729;
    double const high = wide - (wide - mean);
    double const left = sum - count * high - count * (mean - high) + rest;
    return mean + left / count;
}

}  // namespace telltale
