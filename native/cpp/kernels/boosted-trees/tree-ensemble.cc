#include "kernels/boosted-trees/tree-ensemble.h"

#include <stdexcept>
#include <string>

namespace telltale {

namespace {

// Why following this node could read outside the arrays, or nullptr. `place` counts from the tree's first node.
char const* nodeProblem(TreeEnsembleView const& model, std::size_t node, std::int64_t place, std::int64_t count,
                        std::size_t cols) {
    std::int64_t const left = model.left[node], right = model.right[node];
    if (left < 0) return right < 0 ? nullptr : "has one child only";
    if (left <= place || right <= place || left >= count || right >= count) return "points outside its tree, or back";
    if (model.feature[node] < 0 || static_cast<std::size_t>(model.feature[node]) >= cols) {
        return "asks a column that is not there";
    }
    if (model.category_start[node] < 0) return nullptr;
    std::int64_t const end = std::int64_t{model.category_start[node]} + model.category_words[node];
    if (model.category_words[node] < 0 || end > static_cast<std::int64_t>(model.category_length)) {
        return "has categories that are not there";
    }
    return nullptr;
}

}  // namespace

void checkEnsemble(TreeEnsembleView const& model, std::size_t cols) {
    std::int64_t before = 0;
    for (std::int32_t t = 0; t < model.trees; t++) {
        std::int64_t const start = model.tree_start[t], end = model.tree_start[t + 1];
        if (start < before || end <= start || end > static_cast<std::int64_t>(model.nodes)) {
            throw std::invalid_argument("trees: tree " + std::to_string(t) + " is empty, out of order or cut short");
        }
        if (model.tree_output[t] < 0 || static_cast<std::size_t>(model.tree_output[t]) >= model.outputs) {
            throw std::invalid_argument("trees: tree " + std::to_string(t) + " adds to an output that is not there");
        }
        for (std::int64_t place = 0; place < end - start; place++) {
            char const* const problem =
                nodeProblem(model, static_cast<std::size_t>(start + place), place, end - start, cols);
            if (problem != nullptr) {
                throw std::invalid_argument("trees: node " + std::to_string(place) + " of tree " + std::to_string(t) +
                                            " " + problem);
            }
        }
        before = end;
    }
}

}  // namespace telltale
