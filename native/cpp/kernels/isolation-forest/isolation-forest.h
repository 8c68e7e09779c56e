// The isolation-forest kernels. The specification is packages/core/src/kernels/reference.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. Tree building uses
// + − × ÷ √, comparisons and log of math/elementary.h; a row's leaf values are added in tree order; the last step is
// exp2.
//
// Liu, Ting and Zhou (2008), https://doi.org/10.1109/ICDM.2008.17; with several features a split Hariri, Carrasco Kind
// and Brunner (2019), https://doi.org/10.1109/TKDE.2019.2947676; splits by averaged gain Liu, Ting and Zhou (2010),
// https://doi.org/10.1007/978-3-642-15883-4_18; by pooled gain Cortes (2021),
// https://doi.org/10.48550/arXiv.2110.13402; densities in the leaves Cortes (2021),
// https://doi.org/10.48550/arXiv.2111.11639.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

// Trees as plain arrays, nodes in preorder: the left child of inner node i is i + 1, the right child i + right[i].
struct IsolationForestView {
    std::int32_t trees;
    std::int32_t const* tree_start;    // trees + 1
    std::int32_t const* right;         // 0 for a leaf, else >= 2 and inside the tree
    double const* value;               // threshold (left when <=), or the path length of a leaf
    std::uint8_t const* missing_left;  // 1: a row whose value is missing goes left
    std::int32_t ndim;                 // features of a split
    std::int32_t const* features;      // ndim a node; in ndim > 1 a negative one ends the list
    double const* coefficients;        // ndim a node; not read when ndim is 1
    std::int64_t nodes;
};

// Throws std::invalid_argument naming the first node whose links leave its tree or whose feature is not a column.
void checkForest(IsolationForestView const& forest, std::size_t cols);

// Checks the forest, chooses a way to score it by its shape and the number of rows, and splits the rows over threads.
void isolationForestScore(Isa isa, int threads, IsolationForestView const& forest, double const* x, std::size_t rows,
                          std::size_t cols, double normalizer, double* scores);

// rows x cols: what each feature adds to log2(score). expected: one value a node.
void isolationForestContributions(int threads, IsolationForestView const& forest, double const* expected,
                                  double const* x, std::size_t rows, std::size_t cols, double normalizer,
                                  double* contributions);

struct IsolationForestFit {
    double const* x;  // rows x cols, NaN is a missing value
    std::size_t rows, cols;
    std::size_t trees;
    std::uint32_t first_tree;  // tree t draws from stream first_tree + t of the seed
    std::size_t sample_size;   // 1 … rows
    std::size_t max_depth;
    std::size_t ndim;
    double pooled_gain, averaged_gain;  // shares of the splits, together at most 1; the others are drawn at random
    std::size_t candidates;             // features, or hyperplanes, of which a split by gain takes the best
    bool standardize;                   // coefficients over the standard deviations of their features in the node
    bool density;                       // leaves hold log2 of the share of the rows over that of the volume
    std::uint64_t seed;
    double const* average_path;  // sample_size + 1
    std::size_t node_capacity;   // places a tree in the outputs
    std::int32_t* node_count;    // trees
    std::int32_t* right;         // trees x node_capacity, as are value, count and missing_left
    double* value;
    std::int32_t* count;
    std::uint8_t* missing_left;
    std::int32_t* features;  // trees x node_capacity x ndim, as are coefficients; those not written when ndim is 1
    double* coefficients;
};

// Grows trees, each on one thread. The same code on every instruction set: nodes are too small for wide registers.
// Throws std::length_error when a tree needs more than node_capacity places.
void isolationForestFit(int threads, IsolationForestFit const& fit);

}  // namespace telltale
