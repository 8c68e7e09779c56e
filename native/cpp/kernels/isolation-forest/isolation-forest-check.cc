#include "kernels/isolation-forest/isolation-forest-check.h"

#include <stdexcept>
#include <string>

namespace telltale {

namespace {

// Why following this node could read outside the arrays, or nullptr.
char const* nodeProblem(IsolationForestView const& forest, std::int64_t node, std::int64_t end, std::size_t cols) {
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

}  // namespace

void checkTreeStarts(IsolationForestView const& forest) {
    std::int64_t before = 0;
    for (std::int32_t t = 0; t < forest.trees; t++) {
        std::int64_t const start = forest.tree_start[t];
        std::int64_t const end = forest.tree_start[t + 1];
        if (start < before || end <= start || end > forest.nodes) {
            throw std::invalid_argument("forest: tree " + std::to_string(t) + " is empty, out of order or cut short");
        }
        before = end;
    }
}

void checkForest(IsolationForestView const& forest, std::size_t cols) {
    checkTreeStarts(forest);
    for (std::int32_t t = 0; t < forest.trees; t++) {
        std::int64_t const end = forest.tree_start[t + 1];
        for (std::int64_t node = forest.tree_start[t]; node < end; node++) {
            char const* const problem = nodeProblem(forest, node, end, cols);
            if (problem != nullptr) {
                throw std::invalid_argument("forest: node " + std::to_string(node) + " " + problem);
            }
        }
    }
}

}  // namespace telltale
