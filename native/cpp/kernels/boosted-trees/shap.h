// Shapley values of the features of rows (path-dependent TreeSHAP). The specification, with the formula, is
// packages/core/src/kernels/boosted-trees/tree-shap.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count: only + − ×, leaves in order
// of the nodes, trees in order.
//
// Lundberg et al. (2020), https://doi.org/10.1038/s42256-019-0138-9.
#pragma once

#include "kernels/boosted-trees/tree-ensemble.h"
#include "simd/isa.h"

namespace telltale {

// The way to every leaf; an element is a feature on the way, with the nodes that ask for it.
struct TreeShapPathsView {
    std::int32_t const* tree_leaf;  // trees + 1
    std::size_t leaves;
    std::int32_t const* leaf_output;
    double const* leaf_value;
    std::int32_t const* leaf_element;  // leaves + 1
    std::size_t elements;
    std::int32_t const* feature;
    double const* zero;
    std::int32_t const* element_condition;  // elements + 1
    std::size_t conditions;
    std::int32_t const* condition;  // 2 * node + 1: goes left
    double const* bias;             // outputs
    std::size_t quadrature;         // points of all quadratures: 1 + 2 + 3 …
    double const* points;
    double const* weights;
};

// contributions: rows x outputs x (cols + 1). Throws std::invalid_argument for trees or paths that cannot be followed.
void treeShap(Isa isa, int threads, TreeEnsembleView const& model, TreeShapPathsView const& paths, double const* x,
              std::size_t rows, std::size_t cols, double* contributions);

}  // namespace telltale
