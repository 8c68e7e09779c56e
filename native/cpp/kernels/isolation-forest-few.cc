#include "kernels/isolation-forest-few.h"

#include <algorithm>

#include "kernels/isolation-forest-check.h"
#include "math/elementary.h"

namespace telltale {

namespace {

constexpr int kTrees = 8;  // one row goes down so many trees side by side: their loads overlap

double splitValue(IsolationForestView const& forest, std::int64_t node, double const* row) {
    if (forest.ndim == 1) return row[forest.features[node]];
    std::int64_t const from = node * forest.ndim;
    double dot = 0;
    for (std::int64_t k = from; k < from + forest.ndim; k++) {
        if (forest.features[k] < 0) break;
        dot += forest.coefficients[k] * row[forest.features[k]];
    }
    return dot;
}

double pathSum(IsolationForestView const& forest, double const* row, std::size_t cols) {
    double sum = 0;
    for (std::int32_t first = 0; first < forest.trees; first += kTrees) {
        int const trees = std::min(kTrees, forest.trees - first);
        std::int64_t node[kTrees];
        for (int t = 0; t < trees; t++) node[t] = forest.tree_start[first + t];
        bool moved = true;
        while (moved) {
            moved = false;
            for (int t = 0; t < trees; t++) {
                std::int64_t const at = node[t];
                std::int32_t const step = forest.right[at];
                if (step == 0) continue;
                char const* const problem = nodeProblem(forest, at, forest.tree_start[first + t + 1], cols);
                if (problem != nullptr) raiseNode(at, problem);
                double const v = splitValue(forest, at, row);
                double const threshold = forest.value[at];
                bool const left = v <= threshold || (!(v > threshold) && forest.missing_left[at] == 1);
                node[t] = at + (left ? 1 : step);
                moved = true;
            }
        }
        for (int t = 0; t < trees; t++) sum += forest.value[node[t]];
    }
    return sum;
}

}  // namespace

void isolationForestFew(IsolationForestView const& forest, double const* x, std::size_t rows, std::size_t cols,
                        double normalizer, double* scores) {
    checkTreeStarts(forest);
    for (std::size_t i = 0; i < rows; i++) {
        double const mean = pathSum(forest, x + i * cols, cols) / forest.trees;
        scores[i] = normalizer > 0 ? exp2(-(mean / normalizer)) : 0.5;
    }
}

}  // namespace telltale
