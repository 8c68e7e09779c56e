// Batch normalization of a panel and its way back: in the order of operations of
// packages/core/src/kernels/reference/dense-network/normalized.ts.

#include "kernels/dense-network/dense-gradient-inl.h"

namespace telltale::TT_TARGET {

// What the lanes of rows beyond `count` hold is not to count: those of `v`, which begin at lane i, become 0.
static inline DenseF denseWithin(DenseF v, std::size_t i, std::size_t count) {
    if (i + kDenseL <= count) return v;
    for (std::size_t lane = 0; lane < kDenseL; lane++) {
        if (i + lane >= count) v[lane] = 0;
    }
    return v;
}

// The sum of what `value` gives for the register at lane i, over all lanes.
template <typename Value>
static inline float denseUnitSum(std::size_t lanes, Value const& value) {
    DenseF sum[1][kDenseV] = {};
    for (std::size_t i = 0; i < lanes; i += 16) {
        for (int v = 0; v < kDenseV; v++) sum[0][v] += value(i + v * kDenseL);
    }
    float total;
    denseFold<1>(sum, &total);
    return total;
}

// A moving value after a batch whose own is `value`.
static inline float denseFollowed(float moving, float value) {
    return moving + (value - moving) * static_cast<float>(1 - kDenseNormalizedMomentum);
}

// Normalizes sums by the mean and the variance of the batch's `count` rows, which the moving ones in `weights` follow:
// the sums become the values that the way back needs, `outputs` what the activation gets.
static void denseNormalizeBatch(DenseLayer const& layer, float* weights, float* sums, float* inverses,
                                std::size_t lanes, std::size_t count, float* outputs) {
    DenseNormalization<float> const n(layer, weights);
    auto const rows = static_cast<float>(count);
    for (std::size_t u = 0; u < layer.units; u++) {
        float* const row = sums + u * lanes;
        float const middle =
            denseUnitSum(lanes, [=](std::size_t i) { return denseWithin(denseLoad(row + i), i, count); }) / rows;
        float const spread = denseUnitSum(lanes,
                                          [=](std::size_t i) {
                                              DenseF const difference =
                                                  denseWithin(denseLoad(row + i) - denseAll(middle), i, count);
                                              denseStore(row + i, difference);
                                              return difference * difference;
                                          }) /
                             rows;
        inverses[u] = denseInverseDeviation(spread);
        for (std::size_t i = 0; i < lanes; i += kDenseL) {
            DenseF const value = denseLoad(row + i) * inverses[u];
            denseStore(row + i, value);
            denseStore(outputs + u * lanes + i, n.scale[u] * value + n.shift[u]);
        }
        n.mean[u] = denseFollowed(n.mean[u], middle);
        n.variance[u] = denseFollowed(n.variance[u], spread);
    }
}

// Turns gradients of what the activation got into gradients of sums, in place; those of scale and shift are written
// where these stand.
static void denseNormalizedBack(DenseLayer const& layer, float const* weights, float const* values,
                                float const* inverses, std::size_t lanes, std::size_t count, float* back,
                                float* gradients) {
    float const* const scale = DenseNormalization<float const>(layer, weights).scale;
    DenseNormalization<float> const to(layer, gradients);
    auto const rows = static_cast<float>(count);
    for (std::size_t u = 0; u < layer.units; u++) {
        float* const g = back + u * lanes;
        float const* const value = values + u * lanes;
        float const shifted =
            denseUnitSum(lanes, [=](std::size_t i) { return denseWithin(denseLoad(g + i), i, count); });
        float const scaled = denseUnitSum(
            lanes, [=](std::size_t i) { return denseWithin(denseLoad(g + i) * denseLoad(value + i), i, count); });
        float const slope = scale[u] * inverses[u], level = shifted / rows, tilt = scaled / rows;
        for (std::size_t i = 0; i < lanes; i += kDenseL) {
            DenseF const centred = denseLoad(g + i) - denseAll(level);
            DenseF const gradient = slope * (centred - denseLoad(value + i) * tilt);
            denseStore(g + i, denseWithin(gradient, i, count));
        }
        to.shift[u] = shifted;
        to.scale[u] = scaled;
    }
}

}  // namespace telltale::TT_TARGET
