// Scores many rows of a shallow axis-parallel forest at once; see kernels/trees/sliced-plan.h for
// how.
#pragma once

#include "kernels/isolation-forest/isolation-forest.h"

namespace telltale {

// True for forests that can be sliced and numbers of rows that are worth the plan. The forest must have passed
// checkForest.
bool slicedSuits(IsolationForestView const& forest, std::size_t rows);

void isolationForestSliced(Isa isa, int threads, IsolationForestView const& forest, double const* x, std::size_t rows,
                           std::size_t cols, double normalizer, double* scores);

}  // namespace telltale
