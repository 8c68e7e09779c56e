// What goes back through a layer: gradients of its inputs and of its weights.

#include "kernels/dense-network/dense-layer-inl.h"

namespace telltale::TT_TARGET {

static inline DenseF denseActivatedBack(DenseF g, DenseF v, DenseActivation activation) {
    DenseF const zero = {};
    switch (activation) {
        case DenseActivation::kLinear:
            return g;
        case DenseActivation::kRelu:
            return v > zero ? g : zero;
        case DenseActivation::kLeakyRelu:
            return v > zero ? g : 0.3F * g;
        case DenseActivation::kElu:
            return v > zero ? g : g * (v + 1.0F);
        case DenseActivation::kTanh:
            return g * (1.0F - v * v);
        default:
            return g * (v * (1.0F - v));
    }
}

static void denseActivateBack(float* gradients, float const* outputs, std::size_t count, DenseActivation activation) {
    if (activation == DenseActivation::kLinear) return;
    for (std::size_t i = 0; i < count; i += kDenseL) {
        denseStore(gradients + i, denseActivatedBack(denseLoad(gradients + i), denseLoad(outputs + i), activation));
    }
}

static void denseInputGradients(DenseLayer const& layer, float const* weights, float const* gradients,
                                std::size_t lanes, float* out) {
    denseProduct(weights + layer.kernel_at, layer.sums, 1, nullptr, gradients, layer.sums, layer.inputs, lanes, out);
}

// The lane of (a, b) that result lane t takes when segments of kSize lanes are folded by halves; kHigh: the upper half.
template <int kSize, bool kHigh>
constexpr int denseFoldLane(int t) {
    int const half = kSize / 2, per_register = kDenseL / kSize, segment = t / half;
    int const within = (segment % per_register) * kSize + t % half + (kHigh ? half : 0);
    return segment / per_register * kDenseL + within;
}

template <int kSize, int... kLane>
static inline DenseF denseFoldPair(DenseF a, DenseF b, std::integer_sequence<int, kLane...>) {
    return __builtin_shufflevector(a, b, denseFoldLane<kSize, false>(kLane)...) +
           __builtin_shufflevector(a, b, denseFoldLane<kSize, true>(kLane)...);
}

// kCount registers whose segments are of kSize lanes to one, with the sums in the order of the registers.
template <int kSize, int kCount>
static inline DenseF denseFoldTree(DenseF* v) {
    if constexpr (kSize == 1) {
        return v[0];
    } else {
        constexpr int kNext = kCount > 1 ? kCount / 2 : 1;
#pragma GCC unroll 8
        for (int i = 0; i < kNext; i++) {
            v[i] = denseFoldPair<kSize>(v[2 * i * (kCount > 1)], v[kCount > 1 ? 2 * i + 1 : 0],
                                        std::make_integer_sequence<int, kDenseL>{});
        }
        return denseFoldTree<kSize / 2, kNext>(v);
    }
}

// Sums of sixteen lanes each, kCount of them (a power of two, at most the lanes of a register), to `out`.
template <int kCount>
static inline void denseFold(DenseF (&sums)[kCount][kDenseV], float* out) {
    DenseF folded[kCount];
#pragma GCC unroll 16
    for (int i = 0; i < kCount; i++) {
        if constexpr (kDenseV == 4) folded[i] = (sums[i][0] + sums[i][2]) + (sums[i][1] + sums[i][3]);
        if constexpr (kDenseV == 2) folded[i] = sums[i][0] + sums[i][1];
        if constexpr (kDenseV == 1) folded[i] = sums[i][0];
    }
    DenseF const all = denseFoldTree<kDenseL, kCount>(folded);
    __builtin_memcpy(out, &all, kCount * sizeof(float));
}

// Gradients of kRows x kCols weights, folded to `out`, row-major.
template <int kRows, int kCols>
static inline void denseOuter(float const* panel, float const* gradients, std::size_t lanes, float* out) {
    DenseF sum[kRows * kCols][kDenseV] = {};
    for (std::size_t i = 0; i < lanes; i += 16) {
        DenseF right[kCols][kDenseV];
#pragma GCC unroll 4
        for (int j = 0; j < kCols; j++) {
#pragma GCC unroll 4
            for (int v = 0; v < kDenseV; v++) right[j][v] = denseLoad(gradients + j * lanes + i + v * kDenseL);
        }
#pragma GCC unroll 4
        for (int k = 0; k < kRows; k++) {
#pragma GCC unroll 4
            for (int v = 0; v < kDenseV; v++) {
                DenseF const left = denseLoad(panel + k * lanes + i + v * kDenseL);
#pragma GCC unroll 4
                for (int j = 0; j < kCols; j++) sum[k * kCols + j][v] += left * right[j][v];
            }
        }
    }
    denseFold<kRows * kCols>(sum, out);
}

constexpr int kOuterRows = TT_AVX512 ? 4 : TT_AVX2 ? 2 : 1;
constexpr int kOuterCols = TT_AVX512 ? 4 : 2;

static void denseWeightGradients(DenseLayer const& layer, float const* panel, float const* gradients, std::size_t lanes,
                                 float* out) {
    std::size_t const inputs = layer.inputs, sums = layer.sums;
    float* const kernel = out + layer.kernel_at;
    float tile[16];
    std::size_t k = 0;
    for (; k + kOuterRows <= inputs; k += kOuterRows) {
        float const* const rows = panel + k * lanes;
        std::size_t j = 0;
        for (; j + kOuterCols <= sums; j += kOuterCols) {
            denseOuter<kOuterRows, kOuterCols>(rows, gradients + j * lanes, lanes, tile);
            for (int r = 0; r < kOuterRows; r++) {
                __builtin_memcpy(kernel + (k + r) * sums + j, tile + r * kOuterCols, kOuterCols * sizeof(float));
            }
        }
        for (; j < sums; j++) {
            denseOuter<kOuterRows, 1>(rows, gradients + j * lanes, lanes, tile);
            for (int r = 0; r < kOuterRows; r++) kernel[(k + r) * sums + j] = tile[r];
        }
    }
    for (; k < inputs; k++) {
        for (std::size_t j = 0; j < sums; j++) {
            denseOuter<1, 1>(panel + k * lanes, gradients + j * lanes, lanes, kernel + k * sums + j);
        }
    }
    if (!denseHasBias(layer.kind)) return;
    for (std::size_t j = 0; j < sums; j++) {
        DenseF sum[1][kDenseV] = {};
        for (std::size_t i = 0; i < lanes; i += 16) {
            for (int v = 0; v < kDenseV; v++) sum[0][v] += denseLoad(gradients + j * lanes + i + v * kDenseL);
        }
        denseFold<1>(sum, out + layer.bias_at + j);
    }
}

}  // namespace telltale::TT_TARGET
