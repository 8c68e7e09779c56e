#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernels/dense-network/dense-network.h"
#include "simd/dispatch.h"

#if defined(TT_X86)
#include <immintrin.h>
#elif defined(TT_ARM)
#include <arm_neon.h>
#endif

namespace telltale {

namespace {

// What a layer makes of a batch: panels of its sums and its units.
struct DensePassed {
    float* sums;
    float* outputs;   // the same as the sums, unless units are drawn or normalized by their batch
    float* inverses;  // one a unit, where they are normalized by their batch
    float* dropped;   // outputs without the dropped ones, where any is dropped
    float* mask;
};

struct DenseScratch {
    float* input;
    float* noise;
    float* row_loss;
    float* back;
    float* other;
    DensePassed const* passed;
};

// What a step of descent multiplies by, in single precision.
struct DenseStepNumbers {
    float rate, beta1, beta2, rest1, rest2, epsilon, alpha;
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/dense-network/dense-train-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using BatchFn = float (*)(DenseNetworkTrain const& work, DenseScratch const& scratch, std::size_t from,
                          std::size_t count, std::uint32_t word, float* gradients);
using DescendFn = void (*)(DenseNetworkTrain const& work, DenseStepNumbers const& numbers, float const* gradients,
                           std::size_t count);

std::uint32_t mix(std::uint32_t value) {
    std::uint32_t z = value + 0x9e3779b9U;
    z = (z ^ (z >> 16)) * 0x21f0aaadU;
    z = (z ^ (z >> 15)) * 0x735a2d97U;
    return z ^ (z >> 15);
}

std::uint32_t stepWord(std::uint64_t seed, std::int64_t step) {
    std::uint32_t const low = mix(0x5bd1e995U ^ static_cast<std::uint32_t>(seed));
    return mix(mix(low ^ static_cast<std::uint32_t>(seed >> 32)) ^ static_cast<std::uint32_t>(step));
}

void penalise(DenseNetworkTrain const& work, float* gradients) {
    if (work.l1 == 0 && work.l2 == 0) return;
    auto const slope = static_cast<float>(work.l1);
    auto const twice = static_cast<float>(2 * work.l2);
    for (std::size_t l = 0; l < work.layer_count; l++) {
        for (std::size_t i = work.layers[l].kernel_at; i < work.layers[l].bias_at; i++) {
            float const w = work.weights[i];
            float const side = w > 0 ? slope : w < 0 ? -slope : 0;
            gradients[i] = (gradients[i] + twice * w) + side;
        }
    }
}

void shorten(double length, float* gradients, std::size_t count) {
    double squares = 0;
    for (std::size_t i = 0; i < count; i++) {
        auto const g = static_cast<double>(gradients[i]);
        squares += g * g;
    }
    double const norm = std::sqrt(squares);
    if (!(norm > length)) return;
    auto const factor = static_cast<float>(length / norm);
    for (std::size_t i = 0; i < count; i++) gradients[i] = gradients[i] * factor;
}

DenseStepNumbers nextStep(DenseNetworkTrain const& work) {
    work.powers[0] = work.powers[0] * work.beta1;
    work.powers[1] = work.powers[1] * work.beta2;
    DenseStepNumbers n{};
    n.rate = static_cast<float>(work.rate);
    n.beta1 = static_cast<float>(work.beta1);
    n.beta2 = static_cast<float>(work.beta2);
    n.rest1 = static_cast<float>(1 - work.beta1);
    n.rest2 = static_cast<float>(1 - work.beta2);
    n.epsilon = static_cast<float>(work.epsilon);
    n.alpha = static_cast<float>((work.rate * std::sqrt(1 - work.powers[1])) / (1 - work.powers[0]));
    return n;
}

}  // namespace

void denseNetworkTrain(Isa isa, DenseNetworkTrain const& work) {
    static constexpr BatchFn kBatches[] = TT_VARIANTS(denseBatch);
    static constexpr DescendFn kSteps[] = TT_VARIANTS(denseDescend);
    BatchFn const batch = pick(kBatches, isa);
    DescendFn const descend = pick(kSteps, isa);
    for (std::size_t i = work.from; i < work.to; i++) {
        if (work.order[i] < 0 || static_cast<std::size_t>(work.order[i]) >= work.rows) {
            throw std::invalid_argument("order: a place is no row of x");
        }
    }
    std::size_t const most = std::min(work.batch, work.to - work.from);
    std::size_t const lanes = (most + kDenseLanes - 1) / kDenseLanes * kDenseLanes;
    std::size_t widest = work.cols, sampled = 0;
    std::vector<std::vector<float>> panels;
    auto const panel = [&](std::size_t units) { return panels.emplace_back(units * lanes).data(); };
    std::vector<DensePassed> passed;
    for (std::size_t l = 0; l < work.layer_count; l++) {
        DenseLayer const& layer = work.layers[l];
        widest = std::max(widest, layer.sums);
        DensePassed p{};
        p.sums = panel(layer.sums);
        p.outputs = p.sums;
        if (layer.kind == DenseKind::kSampled) {
            sampled = layer.units;
            p.outputs = panel(layer.units);
        }
        if (layer.kind == DenseKind::kNormalized && work.optimizer != DenseOptimizer::kNone) {
            p.outputs = panel(layer.units);
            p.inverses = panels.emplace_back(layer.units).data();
        }
        if (work.dropout[l] > 0) {
            p.dropped = panel(layer.units);
            p.mask = panel(layer.units);
        }
        passed.push_back(p);
    }
    DenseScratch scratch{};
    scratch.input = panel(work.cols);
    scratch.noise = panel(sampled);
    scratch.row_loss = panel(1);
    scratch.back = panel(widest);
    scratch.other = panel(widest);
    scratch.passed = passed.data();
    std::size_t const count = work.layers[work.layer_count - 1].end;
    std::vector<float> gradients(count);
    std::int64_t step = work.first_step;
    for (std::size_t from = work.from; from < work.to; from += work.batch, step++) {
        std::size_t const rows = std::min(work.batch, work.to - from);
        float const lost = batch(work, scratch, from, rows, stepWord(work.seed, step), gradients.data());
        work.losses[0] = work.losses[0] + static_cast<double>(lost);
        if (work.optimizer == DenseOptimizer::kNone) continue;
        penalise(work, gradients.data());
        if (work.clip > 0) shorten(work.clip, gradients.data(), count);
        descend(work, nextStep(work), gradients.data(), count);
    }
}

}  // namespace telltale
