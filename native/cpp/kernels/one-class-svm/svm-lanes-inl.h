// Vectors of doubles and floats of the native width, and 2^x of them. Included by kernel bodies (see
// simd/foreach_target.h for the rules).

namespace telltale::TT_TARGET {

constexpr std::size_t kSvmBytes = TT_WIDTH * 8;
typedef double SvmD __attribute__((vector_size(TT_WIDTH * 8)));
typedef float SvmF __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int64_t SvmDI __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t SvmFI __attribute__((vector_size(TT_WIDTH * 8)));
typedef float SvmHalf __attribute__((vector_size(TT_WIDTH * 4)));  // as many floats as a vector has doubles

template <typename T>
struct SvmLanes;

template <>
struct SvmLanes<double> {
    using V = SvmD;
    using I = SvmDI;
    static constexpr double kRound = 6755399441055744.0;  // 2^52 + 2^51
    static constexpr int kMantissa = 52;
    static constexpr double kLeast = -1022;
    static constexpr double kPolynomial[] = {1.0212097549811005e-07, 1.3259945262689143e-06, 1.5252640059770786e-05,
                                             0.00015403432339553542, 0.001333355825801874,   0.009618129195951041,
                                             0.05550410866428854,    0.24022650695631514,    0.6931471805599526,
                                             1.000000000000014};
};

template <>
struct SvmLanes<float> {
    using V = SvmF;
    using I = SvmFI;
    static constexpr float kRound = 12582912.0F;  // 2^23 + 2^22
    static constexpr int kMantissa = 23;
    static constexpr float kLeast = -126;
    static constexpr float kPolynomial[] = {0.001339086336353527F, 0.009676031918255982F, 0.05550357114222094F,
                                            0.2402210748530968F,   0.6931471880262273F,   1.0000000754548972F};
};

// a * b + c, rounded once where the machine can.
static inline SvmD multiplyAdd(SvmD a, SvmD b, SvmD c) {
#if TT_AVX512
    return (SvmD)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif TT_AVX2
    return (SvmD)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif TT_NEON
    return (SvmD)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
    return a * b + c;
#endif
}

static inline SvmF multiplyAdd(SvmF a, SvmF b, SvmF c) {
#if TT_AVX512
    return (SvmF)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif TT_AVX2
    return (SvmF)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif TT_NEON
    return (SvmF)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

// The larger of the two; the second where the first is NaN.
static inline SvmD atLeast(SvmD a, SvmD b) {
#if TT_AVX512
    return (SvmD)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif TT_AVX2
    return (SvmD)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    return a > b ? a : b;
#endif
}

static inline SvmF atLeast(SvmF a, SvmF b) {
#if TT_AVX512
    return (SvmF)_mm512_max_ps((__m512)a, (__m512)b);
#elif TT_AVX2
    return (SvmF)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return a > b ? a : b;
#endif
}

template <typename V, typename T>
static inline V loadLanes(T const* from) {
    V v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

template <typename V, typename T>
static inline void storeLanes(T* to, V v) {
    __builtin_memcpy(to, &v, sizeof v);
}

#if TT_AVX512

// 2^x = 2^(n / 16) 2^f with n = round(16 x) and |f| <= 1/32. Of 2^(n / 16), the low four bits of n choose a value from
// a table in registers; its bits lack i << 48 (i << 19 for floats), so that n, moved up whole, adds just the exponent.
static inline SvmD powerOfTwoInSteps(SvmD x) {
    static constexpr std::uint64_t kSteps[16] = {
        0x3ff0000000000000, 0x3fefb5586cf9890f, 0x3fef72b83c7d517b, 0x3fef387a6e756238,
        0x3fef06fe0a31b715, 0x3feedea64c123422, 0x3feebfdad5362a27, 0x3feeab07dd485429,
        0x3feea09e667f3bcd, 0x3feea11473eb0187, 0x3feeace5422aa0db, 0x3feec49182a3f090,
        0x3feee89f995ad3ad, 0x3fef199bdd85529c, 0x3fef5818dcfba487, 0x3fefa4afa2a490da};
    constexpr double kRound = 422212465065984.0;  // (2^52 + 2^51) / 16
    SvmD const shifted = x + kRound;
    SvmD const f = x - (shifted - kRound);
    SvmDI const step =
        (SvmDI)_mm512_permutex2var_epi64(_mm512_loadu_si512(kSteps), (__m512i)shifted, _mm512_loadu_si512(kSteps + 8));
    SvmD p = multiplyAdd(SvmD{} + 0.001333378157678426869, f, SvmD{} + 0.0096183547474075371241);
    p = multiplyAdd(p, f, SvmD{} + 0.055504108656639298913);
    p = multiplyAdd(p, f, SvmD{} + 0.24022650687646873615);
    p = multiplyAdd(p, f, SvmD{} + 0.69314718055994575333);
    p = multiplyAdd(p, f, SvmD{} + 1.0000000000000044831);
    return p * (SvmD)(step + ((SvmDI)shifted << 48));
}

static inline SvmF powerOfTwoInSteps(SvmF x) {
    static constexpr std::uint32_t kSteps[16] = {0x3f800000, 0x3f7daac3, 0x3f7b95c2, 0x3f79c3d3, 0x3f7837f0, 0x3f76f532,
                                                 0x3f75fed7, 0x3f75583f, 0x3f7504f3, 0x3f7508a4, 0x3f75672a, 0x3f76248c,
                                                 0x3f7744fd, 0x3f78ccdf, 0x3f7ac0c7, 0x3f7d257d};
    constexpr float kRound = 786432.0F;  // (2^23 + 2^22) / 16
    SvmF const shifted = x + kRound;
    SvmF const f = x - (shifted - kRound);
    SvmFI const step = (SvmFI)_mm512_permutexvar_epi32((__m512i)shifted, _mm512_loadu_si512(kSteps));
    SvmF p = multiplyAdd(SvmF{} + 0.0555054107828F, f, SvmF{} + 0.240235899792F);
    p = multiplyAdd(p, f, SvmF{} + 0.693147180401F);
    p = multiplyAdd(p, f, SvmF{} + 0.999999998853F);
    return p * (SvmF)(step + ((SvmFI)shifted << 19));
}

#endif

// 2^x for x up to the largest exponent; the least normal number below, and for NaN. Within 2e-14 of it, floats 2e-7.
template <typename T>
static inline typename SvmLanes<T>::V powerOfTwo(typename SvmLanes<T>::V x) {
    using L = SvmLanes<T>;
    using V = typename L::V;
    x = atLeast(x, V{} + L::kLeast);
#if TT_AVX512
    return powerOfTwoInSteps(x);
#else
    using I = typename L::I;
    V const shifted = x + L::kRound;  // the nearest integer in the low bits
    V const f = x - (shifted - L::kRound);
    V p = V{} + L::kPolynomial[0];
#pragma GCC unroll 16
    for (std::size_t k = 1; k < sizeof L::kPolynomial / sizeof(T); k++) p = multiplyAdd(p, f, V{} + L::kPolynomial[k]);
    return (V)((I)p + ((I)shifted << L::kMantissa));
#endif
}

}  // namespace telltale::TT_TARGET
