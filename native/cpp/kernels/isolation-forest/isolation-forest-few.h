// Scores of a few rows, as streams have them.
#pragma once

#include "kernels/isolation-forest/isolation-forest.h"

namespace telltale {

// Looking at every node once costs more than walking a few rows down the trees.
inline bool fewRows(IsolationForestView const& forest, std::size_t rows) {
    constexpr double kNodesChecked = 2;  // that take as long as what the other ways save on one row's way down one tree
    return static_cast<double>(rows) * forest.trees * kNodesChecked < static_cast<double>(forest.nodes);
}

// Checks only the nodes that it visits, throwing what checkForest throws. Needs no checkForest before.
void isolationForestFew(IsolationForestView const& forest, double const* x, std::size_t rows, std::size_t cols,
                        double normalizer, double* scores);

}  // namespace telltale
