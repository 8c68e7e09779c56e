// What a forest from outside must satisfy before anything follows its links.
#pragma once

#include "kernels/isolation-forest.h"

namespace telltale {

// Throws std::invalid_argument unless the trees lie in order within the nodes.
void checkTreeStarts(IsolationForestView const& forest);

// Why following this node could read outside the arrays, or nullptr.
inline char const* nodeProblem(IsolationForestView const& forest, std::int64_t node, std::int64_t end,
                               std::size_t cols) {
    std::int32_t const step = forest.right[node];
    if (step == 0) return nullptr;
    if (step < 2 || node + step >= end) return "points outside its tree";
    std::int64_t const from = node * forest.ndim;
    for (std::int64_t k = from; k < from + forest.ndim; k++) {
        std::int64_t const feature = forest.features[k];
        if (feature >= static_cast<std::int64_t>(cols)) return "splits on a column that is not there";
        if (feature < 0 && forest.ndim == 1) return "splits on no column";
    }
    return nullptr;
}

[[noreturn]] void raiseNode(std::int64_t node, char const* problem);

}  // namespace telltale
