// Registers of floats, and rows packed into panels of them: float differences from an offset, rows in the lanes.

#include "kernels/distance/row-distance-inl.h"

namespace telltale::TT_TARGET {

typedef float Floats __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t Ints __attribute__((vector_size(TT_WIDTH * 8)));

constexpr std::size_t kLanes = TT_WIDTH * 2;
constexpr std::size_t kPanelRows = 2 * kLanes;
constexpr std::size_t kGatherLanes = 3 * kLanes;  // a panel, and what half a panel may add to an almost full one
// Accumulators are two registers a centroid; with least, second, label, row and centroid they all stay in registers.
constexpr std::size_t kGroup = TT_AVX512 || TT_NEON ? 8 : 4;

static inline Floats loadFloats(float const* from) {
    Floats v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void storeFloats(float* to, Floats v) { __builtin_memcpy(to, &v, sizeof v); }

static inline Floats broadcast(float v) {
#if TT_AVX512
    return (Floats)_mm512_set1_ps(v);
#elif TT_AVX2
    return (Floats)_mm256_set1_ps(v);
#elif TT_NEON
    return (Floats)vdupq_n_f32(v);
#else
    return (Floats){v, v, v, v};
#endif
}

static inline Floats mulAdd(Floats a, Floats b, Floats c) {
#if TT_AVX512
    return (Floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif TT_AVX2
    return (Floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif TT_NEON
    return (Floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

// The smaller, and b where a is not a number.
static inline Floats least(Floats a, Floats b) {
#if TT_AVX512
    return (Floats)_mm512_min_ps((__m512)a, (__m512)b);
#elif TT_AVX2
    return (Floats)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return a < b ? a : b;
#endif
}

// The larger, and b where a is not a number.
static inline Floats most(Floats a, Floats b) {
#if TT_AVX512
    return (Floats)_mm512_max_ps((__m512)a, (__m512)b);
#elif TT_AVX2
    return (Floats)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return a > b ? a : b;
#endif
}

// The lanes that are set, one bit each.
static inline std::uint32_t lanesOf(Ints mask) {
#if TT_AVX512
    return _mm512_movepi32_mask((__m512i)mask);
#elif TT_AVX2
    return static_cast<std::uint32_t>(_mm256_movemask_ps((__m256)mask));
#else
    std::uint32_t bits = 0;
    for (std::size_t r = 0; r < kLanes; r++) bits |= (mask[r] != 0 ? 1u : 0u) << r;
    return bits;
#endif
}

// One row into its lane of a panel.
static inline void packRow(double const* row, std::size_t cols, double const* offset, float* lane) {
    double squares = 0;
    for (std::size_t j = 0; j < cols; j++) {
        double const v = row[j] - offset[j];
        squares += v * v;
        lane[(j + 1) * kPanelRows] = static_cast<float>(v);
    }
    lane[0] = static_cast<float>(__builtin_sqrt(squares) * 1.000001);
    if (squares <= kMostSquares) return;
    for (std::size_t j = 0; j < cols; j++) lane[(j + 1) * kPanelRows] = 0;
    lane[0] = __builtin_inff();
}

#if TT_AVX2 || TT_AVX512
// Differences of eight columns of a row from the offset, as floats.
static inline __m256 differences(double const* row, double const* offset) {
#if TT_AVX512
    return _mm512_cvtpd_ps(_mm512_sub_pd(_mm512_loadu_pd(row), _mm512_loadu_pd(offset)));
#else
    __m128 const low = _mm256_cvtpd_ps(_mm256_sub_pd(_mm256_loadu_pd(row), _mm256_loadu_pd(offset)));
    __m128 const high = _mm256_cvtpd_ps(_mm256_sub_pd(_mm256_loadu_pd(row + 4), _mm256_loadu_pd(offset + 4)));
    return _mm256_set_m128(high, low);
#endif
}

// Eight rows into their lanes, eight columns at a time, transposed in registers; false when a row is too far away.
static inline bool packEight(double const* const* rows, std::size_t cols, double const* offset, float* lanes) {
    __m256d lowSquares = _mm256_setzero_pd(), highSquares = _mm256_setzero_pd();
    for (std::size_t j = 0; j < cols; j += 8) {
        __m256 r[8], t[8];
        if (j + 8 <= cols) {
#pragma GCC unroll 8
            for (std::size_t i = 0; i < 8; i++) r[i] = differences(rows[i] + j, offset + j);
        } else {
            // Whole AVX-512 registers: the compiler may write them with one aligned store.
            alignas(64) double row[8] = {}, rest[8] = {};
            for (std::size_t c = j; c < cols; c++) rest[c - j] = offset[c];
            for (std::size_t i = 0; i < 8; i++) {
                for (std::size_t c = j; c < cols; c++) row[c - j] = rows[i][c];
                r[i] = differences(row, rest);
            }
        }
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 8; i += 2) {
            t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
            t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
        }
#pragma GCC unroll 2
        for (std::size_t i = 0; i < 8; i += 4) {
            r[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
            r[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xEE);
            r[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
            r[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xEE);
        }
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; i++) {
            t[i] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x20);
            t[i + 4] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x31);
        }
        std::size_t const present = cols - j < 8 ? cols - j : 8;
        for (std::size_t c = 0; c < present; c++) {
            _mm256_storeu_ps(lanes + (j + c + 1) * kPanelRows, t[c]);
            __m256d const low = _mm256_cvtps_pd(_mm256_castps256_ps128(t[c]));
            __m256d const high = _mm256_cvtps_pd(_mm256_extractf128_ps(t[c], 1));
            lowSquares = _mm256_fmadd_pd(low, low, lowSquares);
            highSquares = _mm256_fmadd_pd(high, high, highSquares);
        }
    }
    // The floats' own norm: within 2^-24 of that of the doubles, which the factor covers.
    __m256d const up = _mm256_set1_pd(1.000001);
    __m128 const low = _mm256_cvtpd_ps(_mm256_mul_pd(_mm256_sqrt_pd(lowSquares), up));
    __m128 const high = _mm256_cvtpd_ps(_mm256_mul_pd(_mm256_sqrt_pd(highSquares), up));
    _mm256_storeu_ps(lanes, _mm256_set_m128(high, low));
    __m256d const most = _mm256_set1_pd(kMostSquares);
    __m256d const inside =
        _mm256_and_pd(_mm256_cmp_pd(lowSquares, most, _CMP_LE_OQ), _mm256_cmp_pd(highSquares, most, _CMP_LE_OQ));
    return _mm256_movemask_pd(inside) == 15;
}
#endif

// Any rows into the lanes of a panel.
static inline void packRows(double const* const* rows, std::size_t count, std::size_t cols, double const* offset,
                            float* panel) {
    std::size_t r = 0;
#if TT_AVX2 || TT_AVX512
    for (; r + 8 <= count; r += 8) {
        if (packEight(rows + r, cols, offset, panel + r)) continue;
        for (std::size_t i = r; i < r + 8; i++) packRow(rows[i], cols, offset, panel + i);
    }
#endif
    for (; r < count; r++) packRow(rows[r], cols, offset, panel + r);
}

static void pack(double const* x, std::size_t rows, std::size_t cols, double const* offset, float* panels) {
    for (std::size_t from = 0; from < rows; from += kPanelRows, panels += kPanelRows * (cols + 1)) {
        std::size_t const present = rows - from < kPanelRows ? rows - from : kPanelRows;
        if (present < kPanelRows) {
            for (std::size_t at = 0; at < kPanelRows * (cols + 1); at++) panels[at] = 0;
        }
        double const* values[kPanelRows];
        for (std::size_t r = 0; r < present; r++) values[r] = x + (from + r) * cols;
        packRows(values, present, cols, offset, panels);
    }
}

static void greatest(double const* x, std::size_t rows, std::size_t cols, double* magnitude) {
    for (std::size_t i = 0; i < rows; i++, x += cols) {
        for (std::size_t j = 0; j < cols; j++) {
            double const size = x[j] < 0 ? -x[j] : x[j];
            magnitude[j] = size > magnitude[j] ? size : magnitude[j];
        }
    }
}

}  // namespace telltale::TT_TARGET
