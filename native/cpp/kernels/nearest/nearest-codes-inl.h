// Rows as small integers: t = (x - centre) / step, clipped to +-127 and rounded. Clipping moves no two rows apart, and
// rounding moves a row by a known length: two rows are at least as far apart as their codes but for these lengths, and
// where nothing was clipped at most as far apart and these lengths.

namespace telltale::TT_TARGET {

constexpr double kCodeMost = 127;

constexpr double kCodeEdge = kCodeMost + 1e-6;    // rounding of t itself puts nothing outside
constexpr std::int32_t kNoProduct = -2000000000;  // below every threshold

struct CodedRow {
    double error;       // squared length of what was rounded off
    double clipped;     // squared length of what was clipped
    bool outside;       // something was clipped
    std::int32_t norm;  // sum of squares
    std::int32_t sum;
};

#if TT_AVX512

// Codes of a row: bytes at `to`, four columns every `stride`, and side by side at `flat`.
static inline CodedRow codeRow(double const* x, double const* centre, double inverse, std::size_t padded,
                               std::uint8_t* to, std::size_t stride, std::uint32_t flip, std::uint8_t* flat) {
    __m512d error = _mm512_setzero_pd(), clipped = _mm512_setzero_pd();
    __m256i norm = _mm256_setzero_si256(), sum = _mm256_setzero_si256();
    __m512d const most = _mm512_set1_pd(kCodeMost), least = _mm512_set1_pd(-kCodeMost), scale = _mm512_set1_pd(inverse);
    __m512d const edge = _mm512_set1_pd(kCodeEdge);
    __mmask8 outside = 0;
    for (std::size_t c = 0; c < padded; c += 8) {
        __m512d t = _mm512_mul_pd(_mm512_sub_pd(_mm512_loadu_pd(x + c), _mm512_loadu_pd(centre + c)), scale);
        outside |= _mm512_cmp_pd_mask(_mm512_abs_pd(t), edge, _CMP_NLE_UQ);
        __m512d const raw = t;
        t = _mm512_max_pd(_mm512_min_pd(t, most), least);
        __m512d const over = _mm512_sub_pd(raw, t);
        clipped = _mm512_add_pd(clipped, _mm512_mul_pd(over, over));
        __m256i const code = _mm512_cvtpd_epi32(t);
        __m512d const off = _mm512_sub_pd(t, _mm512_cvtepi32_pd(code));
        error = _mm512_add_pd(error, _mm512_mul_pd(off, off));
        norm = _mm256_add_epi32(norm, _mm256_mullo_epi32(code, code));
        sum = _mm256_add_epi32(sum, code);
        std::uint64_t const bytes = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_cvtepi32_epi8(code)));
        std::uint32_t const low = static_cast<std::uint32_t>(bytes) ^ flip;
        std::uint32_t const high = static_cast<std::uint32_t>(bytes >> 32) ^ flip;
        __builtin_memcpy(to, &low, 4);
        __builtin_memcpy(to + stride, &high, 4);
        __builtin_memcpy(flat + c, &low, 4);
        __builtin_memcpy(flat + c + 4, &high, 4);
        to += 2 * stride;
    }
    __m256i const both = _mm256_hadd_epi32(norm, sum);
    __m128i const half = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    CodedRow row;
    row.error = _mm512_reduce_add_pd(error);
    row.outside = outside != 0;
    row.clipped = row.outside ? _mm512_reduce_add_pd(clipped) : 0;
    row.norm = _mm_extract_epi32(half, 0) + _mm_extract_epi32(half, 1);
    row.sum = _mm_extract_epi32(half, 2) + _mm_extract_epi32(half, 3);
    return row;
}

constexpr std::size_t kGroupColumns = 4;
constexpr std::uint32_t kPanelFlip = 0x80808080;  // a row's codes as unsigned bytes: 128 more
constexpr std::int32_t kPanelOffset = 128;

#else

// Codes of a row as 16-bit numbers in pairs, `stride` bytes apart.
static inline CodedRow codeRow(double const* x, double const* centre, double inverse, std::size_t padded,
                               std::uint8_t* to, std::size_t stride, std::uint32_t, std::uint8_t*) {
    constexpr double kRound = 6755399441055744.0;  // 2^52 + 2^51
    CodedRow row{0, 0, false, 0, 0};
    for (std::size_t c = 0; c < padded; c += 2) {
        std::int16_t pair[2];
        for (std::size_t i = 0; i < 2; i++) {
            double const raw = (x[c + i] - centre[c + i]) * inverse;
            double const t = raw > kCodeMost ? kCodeMost : raw < -kCodeMost ? -kCodeMost : raw;
            row.outside = row.outside || __builtin_fabs(raw) > kCodeEdge;
            row.clipped += (raw - t) * (raw - t);
            double const rounded = (t + kRound) - kRound;
            std::int32_t const code = static_cast<std::int32_t>(rounded);
            row.error += (t - rounded) * (t - rounded);
            row.norm += code * code;
            pair[i] = static_cast<std::int16_t>(code);
        }
        __builtin_memcpy(to, pair, 4);
        to += stride;
    }
    return row;
}

constexpr std::size_t kGroupColumns = 2;
constexpr std::uint32_t kPanelFlip = 0;
constexpr std::int32_t kPanelOffset = 0;

#endif

static inline void clearCodes(std::uint8_t* to, std::size_t padded) {
    for (std::size_t g = 0; g < padded / kGroupColumns; g++) __builtin_memset(to + g * 4 * kNearestLeaf, 0, 4);
}

struct CodedLeaf {
    double error;           // greatest length that was rounded off a row
    std::uint64_t outside;  // rows that were clipped
};

// The codes of a leaf, [group][row][columns of the group] (with AVX-512 row after row behind that), and for each row
// minus half its squared length, rounded up, or kNoProduct where there is no row.
static inline CodedLeaf codePanel(double const* rows, std::size_t count, std::size_t padded, double const* centre,
                                  double inverse, std::uint8_t* panel, std::int32_t* halves) {
    double greatest = 0;
    std::uint64_t outside = 0;
    for (std::size_t i = 0; i < count; i++) {
        CodedRow const row = codeRow(rows + i * padded, centre, inverse, padded, panel + 4 * i, 4 * kNearestLeaf,
                                     kPanelFlip, panel + (kNearestLeaf + i) * padded);
        halves[i] = -(row.norm >> 1);
        greatest = row.error > greatest ? row.error : greatest;
        outside |= static_cast<std::uint64_t>(row.outside) << i;
    }
    for (std::size_t i = count; i < kNearestLeaf; i++) {
        halves[i] = kNoProduct;
        clearCodes(panel + 4 * i, padded);
    }
    return {__builtin_sqrt(greatest), outside};
}

}  // namespace telltale::TT_TARGET
