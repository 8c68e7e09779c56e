// One batch through a dense network and back, and the step of descent after it: in the order of operations of
// packages/core/src/kernels/reference/dense-network.

#include "kernels/dense-network/dense-normalized-inl.h"

namespace telltale::TT_TARGET {

static inline std::uint32_t denseMix(std::uint32_t value) {
    std::uint32_t z = value + 0x9e3779b9U;
    z = (z ^ (z >> 16)) * 0x21f0aaadU;
    z = (z ^ (z >> 15)) * 0x735a2d97U;
    return z ^ (z >> 15);
}

static inline DenseU denseMixAll(DenseU value) {
    DenseU z = value + 0x9e3779b9U;
    z = (z ^ (z >> 16)) * 0x21f0aaadU;
    z = (z ^ (z >> 15)) * 0x735a2d97U;
    return z ^ (z >> 15);
}

// 0 for a unit that is dropped, else what its output is multiplied by.
static void denseMask(float rate, std::uint32_t word, std::size_t layer, std::size_t units, std::size_t lanes,
                      float* mask) {
    float const kept = 1.0F / (1.0F - rate);
    auto const threshold = static_cast<std::uint32_t>(static_cast<double>(rate) * 4294967296.0);
    std::uint32_t const layer_word = denseMix(word ^ static_cast<std::uint32_t>(layer));
    DenseU iota;
    for (int i = 0; i < kDenseL; i++) iota[i] = static_cast<std::uint32_t>(i);
    DenseF const zero = {};
    for (std::size_t u = 0; u < units; u++) {
        for (std::size_t i = 0; i < lanes; i += kDenseL) {
            DenseU const place = (iota + static_cast<std::uint32_t>(i)) * static_cast<std::uint32_t>(units) +
                                 static_cast<std::uint32_t>(u);
            DenseU const hash = denseMixAll(place ^ layer_word);
            DenseU const limit = DenseU{} + threshold;
            denseStore(mask + u * lanes + i, hash < limit ? zero : denseAll(kept));
        }
    }
}

static void denseLossGradients(DenseNetworkTrain const& work, float const* input, float const* outputs,
                               std::size_t units, std::size_t lanes, std::size_t count, float* out, float* row_loss) {
    std::size_t const width = work.loss == DenseLoss::kGaussian ? units / 2 : units;
    auto const scale = static_cast<float>(work.loss_scale);
    auto const share = static_cast<float>(work.loss_scale / static_cast<double>(count));
    auto const twice = static_cast<float>((2 * work.loss_scale) / static_cast<double>(count));
    DenseF const zero = {};
    for (std::size_t j = 0; j < width; j++) {
        for (std::size_t i = 0; i < lanes; i += kDenseL) {
            std::size_t const at = j * lanes + i;
            DenseF const wanted = work.target == nullptr ? denseLoad(input + at) : denseAll(work.target[j]);
            DenseF const d = denseLoad(outputs + at) - wanted;
            DenseF gradient, lost;
            if (work.loss == DenseLoss::kSquared) {
                gradient = d * twice;
                lost = d * d;
            } else if (work.loss == DenseLoss::kAbsolute) {
                gradient = d > zero ? denseAll(share) : d < zero ? denseAll(-share) : zero;
                lost = d < zero ? -d : d;
            } else {
                DenseF const raw = denseLoad(outputs + width * lanes + at);
                DenseF const bounded = denseBoundLogVariance(raw);
                DenseF const pull = d * denseExp(-bounded);
                DenseF const square = d * pull;
                gradient = pull * share;
                DenseF const spread = raw == bounded ? (0.5F * share) * (1.0F - square) : zero;
                denseStore(out + width * lanes + at, denseWithin(spread, i, count));
                lost = 0.5F * ((1.8378770664093453F + bounded) + square);
            }
            denseStore(out + at, denseWithin(gradient, i, count));
            denseStore(row_loss + i, denseLoad(row_loss + i) + denseWithin(scale * lost, i, count));
        }
    }
}

// Gradients of means and logarithms of variances from those of the drawn units, with those of the divergence.
static void denseSampledBack(DenseNetworkTrain const& work, std::size_t units, float const* sums,
                             float const* gradients, float const* noise, std::size_t lanes, std::size_t count,
                             float* out, float* row_loss) {
    auto const weight = static_cast<float>(work.kl_weight);
    auto const share = static_cast<float>(work.kl_weight / static_cast<double>(count));
    DenseF const zero = {};
    for (std::size_t u = 0; u < units; u++) {
        for (std::size_t i = 0; i < lanes; i += kDenseL) {
            std::size_t const at = u * lanes + i;
            DenseF const mean = denseLoad(sums + at);
            DenseF const raw = denseLoad(sums + units * lanes + at);
            DenseF const bounded = denseBoundLogVariance(raw);
            DenseF const deviation = denseExp(0.5F * bounded);
            DenseF const variance = deviation * deviation;
            DenseF const g = denseLoad(gradients + at);
            DenseF const drawn = noise == nullptr ? zero : denseLoad(noise + at);
            DenseF const excess = variance - 1.0F;
            DenseF const from_draw = (g * drawn) * (0.5F * deviation);
            DenseF const spread = raw == bounded ? from_draw + (0.5F * share) * excess : zero;
            denseStore(out + at, denseWithin(g + share * mean, i, count));
            denseStore(out + units * lanes + at, denseWithin(spread, i, count));
            DenseF const divergence = (mean * mean + excess) - bounded;
            DenseF const lost = (0.5F * weight) * divergence;
            denseStore(row_loss + i, denseLoad(row_loss + i) + denseWithin(lost, i, count));
        }
    }
}

// The step of one register of weights; `limits` says how many of its lanes there are.
static inline void denseStep(DenseNetworkTrain const& work, DenseStepNumbers const& n, DenseF g, std::size_t at,
                             std::size_t lanes) {
    DenseF w = {}, m = {}, v = {};
    __builtin_memcpy(&w, work.weights + at, lanes * sizeof(float));
    __builtin_memcpy(&m, work.moments1 + at, lanes * sizeof(float));
    __builtin_memcpy(&v, work.moments2 + at, lanes * sizeof(float));
    if (work.optimizer == DenseOptimizer::kAdam) {
        m = m + (g - m) * n.rest1;
        v = v + (g * g - v) * n.rest2;
        w = w - (m * n.alpha) / (denseSqrt(v) + n.epsilon);
    } else if (work.optimizer == DenseOptimizer::kSgd) {
        m = n.beta1 * m - n.rate * g;
        w = w + m;
    } else {
        v = n.beta2 * v + (g * g) * n.rest2;
        w = w - (n.rate * g) / denseSqrt(v + n.epsilon);
    }
    __builtin_memcpy(work.weights + at, &w, lanes * sizeof(float));
    __builtin_memcpy(work.moments1 + at, &m, lanes * sizeof(float));
    __builtin_memcpy(work.moments2 + at, &v, lanes * sizeof(float));
}

void denseDescend(DenseNetworkTrain const& work, DenseStepNumbers const& numbers, float const* gradients,
                  std::size_t count) {
    for (std::size_t at = 0; at < count; at += kDenseL) {
        std::size_t const lanes = count - at < kDenseL ? count - at : kDenseL;
        DenseF g = {};
        __builtin_memcpy(&g, gradients + at, lanes * sizeof(float));
        denseStep(work, numbers, g, at, lanes);
    }
}

// One batch: the gradients of all weights, and the sum of its rows' losses. `count` rows from place `from` of the
// order.
float denseBatch(DenseNetworkTrain const& work, DenseScratch const& scratch, std::size_t from, std::size_t count,
                 std::uint32_t word, float* gradients) {
    std::size_t const lanes = (count + 15) / 16 * 16, cols = work.cols;
    bool const learns = work.optimizer != DenseOptimizer::kNone;
    float* const input = scratch.input;
    for (std::size_t lane = 0; lane < lanes; lane++) {
        double const* const row =
            lane < count ? work.x + static_cast<std::size_t>(work.order[from + lane]) * cols : nullptr;
        for (std::size_t j = 0; j < cols; j++) {
            double const v = row == nullptr ? 0 : row[j];
            double const bounded = v > kDenseMostInput ? kDenseMostInput : v < -kDenseMostInput ? -kDenseMostInput : v;
            input[j * lanes + lane] = static_cast<float>(bounded);
        }
    }
    float const* panel = input;
    float const* noise = nullptr;
    for (std::size_t l = 0; l < work.layer_count; l++) {
        DenseLayer const& layer = work.layers[l];
        DensePassed const& passed = scratch.passed[l];
        std::size_t const size = layer.units * lanes;
        denseSums(layer, work.weights, panel, lanes, passed.sums);
        if (layer.kind == DenseKind::kSampled) {
            if (work.noise != nullptr) {
                for (std::size_t lane = 0; lane < lanes; lane++) {
                    for (std::size_t u = 0; u < layer.units; u++) {
                        scratch.noise[u * lanes + lane] =
                            lane < count ? work.noise[(from + lane) * layer.units + u] : 0.0F;
                    }
                }
                noise = scratch.noise;
            }
            for (std::size_t at = 0; at < size; at += kDenseL) {
                DenseF const log_variance = denseBoundLogVariance(denseLoad(passed.sums + size + at));
                DenseF const drawn = noise == nullptr ? DenseF{} : denseLoad(noise + at);
                denseStore(passed.outputs + at, denseLoad(passed.sums + at) + denseExp(0.5F * log_variance) * drawn);
            }
        } else {
            bool const normalized = layer.kind == DenseKind::kNormalized;
            if (normalized && learns) {
                denseNormalizeBatch(layer, work.weights, passed.sums, passed.inverses, lanes, count, passed.outputs);
            } else if (normalized) {
                denseNormalize(layer, work.weights, passed.outputs, lanes);
            }
            denseActivate(passed.outputs, size, layer.activation);
        }
        panel = passed.outputs;
        if (learns && work.dropout[l] > 0) {
            denseMask(work.dropout[l], word, l, layer.units, lanes, passed.mask);
            for (std::size_t at = 0; at < size; at += kDenseL) {
                denseStore(passed.dropped + at, denseLoad(passed.outputs + at) * denseLoad(passed.mask + at));
            }
            panel = passed.dropped;
        }
    }

    for (std::size_t i = 0; i < lanes; i++) scratch.row_loss[i] = 0;
    float* back = scratch.back;
    float* other = scratch.other;
    denseLossGradients(work, input, panel, work.layers[work.layer_count - 1].units, lanes, count, back,
                       scratch.row_loss);
    for (std::size_t l = work.layer_count; l-- > 0;) {
        DenseLayer const& layer = work.layers[l];
        DensePassed const& passed = scratch.passed[l];
        std::size_t const size = layer.units * lanes;
        if (learns && work.dropout[l] > 0) {
            for (std::size_t at = 0; at < size; at += kDenseL) {
                denseStore(back + at, denseLoad(back + at) * denseLoad(passed.mask + at));
            }
        }
        if (layer.kind == DenseKind::kSampled) {
            denseSampledBack(work, layer.units, passed.sums, back, noise, lanes, count, other, scratch.row_loss);
            float* const swap = back;
            back = other;
            other = swap;
        } else {
            denseActivateBack(back, passed.outputs, size, layer.activation);
        }
        float const* const given = l == 0                              ? input
                                   : learns && work.dropout[l - 1] > 0 ? scratch.passed[l - 1].dropped
                                                                       : scratch.passed[l - 1].outputs;
        if (learns && layer.kind == DenseKind::kNormalized) {
            denseNormalizedBack(layer, work.weights, passed.sums, passed.inverses, lanes, count, back, gradients);
        }
        if (learns) denseWeightGradients(layer, given, back, lanes, gradients);
        if (l > 0) {
            denseInputGradients(layer, work.weights, back, lanes, other);
            float* const swap = back;
            back = other;
            other = swap;
        }
    }
    DenseF sum[1][kDenseV] = {};
    for (std::size_t i = 0; i < lanes; i += 16) {
        for (int v = 0; v < kDenseV; v++) sum[0][v] += denseLoad(scratch.row_loss + i + v * kDenseL);
    }
    float total;
    denseFold<1>(sum, &total);
    return total;
}

}  // namespace telltale::TT_TARGET
