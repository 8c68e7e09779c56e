#include "kernels/boosted-trees/fit/derivatives.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "math/elementary.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr double kLog2E = 1.4426950408889634;
constexpr double kLeastCurvature = 1e-16;
constexpr std::size_t kRowsPerRange = 16384;

// The logistic loss of a range of rows.
struct DerivativeWork {
    float const* margins;
    double const* labels;
    double const* weights;       // or nullptr
    double by_first, by_second;  // what makes whole numbers of derivatives: powers of two
    DerivativePair* pairs;
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/boosted-trees/fit/derivatives-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using LogisticFn = void (*)(DerivativeWork const& work, std::size_t from, std::size_t to);

// As derivativeUnit in packages/core/src/kernels/boosted-trees/fit.ts.
constexpr int kDerivativeBits = 30, kSumBits = 51;

int exponentAbove(double v) {
    std::uint64_t const bits = bitsOfDouble(v);
    int const power = static_cast<int>(bits >> 52) - 1023;
    return (bits & 0x000fffffffffffffULL) == 0 ? power : power + 1;
}

double derivativeUnit(double most, std::size_t rows) {
    if (!(most >= 0x1p-900)) return 1;
    int const exponent =
        std::max(exponentAbove(most) - kDerivativeBits, exponentAbove(most * static_cast<double>(rows)) - kSumBits);
    return doubleFromBits(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

std::int32_t wholeOf(double value, double by) { return static_cast<std::int32_t>(bitsOfDouble(value * by + kRounder)); }

double weightOf(BoostedTreesRound const& work, std::size_t i) { return work.weights != nullptr ? work.weights[i] : 1; }

double residual(BoostedTreesRound const& work, std::size_t i) {
    return (static_cast<double>(work.margins[i]) - work.labels[i]) * weightOf(work, i);
}

void softmaxRow(BoostedTreesRound const& work, std::size_t i, std::vector<double>& shares, DerivativePair* pairs,
                double by_first, double by_second) {
    std::size_t const outputs = work.outputs;
    float const* const margins = work.margins + i * outputs;
    double most = margins[0];
    for (std::size_t k = 1; k < outputs; k++) most = std::max(most, static_cast<double>(margins[k]));
    double sum = 0;
    for (std::size_t k = 0; k < outputs; k++) {
        shares[k] = exp2((static_cast<double>(margins[k]) - most) * kLog2E);
        sum += shares[k];
    }
    double const w = weightOf(work, i);
    for (std::size_t k = 0; k < outputs; k++) {
        double const p = shares[k] / sum;
        double const h = std::max(2 * p * (1 - p), kLeastCurvature);
        double const is = work.labels[i] == static_cast<double>(k) ? 1 : 0;
        pairs[k * work.train_rows + i] = {wholeOf((p - is) * w, by_first), wholeOf(h * w, by_second)};
    }
}

}  // namespace

DerivativeUnits derivatives(Isa isa, int threads, BoostedTreesRound const& work, DerivativePair* pairs) {
    static constexpr LogisticFn kVariants[] = TT_VARIANTS(logisticDerivatives);
    std::size_t const rows = work.train_rows;
    double most = work.max_weight;
    if (work.objective == BoostingObjective::kSquaredError) {
        most = 0;
        for (std::size_t i = 0; i < rows; i++) most = std::max(most, std::fabs(residual(work, i)));
    }
    DerivativeUnits const units{derivativeUnit(most, rows), derivativeUnit(work.max_weight, rows)};
    double const by_first = 1 / units.first, by_second = 1 / units.second;
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t from, std::size_t to) {
        if (work.objective == BoostingObjective::kLogistic) {
            pick(kVariants, isa)({work.margins, work.labels, work.weights, by_first, by_second, pairs}, from, to);
        } else if (work.objective == BoostingObjective::kSquaredError) {
            for (std::size_t i = from; i < to; i++) {
                pairs[i] = {wholeOf(residual(work, i), by_first), wholeOf(weightOf(work, i), by_second)};
            }
        } else {
            std::vector<double> shares(work.outputs);
            for (std::size_t i = from; i < to; i++) softmaxRow(work, i, shares, pairs, by_first, by_second);
        }
    });
    return units;
}

}  // namespace telltale
