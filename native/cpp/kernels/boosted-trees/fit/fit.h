// Training of boosted trees. The specification is packages/core/src/kernels/boosted-trees/fit.ts and the reference
// beside it.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. Derivatives are whole
// multiples of a power of two, kept as such in 32 bits, and histograms are sums in 64 bits: exact, in any order.
//
// Chen and Guestrin (2016), https://doi.org/10.1145/2939672.2939785.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

inline constexpr std::size_t kCodeColumns = 8;  // codes of a row are padded to a multiple of so many columns
inline constexpr float kTopCut = 3.4028234663852886e38F;

struct BoostedTreesBin {
    double const* x;  // rows x cols
    std::size_t rows, cols, train_rows;
    double const* weights;  // train_rows whole numbers, or nullptr
    std::size_t max_bin;
    std::int32_t const* categories;  // cols
    std::size_t first_column, end_column;
    float* cuts;            // cols x max_bin
    std::int32_t* bins;     // cols
    std::uint8_t* missing;  // cols
    std::size_t code_bytes, stride;
    std::uint8_t* codes;         // rows x stride x code_bytes
    std::uint8_t* column_codes;  // cols x rows x code_bytes
};

// Throws std::invalid_argument for a value that is no category of its column.
void boostedTreesBin(int threads, BoostedTreesBin const& work);

enum class BoostingObjective : int { kSquaredError = 0, kLogistic = 1, kSoftmax = 2 };

struct BoostedTreesRound {
    std::size_t rows, train_rows, cols, code_bytes, stride;
    std::uint8_t const* codes;         // rows x stride x code_bytes, each below the bins of its column
    std::uint8_t const* column_codes;  // cols x rows x code_bytes: the same, column after column
    std::int32_t const* bin_start;     // cols + 1
    std::int32_t const* missing_bin;   // cols
    std::int32_t const* categories;    // cols
    float const* cuts;                 // bin_start[cols]
    double const* labels;              // train_rows
    double const* weights;             // train_rows, or nullptr
    double max_weight;
    BoostingObjective objective;
    std::size_t outputs;
    std::uint32_t round;
    std::uint64_t seed;
    bool lossguide;
    std::size_t max_depth, max_leaves;  // 0: no limit
    double eta, lambda, alpha, gamma, min_child_weight, subsample;
    double by_tree, by_level, by_node;
    std::int32_t const* monotone;  // cols, or nullptr
    std::size_t max_cat_to_onehot, max_cat_threshold;
    std::size_t histograms;
    double* workspace;
    std::size_t workspace_length;
    float* margins;  // rows x outputs, in and out
    std::size_t node_capacity, category_words;
    std::int32_t* node_count;              // outputs
    std::int32_t *left, *right, *feature;  // outputs x node_capacity
    float* threshold;                      // outputs x node_capacity
    std::uint8_t* default_left;            // outputs x node_capacity
    float *gain, *cover;                   // outputs x node_capacity
    std::int32_t* category_bits;           // outputs x node_capacity x category_words
};

// Pairs of sums that a histogram has. Where codes are bytes every column has the same room, which lets the code that
// builds it know all distances; not a power of two apart, so that columns do not share the sets of a cache.
std::size_t histogramPairs(std::size_t stride, std::size_t code_bytes, std::size_t total_bins);
inline constexpr std::size_t kColumnPairs = 260;

// Numbers of the workspace.
std::size_t roundWorkspace(BoostedTreesRound const& work);

// Throws std::invalid_argument for codes, classes or bins that are not there.
void boostedTreesRound(Isa isa, int threads, BoostedTreesRound const& work);

}  // namespace telltale
