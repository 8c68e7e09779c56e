#include "kernels/isolation-forest/isolation-forest-few.h"

#include <algorithm>
#include <stdexcept>

#include "kernels/isolation-forest/isolation-forest-check.h"
#include "math/elementary.h"

namespace telltale {

namespace {

constexpr int kTrees = 8;  // one row goes down so many trees side by side: their loads overlap

// The value that an inner node looks at. A feature that is no column sets `bad` and is not read.
template <bool kPlane>
double splitValue(IsolationForestView const& forest, std::int64_t node, bool inner, double const* row,
                  std::uint32_t cols, int& bad) {
    if (!kPlane) {
        auto const feature = static_cast<std::uint32_t>(forest.features[node]);  // a negative one is a huge one
        bad |= static_cast<int>(inner) & static_cast<int>(feature >= cols);
        return row[feature < cols ? feature : 0];
    }
    double dot = 0;
    if (!inner) return dot;
    std::int64_t const from = node * forest.ndim;
    for (std::int64_t k = from; k < from + forest.ndim && forest.features[k] >= 0; k++) {
        auto const feature = static_cast<std::uint32_t>(forest.features[k]);
        if (feature >= cols) {
            bad = 1;
            break;
        }
        dot += forest.coefficients[k] * row[feature];
    }
    return dot;
}

// The row's path lengths in trees `first` and following, at most kTrees. Without branches that depend on the data,
// which nobody could predict; sets `bad` when a node cannot be followed.
template <bool kPlane>
void pathLengths(IsolationForestView const& forest, std::int32_t first, double const* row, std::uint32_t cols,
                 double* lengths, int& bad) {
    std::int64_t node[kTrees], end[kTrees];
    for (int t = 0; t < kTrees; t++) {
        std::int32_t const tree = std::min(first + t, forest.trees - 1);
        node[t] = forest.tree_start[tree];
        end[t] = forest.tree_start[tree + 1];
    }
    std::int32_t moved;
    do {
        moved = 0;
#pragma GCC unroll 8
        for (int t = 0; t < kTrees; t++) {
            std::int64_t const at = node[t];
            std::int32_t const step = forest.right[at];
            double const threshold = forest.value[at];
            int const inner = step != 0;
            int const inside = static_cast<int>(step >= 2) & static_cast<int>(step < end[t] - at);
            double const v = splitValue<kPlane>(forest, at, inner, row, cols, bad);
            int const below = v <= threshold;
            int const missingLeft = static_cast<int>(!(v > threshold)) & static_cast<int>(forest.missing_left[at] == 1);
            std::int32_t const left = -(below | missingLeft);  // all ones or none
            std::int32_t const move = (step ^ ((step ^ 1) & left)) & -inside;
            bad |= inner & ~inside;
            node[t] = at + move;
            moved |= move;
        }
    } while (moved != 0);
    for (int t = 0; t < kTrees; t++) lengths[t] = forest.value[node[t]];
}

}  // namespace

void isolationForestFew(IsolationForestView const& forest, double const* x, std::size_t rows, std::size_t cols,
                        double normalizer, double* scores) {
    checkTreeStarts(forest);
    auto const columns = static_cast<std::uint32_t>(cols);
    auto const lengthsOf = forest.ndim == 1 ? pathLengths<false> : pathLengths<true>;
    int bad = 0;
    for (std::size_t i = 0; i < rows; i++) {
        double sum = 0;
        for (std::int32_t first = 0; first < forest.trees; first += kTrees) {
            double lengths[kTrees];
            lengthsOf(forest, first, x + i * cols, columns, lengths, bad);
            int const trees = std::min(kTrees, forest.trees - first);
            for (int t = 0; t < trees; t++) sum += lengths[t];
        }
        double const mean = sum / forest.trees;
        scores[i] = normalizer > 0 ? exp2(-(mean / normalizer)) : 0.5;
    }
    if (bad != 0) {
        checkForest(forest, cols);  // finds the node and throws
        throw std::invalid_argument("forest: a node cannot be followed");
    }
}

}  // namespace telltale
