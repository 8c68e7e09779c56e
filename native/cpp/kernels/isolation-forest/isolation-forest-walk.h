// The walk down every tree: for forests of any depth, any ndim, any values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/isolation-forest/isolation-forest.h"

namespace telltale {

// A node as the walk wants it: all that a step needs side by side.
struct WalkNode {
    double value;
    std::int32_t step;   // to the right child; 0 for a leaf
    std::int32_t split;  // the feature (0 in a leaf and when ndim > 1), and kMissingLeft
};

inline constexpr std::int32_t kMissingLeft = INT32_MIN;  // the sign bit

// The nodes of a forest that has passed checkForest, in the same order.
std::unique_ptr<WalkNode[]> walkNodes(IsolationForestView const& forest);

// Scores of consecutive rows, 2^(-mean path / normalizer), or 1/2 when the normalizer is not positive. The forest must
// have passed checkForest; `nodes` are its walkNodes.
using IsolationForestWalkFn = void (*)(IsolationForestView const& forest, WalkNode const* nodes, double const* x,
                                       std::size_t rows, std::size_t cols, double normalizer, double* scores);

IsolationForestWalkFn isolationForestWalk(Isa isa);

}  // namespace telltale
