// Ensembles of binary trees as XGBoost means them. The specification is
// packages/core/src/kernels/boosted-trees/predict.ts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace telltale {

// Trees as plain arrays; links count from the tree's own first node, and children stand behind their parents.
struct TreeEnsembleView {
    std::int32_t trees;
    std::int32_t const* tree_start;   // trees + 1
    std::int32_t const* tree_output;  // trees: 0 … outputs - 1
    std::size_t nodes;                // of all trees, as are the lengths of the following
    std::int32_t const* left;         // -1 for a leaf
    std::int32_t const* right;
    std::int32_t const* feature;
    float const* threshold;              // value of a leaf
    std::uint8_t const* default_left;    // 1: missing values go left
    std::int32_t const* category_start;  // first word of a categorical node's set, -1 for any other
    std::int32_t const* category_words;
    std::size_t category_length;  // words of category_bits
    std::uint32_t const* category_bits;
    std::size_t outputs;
    float const* base_margin;  // outputs
};

inline constexpr float kCategories = 16777216;  // a float cannot tell greater ones apart

// True when a category is in the node's set: such rows go right. None beyond the set is, and no negative one.
inline bool hasCategory(TreeEnsembleView const& model, std::size_t node, float value) {
    if (!(value >= 0 && value < kCategories)) return false;
    auto const category = static_cast<std::int32_t>(value);
    if (category >> 5 >= model.category_words[node]) return false;
    auto const first = static_cast<std::size_t>(model.category_start[node]);
    return (model.category_bits[first + static_cast<std::size_t>(category >> 5)] >> (category & 31) & 1u) != 0;
}

// True when a row with that value goes left at an inner node.
inline bool goesLeft(TreeEnsembleView const& model, std::size_t node, float value) {
    if (value != value) return model.default_left[node] == 1;
    if (model.category_start[node] < 0) return value < model.threshold[node];
    return !hasCategory(model, node, value);
}

// Throws std::invalid_argument naming the first tree or node that cannot be followed for rows of so many columns.
void checkEnsemble(TreeEnsembleView const& model, std::size_t cols);

}  // namespace telltale
