#include "kernels/one-class-svm/linear-one-class-svm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "math/elementary.h"
#include "math/random.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

// sin(pi r) / r in powers of r^2, highest first; on |r| <= 1/2 the remainder is below 2^-56.
constexpr double kSineCoefficients[] = {
    -2.2948428997269873e-8, 7.952054001475513e-7, -2.1915353447830217e-5, 4.6630280576761255e-4, -7.37043094571435e-3,
    8.214588661112823e-2,   -0.5992645293207921,  2.5501640398773455,     -5.16771278004997,     3.141592653589793};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/one-class-svm/linear-one-class-svm-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using MarginsFn = void (*)(FourierFeatures const& map, double const* weights, double const* const* rows,
                           std::size_t count, std::size_t cols, double* margins);
using SumFn = void (*)(FourierFeatures const& map, double const* const* rows, std::size_t count, std::size_t cols,
                       double* sum);

constexpr MarginsFn kMargins[] = TT_VARIANTS(fourierMargins);
constexpr SumFn kSums[] = TT_VARIANTS(fourierSum);
constexpr std::size_t kGrain = 256;  // rows

// Places of the `count` least values, ascending by place; of equal values the first.
void leastFirst(std::vector<double> const& values, std::size_t count, std::vector<double>& scratch,
                std::vector<std::size_t>& places) {
    scratch = values;
    std::nth_element(scratch.begin(), scratch.begin() + static_cast<std::ptrdiff_t>(count - 1), scratch.end());
    double const limit = scratch[count - 1];
    std::size_t equal = count;
    for (double const v : values) equal -= v < limit ? 1 : 0;
    places.clear();
    for (std::size_t b = 0; b < values.size(); b++) {
        if (values[b] < limit) {
            places.push_back(b);
        } else if (values[b] == limit && equal > 0) {
            equal -= 1;
            places.push_back(b);
        }
    }
}

}  // namespace

void linearOneClassSvmFit(Isa isa, int threads, LinearOneClassSvmFit const& fit) {
    MarginsFn const marginsOf = pick(kMargins, isa);
    SumFn const sumOf = pick(kSums, isa);
    std::size_t const width = fit.features.count > 0 ? fit.features.count : fit.cols;
    std::vector<double const*> drawn(fit.batch), worst;
    std::vector<double> margins(fit.batch), scratch, sum(width);
    std::vector<std::size_t> places;
    auto const taken =
        std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(fit.nu * static_cast<double>(fit.batch))));
    for (std::size_t s = 0; s < fit.steps; s++) {
        auto const step = static_cast<std::uint32_t>(fit.first_step + s);
        Random random(fit.seed, step);
        for (double const*& row : drawn) {
            row = fit.x + static_cast<std::size_t>(random.below(static_cast<std::int64_t>(fit.rows))) * fit.cols;
        }
        parallelFor(fit.batch, kGrain, threads, [&](std::size_t from, std::size_t to) {
            marginsOf(fit.features, fit.weights, drawn.data() + from, to - from, fit.cols, margins.data() + from);
        });
        for (double& margin : margins) {
            if (margin != margin) margin = -std::numeric_limits<double>::infinity();  // only where the values overflow
        }
        leastFirst(margins, taken, scratch, places);
        worst.clear();
        for (std::size_t const b : places) worst.push_back(drawn[b]);
        std::fill(sum.begin(), sum.end(), 0.0);
        sumOf(fit.features, worst.data(), worst.size(), fit.cols, sum.data());
        double const eta = 2 / (static_cast<double>(step) + 2);
        for (std::size_t f = 0; f < width; f++) {
            double const moved = (1 - eta) * fit.weights[f] + eta * (sum[f] / static_cast<double>(taken));
            fit.weights[f] = moved;
            fit.mean[f] = (1 - eta) * fit.mean[f] + eta * moved;
        }
    }
}

void linearOneClassSvmScore(Isa isa, int threads, LinearOneClassSvmScore const& score) {
    MarginsFn const marginsOf = pick(kMargins, isa);
    parallelFor(score.rows, kGrain, threads, [&](std::size_t from, std::size_t to) {
        double const* rows[kGrain];
        for (std::size_t i = from; i < to; i++) rows[i - from] = score.x + i * score.cols;
        marginsOf(score.features, score.weights, rows, to - from, score.cols, score.scores + from);
        for (std::size_t i = from; i < to; i++) score.scores[i] = score.offset - score.scale * score.scores[i];
    });
}

}  // namespace telltale
