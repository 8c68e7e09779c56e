// The branchless walk down isolation trees. Eight rows go down a tree side by side, so that the loads of one overlap
// those of the others; a row that has reached its leaf stays there until all have.

#include "math/score-of-inl.h"

namespace telltale::TT_TARGET {

constexpr std::size_t kWalkRows = 8;
constexpr std::size_t kWalkBlockValues = 16384;  // 128 KiB of rows stay in the second-level cache while trees pass by

// The value that a split looks at: a feature, or the row's coordinate along the split's normal.
template <bool kPlane>
static inline double splitValue(IsolationForestView const& forest, std::int32_t node, double const* row) {
    if (!kPlane) {
        std::int32_t const feature = forest.features[node];
        return row[feature < 0 ? 0 : feature];  // a leaf has none: whatever is read is not used
    }
    std::size_t const from = static_cast<std::size_t>(node) * static_cast<std::size_t>(forest.ndim);
    double dot = 0;
    for (std::size_t k = from; k < from + static_cast<std::size_t>(forest.ndim); k++) {
        std::int32_t const feature = forest.features[k];
        if (feature < 0) break;
        dot += forest.coefficients[k] * row[feature];
    }
    return dot;
}

template <bool kPlane>
static inline void addPaths(IsolationForestView const& forest, std::int32_t root, double const* x, std::size_t rows,
                            std::size_t cols, double* sums) {
    for (std::size_t first = 0; first < rows; first += kWalkRows) {
        std::int32_t node[kWalkRows];
        double const* row[kWalkRows];
        for (std::size_t r = 0; r < kWalkRows; r++) {
            node[r] = root;
            row[r] = x + (first + r < rows ? first + r : rows - 1) * cols;
        }
        std::int32_t moved = 1;
        while (moved != 0) {
            moved = 0;
            for (std::size_t r = 0; r < kWalkRows; r++) {
                std::int32_t const at = node[r];
                std::int32_t const step = forest.right[at];
                double const threshold = forest.value[at];
                double const v = splitValue<kPlane>(forest, at, row[r]);
                int const below = v <= threshold;
                int const missing = static_cast<int>(!(v > threshold)) & static_cast<int>(forest.missing_left[at] == 1);
                std::int32_t const left = -static_cast<std::int32_t>(below | missing);  // all ones or none
                std::int32_t const one = step != 0;
                node[r] = at + ((left & one) | (~left & step));
                moved |= step;
            }
        }
        std::size_t const present = rows - first < kWalkRows ? rows - first : kWalkRows;
        for (std::size_t r = 0; r < present; r++) sums[first + r] += forest.value[node[r]];
    }
}

void isolationForestWalk(IsolationForestView const& forest, double const* x, std::size_t rows, std::size_t cols,
                         double normalizer, double* scores) {
    std::size_t const block = kWalkBlockValues / cols < 64 ? 64 : kWalkBlockValues / cols;
    for (std::size_t first = 0; first < rows; first += block) {
        std::size_t const count = rows - first < block ? rows - first : block;
        double* const sums = scores + first;
        for (std::size_t i = 0; i < count; i++) sums[i] = 0;
        for (std::int32_t t = 0; t < forest.trees; t++) {
            double const* const from = x + first * cols;
            if (forest.ndim == 1) {
                addPaths<false>(forest, forest.tree_start[t], from, count, cols, sums);
            } else {
                addPaths<true>(forest, forest.tree_start[t], from, count, cols, sums);
            }
        }
        scoresOf(sums, count, forest.trees, normalizer);
    }
}

}  // namespace telltale::TT_TARGET
