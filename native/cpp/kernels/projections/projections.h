// The kernels under LODA. The specification is packages/core/src/kernels/projections.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count: products and sums are
// rounded one by one, in the order of a cut's features and of the cuts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

// Sparse projections of rows: cut c looks at the features from c perCut on.
struct Projections {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    std::size_t cuts, perCut;
    std::int32_t const* features;  // cuts x perCut, 0 ... cols - 1
    double const* weights;
    std::size_t from, to;  // the cuts to do
};

struct ProjectionBins {
    std::size_t bins;
    double const* low;    // one a cut
    double const* high;   // only for scores
    double const* scale;  // bins per unit
};

// All throw std::invalid_argument when a feature is no column.
void projectionRange(Isa isa, int threads, Projections const& work, double* low, double* high);
void projectionHistogram(Isa isa, int threads, Projections const& work, ProjectionBins const& bins,
                         std::int32_t* counts);
void projectionScore(Isa isa, int threads, Projections const& work, ProjectionBins const& bins, double const* levels,
                     double* scores);

}  // namespace telltale
