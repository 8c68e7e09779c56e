#include "kernels/isolation-forest-check.h"

#include <stdexcept>
#include <string>

namespace telltale {

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

void raiseNode(std::int64_t node, char const* problem) {
    throw std::invalid_argument("forest: node " + std::to_string(node) + " " + problem);
}

void checkForest(IsolationForestView const& forest, std::size_t cols) {
    checkTreeStarts(forest);
    for (std::int32_t t = 0; t < forest.trees; t++) {
        std::int64_t const end = forest.tree_start[t + 1];
        for (std::int64_t node = forest.tree_start[t]; node < end; node++) {
            char const* const problem = nodeProblem(forest, node, end, cols);
            if (problem != nullptr) raiseNode(node, problem);
        }
    }
}

}  // namespace telltale
