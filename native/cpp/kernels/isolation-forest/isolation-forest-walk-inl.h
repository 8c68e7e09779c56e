// The branchless walk down isolation trees. Several rows go down a tree side by side, so that the loads of one overlap
// those of the others; a row that has reached its leaf stays there until all have. No gather instructions: on Zen 5
// they gain a tenth with one feature a split, and lose a third with several.

#include "math/score-of-inl.h"

namespace telltale::TT_TARGET {

// The features and coefficients of hyperplanes; null when ndim is 1.
struct Planes {
    std::size_t ndim;
    std::int32_t const* features;
    double const* coefficients;
};

constexpr std::size_t kWalkRows = 8;

static inline double planeValue(Planes const& planes, double const* row, std::int64_t node, bool inner) {
    double dot = 0;
    if (!inner) return dot;
    std::size_t const from = static_cast<std::size_t>(node) * planes.ndim;
    for (std::size_t k = from; k < from + planes.ndim; k++) {
        std::int32_t const feature = planes.features[k];
        if (feature < 0) break;  // ends the list
        dot += planes.coefficients[k] * row[feature];
    }
    return dot;
}

template <bool kPlane>
static inline void walkRows(WalkNode const* nodes, Planes const& planes, std::int64_t root, double const* x,
                            std::int64_t const* row, double* leaf) {
    WalkNode const* node[kWalkRows];
    for (std::size_t r = 0; r < kWalkRows; r++) node[r] = nodes + root;
    std::int32_t moved;
    do {
        moved = 0;
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kWalkRows; r++) {
            std::int32_t const step = node[r]->step;
            std::int32_t const split = node[r]->split;
            double const threshold = node[r]->value;
            double const v =
                kPlane ? planeValue(planes, x + row[r], node[r] - nodes, step != 0) : x[row[r] + (split & INT32_MAX)];
            std::int32_t const below = v <= threshold;
            std::int32_t const notAbove = !(v > threshold);
            std::int32_t const missingLeft = static_cast<std::int32_t>(static_cast<std::uint32_t>(split) >> 31);
            std::int32_t const left = -(below | (notAbove & missingLeft));  // all ones or none
            std::int32_t const one = step != 0;
            node[r] += step ^ ((step ^ one) & left);
            moved |= step;
        }
    } while (moved != 0);
    for (std::size_t r = 0; r < kWalkRows; r++) leaf[r] = node[r]->value;
}

template <bool kPlane>
static void addPaths(WalkNode const* nodes, Planes const& planes, std::int64_t root, double const* x, std::size_t rows,
                     std::size_t cols, double* sums) {
    for (std::size_t first = 0; first < rows; first += kWalkRows) {
        std::int64_t row[kWalkRows];  // where each begins; the last one again for those that are not there
        for (std::size_t r = 0; r < kWalkRows; r++) {
            row[r] = static_cast<std::int64_t>((first + r < rows ? first + r : rows - 1) * cols);
        }
        double leaf[kWalkRows];
        walkRows<kPlane>(nodes, planes, root, x, row, leaf);
        std::size_t const present = rows - first < kWalkRows ? rows - first : kWalkRows;
        for (std::size_t r = 0; r < present; r++) sums[first + r] += leaf[r];
    }
}

void isolationForestWalk(IsolationForestView const& forest, WalkNode const* nodes, double const* x, std::size_t rows,
                         std::size_t cols, double normalizer, double* scores) {
    constexpr std::size_t kBlockValues = 16384;  // 128 KiB of rows stay in the second-level cache while trees pass by
    std::size_t const block = kBlockValues / cols < 64 ? 64 : kBlockValues / cols;
    Planes const planes{static_cast<std::size_t>(forest.ndim), forest.features, forest.coefficients};
    for (std::size_t first = 0; first < rows; first += block) {
        std::size_t const count = rows - first < block ? rows - first : block;
        double const* const from = x + first * cols;
        double* const sums = scores + first;
        for (std::size_t i = 0; i < count; i++) sums[i] = 0;
        for (std::int32_t t = 0; t < forest.trees; t++) {
            std::int64_t const root = forest.tree_start[t];
            if (forest.ndim == 1) {
                addPaths<false>(nodes, planes, root, from, count, cols, sums);
            } else {
                addPaths<true>(nodes, planes, root, from, count, cols, sums);
            }
        }
        scoresOf(sums, count, forest.trees, normalizer);
    }
}

}  // namespace telltale::TT_TARGET
