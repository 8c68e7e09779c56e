// Exact distances: column j adds to running sum j mod 8, then the sums are folded ((0+4)+(2+6)) + ((1+5)+(3+7)).

namespace telltale::TT_TARGET {

typedef double RowLanes __attribute__((vector_size(TT_WIDTH * 8)));
constexpr std::size_t kRowVectors = 8 / TT_WIDTH;  // eight running sums in registers of native width

static inline RowLanes loadLanes(double const* from) {
    RowLanes v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void storeLanes(double* to, RowLanes v) { __builtin_memcpy(to, &v, sizeof v); }

static inline double foldEight(RowLanes const* s) {
#if TT_AVX512
    __m256d const half = _mm256_add_pd(_mm512_castpd512_pd256((__m512d)s[0]), _mm512_extractf64x4_pd((__m512d)s[0], 1));
    __m128d const quarter = _mm_add_pd(_mm256_castpd256_pd128(half), _mm256_extractf128_pd(half, 1));
    return quarter[0] + quarter[1];
#elif TT_AVX2
    RowLanes const half = s[0] + s[1];
    return (half[0] + half[2]) + (half[1] + half[3]);
#else
    RowLanes const quarter = (s[0] + s[2]) + (s[1] + s[3]);
    return quarter[0] + quarter[1];
#endif
}

static inline double squaredDistance(double const* a, double const* b, std::size_t cols) {
    RowLanes s[kRowVectors] = {};
    std::size_t c = 0;
    for (; c + 8 <= cols; c += 8) {
        for (std::size_t v = 0; v < kRowVectors; v++) {
            RowLanes const t = loadLanes(a + c + v * TT_WIDTH) - loadLanes(b + c + v * TT_WIDTH);
            s[v] += t * t;
        }
    }
    if (c < cols) {
#if TT_AVX512
        auto const rest = static_cast<__mmask8>((1u << (cols - c)) - 1);
        auto const t = (RowLanes)_mm512_sub_pd(_mm512_maskz_loadu_pd(rest, a + c), _mm512_maskz_loadu_pd(rest, b + c));
        s[0] += t * t;
#else
        double lanes[8] = {};
        for (std::size_t j = c; j < cols; j++) {
            double const t = a[j] - b[j];
            lanes[j - c] = t * t;
        }
        for (std::size_t v = 0; v < kRowVectors; v++) s[v] += loadLanes(lanes + v * TT_WIDTH);
#endif
    }
    return foldEight(s);
}

static inline std::int32_t nearestOf(double const* row, std::size_t cols, double const* centroids, std::size_t k) {
    std::int32_t best = 0;
    double least = squaredDistance(row, centroids, cols);
    for (std::size_t c = 1; c < k; c++) {
        double const d = squaredDistance(row, centroids + c * cols, cols);
        if (d < least) {
            least = d;
            best = static_cast<std::int32_t>(c);
        }
    }
    return best;
}

}  // namespace telltale::TT_TARGET
