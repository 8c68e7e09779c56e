// Trees of splits on single columns, whatever made them.
#pragma once

#include <cstdint>

namespace telltale {

// Nodes in preorder: the left child of inner node i is i + 1, the right child i + right[i].
struct PreorderTrees {
    std::int32_t trees;
    std::int32_t const* tree_start;    // trees + 1
    std::int32_t const* right;         // 0 for a leaf
    double const* value;               // threshold (left when <=), or what a leaf adds
    std::uint8_t const* missing_left;  // 1: a row whose value is missing goes left
    std::int32_t const* feature;
    std::int64_t nodes;
};

}  // namespace telltale
