// The kernels under HBOS. The specification is packages/core/src/kernels/histograms.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count: a bin is found by a
// difference and a product, each rounded, and a score sums its columns in their order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

constexpr std::int64_t kMostBins = std::int64_t{1} << 30;  // of all columns together: places are 32-bit

// Histograms with bins of equal width, those of one column after those of the one before.
struct Histograms {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    double const* low;         // one a column
    double const* scale;       // bins per unit
    std::int32_t const* bins;  // >= 1
    std::size_t total;         // bins of all columns, at most kMostBins
};

struct HistogramLevels {
    double const* lowest;  // one a column: outside lowest ... highest a value counts as `rarest`
    double const* highest;
    double const* rarest;
    double const* levels;  // one a bin
};

// Adds to the counts, one a bin, how many values of its column fall into it.
void histogramCount(Isa isa, int threads, Histograms const& work, std::int32_t* counts);
// One score a row, and where `contributions` is not null its parts, rows x cols.
void histogramScore(Isa isa, int threads, Histograms const& work, HistogramLevels const& levels, double* scores,
                    double* contributions);

}  // namespace telltale
