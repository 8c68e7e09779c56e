#include <algorithm>
#include <cmath>

#include "kernels/isolation-forest/isolation-forest.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 256;  // rows that see a tree one after the other, while it is in the cache

bool goesLeft(double v, double threshold, std::uint8_t missingLeft) {
    return v <= threshold || (!(v > threshold) && missingLeft == 1);
}

void creditAxisPath(IsolationForestView const& forest, double const* expected, std::int64_t node, double const* row,
                    double* credits) {
    for (std::int32_t step = forest.right[node]; step != 0; step = forest.right[node]) {
        std::int32_t const feature = forest.features[node];
        bool const left = goesLeft(row[feature], forest.value[node], forest.missing_left[node]);
        std::int64_t const child = node + (left ? 1 : step);
        credits[feature] += expected[child] - expected[node];
        node = child;
    }
}

void creditPlanePath(IsolationForestView const& forest, double const* expected, std::int64_t node, double const* row,
                     double* credits) {
    for (std::int32_t step = forest.right[node]; step != 0; step = forest.right[node]) {
        std::int32_t const* const features = forest.features + node * forest.ndim;
        double const* const coefficients = forest.coefficients + node * forest.ndim;
        double dot = 0;
        for (std::int32_t k = 0; k < forest.ndim && features[k] >= 0; k++) dot += coefficients[k] * row[features[k]];
        bool const left = goesLeft(dot, forest.value[node], forest.missing_left[node]);
        std::int64_t const child = node + (left ? 1 : step);
        double const credit = expected[child] - expected[node];
        double total = 0;
        for (std::int32_t k = 0; k < forest.ndim; k++) {
            if (features[k] >= 0) total += std::fabs(coefficients[k]);
        }
        for (std::int32_t k = 0; k < forest.ndim && features[k] >= 0; k++) {
            credits[features[k]] += credit * (std::fabs(coefficients[k]) / total);
        }
        node = child;
    }
}

}  // namespace

void isolationForestContributions(int threads, IsolationForestView const& forest, double const* expected,
                                  double const* x, std::size_t rows, std::size_t cols, double normalizer,
                                  double* contributions) {
    checkForest(forest, cols);
    auto const creditPath = forest.ndim == 1 ? creditAxisPath : creditPlanePath;
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::fill(contributions + begin * cols, contributions + end * cols, 0.0);
        if (!(normalizer > 0)) return;
        for (std::int32_t t = 0; t < forest.trees; t++) {
            for (std::size_t i = begin; i < end; i++) {
                creditPath(forest, expected, forest.tree_start[t], x + i * cols, contributions + i * cols);
            }
        }
        for (std::size_t j = begin * cols; j < end * cols; j++) {
            contributions[j] = 0 - contributions[j] / forest.trees / normalizer;
        }
    });
}

}  // namespace telltale
