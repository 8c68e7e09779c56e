// The total of two rows, bit for bit as the reference has it.

namespace telltale::TT_TARGET {

typedef double Lanes __attribute__((vector_size(TT_WIDTH * 8)));
constexpr std::size_t kLaneVectors = 8 / TT_WIDTH;  // always eight sums

static inline Lanes loadLanes(double const* from) {
    Lanes v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

// ((0+4) + (2+6)) + ((1+5) + (3+7))
static inline double foldLanes(Lanes const* sum) {
#if TT_AVX512
    __m256d const four =
        _mm256_add_pd(_mm512_castpd512_pd256((__m512d)sum[0]), _mm512_extractf64x4_pd((__m512d)sum[0], 1));
    __m128d const two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#elif TT_AVX2
    __m256d const four = _mm256_add_pd((__m256d)sum[0], (__m256d)sum[1]);
    __m128d const two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#else
    Lanes const two = (sum[0] + sum[2]) + (sum[1] + sum[3]);
    return two[0] + two[1];
#endif
}

// Sums of squares of eight columns at a time; a and b have a multiple of eight columns, padded with zeros: a zero
// changes no sum.
static inline double squaresOfPadded(double const* a, double const* b, std::size_t padded) {
    Lanes sum[kLaneVectors] = {};
    for (std::size_t c = 0; c < padded; c += 8) {
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kLaneVectors; v++) {
            Lanes const t = loadLanes(a + c + v * TT_WIDTH) - loadLanes(b + c + v * TT_WIDTH);
            sum[v] += t * t;
        }
    }
    return foldLanes(sum);
}

enum class Term { kSquare, kMagnitude, kGreatest, kPower };

// The total of padded rows with any metric.
template <Term kTerm>
static inline double totalOfPadded(double const* a, double const* b, std::size_t padded, double p) {
    if constexpr (kTerm == Term::kSquare) {
        return squaresOfPadded(a, b, padded);
    } else if constexpr (kTerm == Term::kPower) {
        double sum[8] = {};
        for (std::size_t c = 0; c < padded; c++) sum[c & 7] += nearestPower(__builtin_fabs(a[c] - b[c]), p);
        return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
    } else {
        Lanes sum[kLaneVectors] = {};
        for (std::size_t c = 0; c < padded; c += 8) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kLaneVectors; v++) {
                Lanes const t = loadLanes(a + c + v * TT_WIDTH) - loadLanes(b + c + v * TT_WIDTH);
                Lanes const magnitude = t < 0 ? -t : t;
                if constexpr (kTerm == Term::kMagnitude) {
                    sum[v] += magnitude;
                } else {
                    sum[v] = magnitude > sum[v] ? magnitude : sum[v];
                }
            }
        }
        if constexpr (kTerm == Term::kMagnitude) return foldLanes(sum);
        double greatest = 0;
        for (std::size_t v = 0; v < kLaneVectors; v++) {
            for (std::size_t l = 0; l < TT_WIDTH; l++) greatest = sum[v][l] > greatest ? sum[v][l] : greatest;
        }
        return greatest;
    }
}

// How far a padded row is outside of a box (low, then high, both padded), column by column.
static inline void gapsToBox(double const* q, double const* box, std::size_t padded, double* gaps) {
    for (std::size_t c = 0; c < padded; c += TT_WIDTH) {
        Lanes const v = loadLanes(q + c);
        Lanes const below = loadLanes(box + c) - v;
        Lanes const above = v - loadLanes(box + padded + c);
        Lanes gap = below > above ? below : above;
        gap = gap > 0 ? gap : Lanes{};
        __builtin_memcpy(gaps + c, &gap, sizeof gap);
    }
}

}  // namespace telltale::TT_TARGET
