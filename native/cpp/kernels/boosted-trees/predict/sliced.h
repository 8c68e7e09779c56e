// Margins of many rows by shallow trees, bit-sliced: a node is tested for a whole block of rows at once
// (kernels/trees/sliced-plan.h).
#pragma once

#include <memory>

#include "kernels/boosted-trees/tree-ensemble.h"
#include "simd/isa.h"

namespace telltale {

class SlicedEnsemble;

// The trees of an ensemble that has passed checkEnsemble, for bit-sliced prediction; null when they are too deep, ask
// for categories, or the rows are too few to be worth it.
std::shared_ptr<SlicedEnsemble const> slicedEnsemble(TreeEnsembleView const& model, std::size_t rows);

void predictSliced(Isa isa, int threads, SlicedEnsemble const& ensemble, double const* x, std::size_t rows,
                   std::size_t cols, float* margins);

}  // namespace telltale
