// Rows as small integers: t = (x - centre) / step, clipped to +-127 and rounded. Clipping moves no two rows apart, and
// rounding moves a row by a known length: two rows are at least as far apart as their codes but for these lengths.

namespace telltale::TT_TARGET {

constexpr std::int32_t kNoProduct = -1600000000;  // below what any rows reach, and above what overflows beneath it

struct CodedRow {
    double error;       // length of what was rounded off
    std::int32_t norm;  // sum of squares
    std::int32_t sum;
};

#if TT_AVX512

constexpr std::size_t kGroupColumns = 4;
constexpr std::uint32_t kPanelFlip = 0x80808080;  // a row's codes in a panel are unsigned bytes: 128 more
constexpr std::int32_t kPanelOffset = 128;

// Codes of a row: in a panel, four columns every 4 * kNearestLeaf bytes, and side by side; either may be null.
static inline CodedRow codeRow(double const* x, NearestGrid const& grid, std::size_t padded, std::uint8_t* panel,
                               std::int32_t* flat) {
    __m512d error = _mm512_setzero_pd();
    __m256i norm = _mm256_setzero_si256(), sum = _mm256_setzero_si256();
    __m512d const most = _mm512_set1_pd(kNearestCodeMost), least = _mm512_set1_pd(-kNearestCodeMost);
    __m512d const scale = _mm512_set1_pd(grid.inverse);
    for (std::size_t c = 0; c < padded; c += 8) {
        __m512d t = _mm512_mul_pd(_mm512_sub_pd(_mm512_loadu_pd(x + c), _mm512_loadu_pd(grid.centre + c)), scale);
        t = _mm512_max_pd(_mm512_min_pd(t, most), least);
        __m256i const code = _mm512_cvtpd_epi32(t);
        __m512d const off = _mm512_sub_pd(t, _mm512_cvtepi32_pd(code));
        error = _mm512_add_pd(error, _mm512_mul_pd(off, off));
        norm = _mm256_add_epi32(norm, _mm256_mullo_epi32(code, code));
        sum = _mm256_add_epi32(sum, code);
        std::uint64_t const bytes = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_cvtepi32_epi8(code)));
        if (flat != nullptr) __builtin_memcpy(flat + c / 4, &bytes, 8);
        if (panel != nullptr) {
            std::uint32_t const low = static_cast<std::uint32_t>(bytes) ^ kPanelFlip;
            std::uint32_t const high = static_cast<std::uint32_t>(bytes >> 32) ^ kPanelFlip;
            __builtin_memcpy(panel, &low, 4);
            __builtin_memcpy(panel + 4 * kNearestLeaf, &high, 4);
            panel += 8 * kNearestLeaf;
        }
    }
    __m256i const both = _mm256_hadd_epi32(norm, sum);
    __m128i const half = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    CodedRow row;
    row.error = __builtin_sqrt(_mm512_reduce_add_pd(error));
    row.norm = _mm_extract_epi32(half, 0) + _mm_extract_epi32(half, 1);
    row.sum = _mm_extract_epi32(half, 2) + _mm_extract_epi32(half, 3);
    return row;
}

#else

constexpr std::size_t kGroupColumns = 2;
constexpr std::int32_t kPanelOffset = 0;

// Codes of a row as 16-bit numbers in pairs: in a panel, 4 * kNearestLeaf bytes apart, and side by side; either may be
// null.
static inline CodedRow codeRow(double const* x, NearestGrid const& grid, std::size_t padded, std::uint8_t* panel,
                               std::int32_t* flat) {
    constexpr double kRound = 6755399441055744.0;  // 2^52 + 2^51
    CodedRow row{0, 0, 0};
    for (std::size_t c = 0; c < padded; c += 2) {
        std::int16_t pair[2];
        for (std::size_t i = 0; i < 2; i++) {
            double const raw = (x[c + i] - grid.centre[c + i]) * grid.inverse;
            double const t = raw > kNearestCodeMost    ? kNearestCodeMost
                             : raw < -kNearestCodeMost ? -kNearestCodeMost
                                                       : raw;
            double const rounded = (t + kRound) - kRound;
            std::int32_t const code = static_cast<std::int32_t>(rounded);
            row.error += (t - rounded) * (t - rounded);
            row.norm += code * code;
            pair[i] = static_cast<std::int16_t>(code);
        }
        if (flat != nullptr) __builtin_memcpy(flat + c / 2, pair, 4);
        if (panel != nullptr) {
            __builtin_memcpy(panel, pair, 4);
            panel += 4 * kNearestLeaf;
        }
    }
    row.error = __builtin_sqrt(row.error);
    return row;
}

#endif

// What is taken off a query's products, so that they become minus half a squared distance (rounded up).
static inline std::int32_t liftOf(CodedRow const& row) { return kPanelOffset * row.sum + (row.norm >> 1); }

// For the rows of a panel minus half the squared length, rounded up; kNoProduct where there is no row.
static inline std::int32_t halfOf(CodedRow const& row) { return -(row.norm >> 1); }

static inline void clearPanel(std::size_t from, std::size_t padded, std::uint8_t* panel, std::int32_t* halves) {
    for (std::size_t i = from; i < kNearestLeaf; i++) {
        halves[i] = kNoProduct;
        for (std::size_t g = 0; g < padded / kGroupColumns; g++) {
            __builtin_memset(panel + (g * kNearestLeaf + i) * 4, 0, 4);
        }
    }
}

// Codes a leaf of rows for a panel; returns the greatest length that was rounded off.
static inline double codePanel(double const* rows, std::size_t count, std::size_t padded, NearestGrid const& grid,
                               std::uint8_t* panel, std::int32_t* halves) {
    double greatest = 0;
    for (std::size_t i = 0; i < count; i++) {
        CodedRow const row = codeRow(rows + i * padded, grid, padded, panel + 4 * i, nullptr);
        halves[i] = halfOf(row);
        greatest = row.error > greatest ? row.error : greatest;
    }
    clearPanel(count, padded, panel, halves);
    return greatest;
}

// Where minus half a squared distance in codes is not above this, rows are further apart than `limit` allows: by the
// limit in codes and what rounding may have taken off both rows. The total was rounded too (relatively, and to zero at
// the bottom), and so was t. Where squares overflow, totals are tied that distances tell apart, and codes say nothing.
static inline std::int32_t codeLimit(double limit, double errors, NearestGrid const& grid, std::size_t padded) {
    double const columns = static_cast<double>(padded);
    double const reach = __builtin_sqrt(limit * (1 + 1e-9) + 1e-322 * columns) * grid.inverse;
    double const far = (reach + errors) * (1 + 1e-9) + 1e-6 * columns;
    double const half = -0.5 * far * far;
    double const least = half > -1e9 ? half : -1e9;  // also where the limit is infinite
    return static_cast<std::int32_t>(least) - 2;
}

}  // namespace telltale::TT_TARGET
