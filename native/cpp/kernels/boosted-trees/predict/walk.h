// Margins of rows by a walk down every tree: for trees of any depth, with or without categories.
#pragma once

#include <vector>

#include "kernels/boosted-trees/tree-ensemble.h"
#include "simd/isa.h"

namespace telltale {

// A node as the walk wants it. Leaves lead to themselves, so that rows may walk in step until all have arrived.
struct EnsembleNode {
    float value;  // threshold, or what a leaf adds
    std::int32_t left, right;
    std::int32_t feature;  // with kDefaultLeft; 0 in a leaf
};

inline constexpr std::int32_t kDefaultLeft = INT32_MIN;  // the sign bit

struct WalkedEnsemble {
    TreeEnsembleView const* model;
    std::vector<EnsembleNode> nodes;
    std::vector<char> categorical;  // by tree: has a node that asks for a category
};

// The ensemble must have passed checkEnsemble.
WalkedEnsemble walkedEnsemble(TreeEnsembleView const& model);

// `values` has room for 256 rows of floats.
using PredictWalkFn = void (*)(WalkedEnsemble const& ensemble, double const* x, std::size_t rows, std::size_t cols,
                               float* values, float* margins);

PredictWalkFn predictWalk(Isa isa);

}  // namespace telltale
