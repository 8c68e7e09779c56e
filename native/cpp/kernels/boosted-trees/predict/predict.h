// Margins of rows by an ensemble of trees. The specification is packages/core/src/kernels/reference.
//
// Numerical contract: same bits as the reference on every instruction set and thread count: values are rounded to
// float, and a row's leaf values are added to the base margin in tree order, each sum a float.
//
// Chen and Guestrin (2016), https://doi.org/10.1145/2939672.2939785.
#pragma once

#include "kernels/boosted-trees/tree-ensemble.h"
#include "simd/isa.h"

namespace telltale {

// x: rows x cols, NaN is a missing value; margins: rows x outputs. Throws std::invalid_argument for trees that cannot
// be followed.
void boostedTreesPredict(Isa isa, int threads, TreeEnsembleView const& model, double const* x, std::size_t rows,
                         std::size_t cols, float* margins);

}  // namespace telltale
