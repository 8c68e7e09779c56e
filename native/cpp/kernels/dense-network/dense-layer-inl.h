// One layer on a panel of rows: unit after unit, each with a value for every row, `lanes` of them (a multiple of
// sixteen).

namespace telltale::TT_TARGET {

typedef float DenseF __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t DenseI __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::uint32_t DenseU __attribute__((vector_size(TT_WIDTH * 8)));

constexpr int kDenseL = TT_WIDTH * 2;                                   // lanes of a register
constexpr int kDenseV = 16 / kDenseL;                                   // registers of sixteen lanes
constexpr int kDenseWide = TT_AVX512 ? 4 : kDenseV;                     // registers of rows in a tile
constexpr int kDenseTall = TT_AVX512 || TT_NEON ? 4 : TT_AVX2 ? 4 : 2;  // units in a tile

static inline DenseF denseLoad(float const* from) {
    DenseF v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void denseStore(float* to, DenseF v) { __builtin_memcpy(to, &v, sizeof v); }

static inline DenseF denseAll(float v) { return v - DenseF{}; }

static inline DenseF denseSqrt(DenseF v) {
#if TT_AVX512
    return (DenseF)_mm512_sqrt_ps((__m512)v);
#elif TT_AVX2
    return (DenseF)_mm256_sqrt_ps((__m256)v);
#elif defined(TT_X86)
    return (DenseF)_mm_sqrt_ps((__m128)v);
#elif TT_NEON
    return (DenseF)vsqrtq_f32((float32x4_t)v);
#else
    for (int i = 0; i < kDenseL; i++) v[i] = __builtin_sqrtf(v[i]);
    return v;
#endif
}

// e^x for x brought into -87 … 88: the order of operations of reference/dense-network/activations.ts.
static inline DenseF denseExp(DenseF given) {
    DenseF const most = denseAll(88.0F), least = denseAll(-87.0F);
    DenseF const x = given > most ? most : given < least ? least : given;
    DenseF const k = (x * 1.4426950408889634F + 12582912.0F) - 12582912.0F;
    DenseF const r = (x - k * 0.693359375F) - k * -2.1219444005469057e-4F;
    DenseF p = r * static_cast<float>(1.0 / 5040) + static_cast<float>(1.0 / 720);
    p = p * r + static_cast<float>(1.0 / 120);
    p = p * r + static_cast<float>(1.0 / 24);
    p = p * r + static_cast<float>(1.0 / 6);
    p = p * r + 0.5F;
    DenseF const e = (p * (r * r) + r) + 1.0F;
    DenseI const power = (__builtin_convertvector(k, DenseI) + 127) << 23;
    return e * (DenseF)power;
}

static inline DenseF denseBoundLogVariance(DenseF v) {
    DenseF const most = denseAll(12.0F), least = denseAll(-12.0F);
    return v > most ? most : v < least ? least : v;
}

static inline DenseF denseActivated(DenseF v, DenseActivation activation) {
    DenseF const zero = {};
    switch (activation) {
        case DenseActivation::kLinear:
            return v;
        case DenseActivation::kRelu:
            return v > zero ? v : zero;
        case DenseActivation::kLeakyRelu:
            return v > zero ? v : 0.3F * v;
        case DenseActivation::kElu:
            return v > zero ? v : denseExp(v) - 1.0F;
        case DenseActivation::kTanh: {
            DenseF const e = denseExp(-2.0F * (v < zero ? -v : v));
            DenseF const t = (1.0F - e) / (1.0F + e);
            return v < zero ? -t : t;
        }
        default:
            return 1.0F / (1.0F + denseExp(-v));
    }
}

static void denseActivate(float* values, std::size_t count, DenseActivation activation) {
    if (activation == DenseActivation::kLinear) return;
    for (std::size_t i = 0; i < count; i += kDenseL)
        denseStore(values + i, denseActivated(denseLoad(values + i), activation));
}

// kTall outputs for kWide registers of rows: out(j) = bias(j) + sum over k of weight(j, k) * panel(k), k in order.
template <int kTall, int kWide>
static inline void denseTile(float const* weights, std::size_t out_stride, std::size_t in_stride, float const* bias,
                             float const* panel, std::size_t inputs, std::size_t lanes, float* out) {
    DenseF sum[kTall][kWide];
#pragma GCC unroll 4
    for (int j = 0; j < kTall; j++) {
#pragma GCC unroll 4
        for (int v = 0; v < kWide; v++) sum[j][v] = denseAll(bias == nullptr ? 0.0F : bias[j]);
    }
    for (std::size_t k = 0; k < inputs; k++) {
        DenseF row[kWide];
#pragma GCC unroll 4
        for (int v = 0; v < kWide; v++) row[v] = denseLoad(panel + k * lanes + v * kDenseL);
#pragma GCC unroll 4
        for (int j = 0; j < kTall; j++) {
            float const w = weights[j * out_stride + k * in_stride];
#pragma GCC unroll 4
            for (int v = 0; v < kWide; v++) sum[j][v] += w * row[v];
        }
    }
#pragma GCC unroll 4
    for (int j = 0; j < kTall; j++) {
#pragma GCC unroll 4
        for (int v = 0; v < kWide; v++) denseStore(out + j * lanes + v * kDenseL, sum[j][v]);
    }
}

template <int kTall>
static inline void denseRow(float const* weights, std::size_t out_stride, std::size_t in_stride, float const* bias,
                            float const* panel, std::size_t inputs, std::size_t lanes, float* out) {
    std::size_t i = 0;
    for (; i + kDenseWide * kDenseL <= lanes; i += kDenseWide * kDenseL) {
        denseTile<kTall, kDenseWide>(weights, out_stride, in_stride, bias, panel + i, inputs, lanes, out + i);
    }
    for (; i < lanes; i += kDenseV * kDenseL) {
        denseTile<kTall, kDenseV>(weights, out_stride, in_stride, bias, panel + i, inputs, lanes, out + i);
    }
}

static void denseProduct(float const* weights, std::size_t out_stride, std::size_t in_stride, float const* bias,
                         float const* panel, std::size_t inputs, std::size_t outputs, std::size_t lanes, float* out) {
    std::size_t j = 0;
    for (; j + kDenseTall <= outputs; j += kDenseTall) {
        denseRow<kDenseTall>(weights + j * out_stride, out_stride, in_stride, bias == nullptr ? nullptr : bias + j,
                             panel, inputs, lanes, out + j * lanes);
    }
    for (; j < outputs; j++) {
        denseRow<1>(weights + j * out_stride, out_stride, in_stride, bias == nullptr ? nullptr : bias + j, panel,
                    inputs, lanes, out + j * lanes);
    }
}

// Whether a number is added to each sum; a normalized layer's is added after its normalization.
static inline bool denseHasBias(DenseKind kind) { return kind == DenseKind::kBiased || kind == DenseKind::kSampled; }

static void denseSums(DenseLayer const& layer, float const* weights, float const* panel, std::size_t lanes,
                      float* out) {
    float const* const bias = denseHasBias(layer.kind) ? weights + layer.bias_at : nullptr;
    denseProduct(weights + layer.kernel_at, 1, layer.sums, bias, panel, layer.inputs, layer.sums, lanes, out);
}

static inline float denseInverseDeviation(float variance) {
    return 1.0F / denseSqrt(denseAll(variance + static_cast<float>(kDenseNormalizedEpsilon)))[0];
}

// Normalizes sums by the moving mean and variance, scales and shifts them, in place.
static void denseNormalize(DenseLayer const& layer, float const* weights, float* sums, std::size_t lanes) {
    DenseNormalization<float const> const n(layer, weights);
    for (std::size_t u = 0; u < layer.units; u++) {
        DenseF const mean = denseAll(n.mean[u]), inverse = denseAll(denseInverseDeviation(n.variance[u]));
        float* const row = sums + u * lanes;
        for (std::size_t i = 0; i < lanes; i += kDenseL) {
            DenseF const value = (denseLoad(row + i) - mean) * inverse;
            denseStore(row + i, n.scale[u] * value + n.shift[u]);
        }
    }
}

}  // namespace telltale::TT_TARGET
