// The mirror, operation for operation, of packages/core/src/math/float32-activations.ts.

namespace telltale::TT_TARGET {

static inline Floats select(FloatBits mask, Floats yes, Floats no) {
    return (Floats)(((FloatBits)yes & mask) | ((FloatBits)no & ~mask));
}

static inline Floats expFloats(Floats x) {
    Floats const low = Floats{} - 87.0f;
    Floats const high = Floats{} + 88.0f;
    x = select(x < low, low, x);
    x = select(x > high, high, x);
    Floats const shifted = x * 1.4426950216293335f + 12582912.0f;
    Floats const n = shifted - 12582912.0f;
    Floats const r = (x - n * 0.693359375f) - n * -0.00021219444170128554f;
    Floats p = 0.0013934544986113906f * r + 0.008363776840269566f;
    p = p * r + 0.04166645556688309f;
    p = p * r + 0.16666573286056519f;
    p = p * r + 0.5f;
    Floats const y = (p * (r * r) + r) + 1.0f;
    // The rounded exponent stands in the low bits of the sum; the bits of its rounder leave at the top.
    return y * (Floats)(((FloatBits)shifted << 23) + 0x3f800000);
}

static inline Floats sigmoidFloats(Floats x) { return 1.0f / (1.0f + expFloats(-x)); }

static inline Floats tanhFloats(Floats x) {
    FloatBits const sign = FloatBits{} + static_cast<std::int32_t>(0x80000000u);
    Floats const size = (Floats)((FloatBits)x & ~sign);
    Floats const z = x * x;
    Floats p = -0.006061604246497154f * z + 0.02097359299659729f;
    p = p * z + -0.053846098482608795f;
    p = p * z + 0.1333273947238922f;
    p = p * z + -0.333333283662796f;
    Floats const small = (p * z) * x + x;
    Floats const large = 1.0f - 2.0f / (expFloats(size + size) + 1.0f);
    Floats const signedLarge = (Floats)((FloatBits)large ^ ((FloatBits)x & sign));
    return select(size < 0.625f, small, signedLarge);
}

template <bool kRelu>
static inline Floats activate(Floats x) {
    if constexpr (kRelu) return select(x < 0.0f, Floats{}, x);
    return tanhFloats(x);
}

// The slope of the activation where its value is `value`.
template <bool kRelu>
static inline Floats slopeAt(Floats value) {
    if constexpr (kRelu) return select(value > 0.0f, Floats{} + 1.0f, Floats{});
    return 1.0f - value * value;
}

}  // namespace telltale::TT_TARGET
