// Ranks of a block of rows by value, and their bit planes: for features whose codes are no use, and for instruction
// sets without register tables.

namespace telltale::TT_TARGET {

// A bit for each row of a block.
typedef std::uint64_t Mask __attribute__((vector_size(TT_WIDTH * 8), may_alias));

constexpr std::size_t kMaskBytes = TT_WIDTH * 8;
constexpr std::size_t kBlockRows = 8 * kMaskBytes;

// Number of thresholds below each value: a table gives the bucket's first rank, a branchless search the rest.
static inline void ranksByValue(PlanFeature const& feature, double const* x, std::size_t stride, std::uint16_t* ranks) {
    double const low = feature.low, scale = feature.bucketScale;
    constexpr std::size_t kTogether = 8;  // searches in flight
    for (std::size_t i = 0; i < kBlockRows; i += kTogether) {
        double v[kTogether], scaled[kTogether];
        std::int32_t bucket[kTogether];
        std::uint64_t rank[kTogether];
        for (std::size_t k = 0; k < kTogether; k++) v[k] = x[(i + k) * stride];
        for (std::size_t k = 0; k < kTogether; k++) {
            double b = (v[k] - low) * scale;
            b = b > 0 ? b : 0;  // NaN too
            scaled[k] = b < kPlanBuckets - 1 ? b : kPlanBuckets - 1;
        }
        for (std::size_t k = 0; k < kTogether; k++) bucket[k] = static_cast<std::int32_t>(scaled[k]);
        for (std::size_t k = 0; k < kTogether; k++) rank[k] = feature.bucketRank[bucket[k]];
        for (std::uint32_t step = feature.bucketSteps; step-- > 0;) {
            double const* const middle = feature.thresholds + (std::size_t{1} << step) - 1;
            for (std::size_t k = 0; k < kTogether; k++) {
                rank[k] += static_cast<std::uint64_t>(middle[rank[k]] < v[k]) << step;
            }
        }
        for (std::size_t k = 0; k < kTogether; k++) ranks[i + k] = static_cast<std::uint16_t>(rank[k]);
    }
}

// Bit b of every rank, for all b.
static inline void planesOf(std::uint16_t const* ranks, std::uint32_t bits, Mask* planes) {
#if TT_AVX512
    for (std::uint32_t b = 0; b < bits; b++) {
        __m512i const bit = _mm512_set1_epi16(static_cast<short>(1u << b));
        auto* const plane = reinterpret_cast<std::uint32_t*>(planes + b);
        for (std::size_t g = 0; g < kBlockRows / 32; g++) {
            __mmask32 const set = _mm512_test_epi16_mask(_mm512_load_si512(ranks + 32 * g), bit);
            __builtin_memcpy(plane + g, &set, sizeof set);
        }
    }
#elif TT_AVX2
    __m256i const byte = _mm256_set1_epi16(255);
    for (std::size_t g = 0; g < kBlockRows / 32; g++) {
        auto const* const from = reinterpret_cast<__m256i const*>(ranks + 32 * g);
        __m256i const a = _mm256_load_si256(from), b = _mm256_load_si256(from + 1);
        // Packing works within 128-bit halves: the quarters come out as 0 2 1 3.
        __m256i const lows = _mm256_packus_epi16(_mm256_and_si256(a, byte), _mm256_and_si256(b, byte));
        __m256i const highs = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
        __m256i const low = _mm256_permute4x64_epi64(lows, 0xD8), high = _mm256_permute4x64_epi64(highs, 0xD8);
        for (std::uint32_t bit = 0; bit < bits; bit++) {
            __m128i const shift = _mm_cvtsi32_si128(static_cast<int>(7 - (bit & 7)));
            int const set = _mm256_movemask_epi8(_mm256_sll_epi16(bit < 8 ? low : high, shift));
            __builtin_memcpy(reinterpret_cast<char*>(planes + bit) + 4 * g, &set, 4);
        }
    }
#elif defined(TT_X86)
    __m128i const byte = _mm_set1_epi16(255);
    for (std::size_t g = 0; g < kBlockRows / 16; g++) {
        auto const* const from = reinterpret_cast<__m128i const*>(ranks + 16 * g);
        __m128i const a = _mm_load_si128(from), b = _mm_load_si128(from + 1);
        __m128i const low = _mm_packus_epi16(_mm_and_si128(a, byte), _mm_and_si128(b, byte));
        __m128i const high = _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8));
        for (std::uint32_t bit = 0; bit < bits; bit++) {
            __m128i const shift = _mm_cvtsi32_si128(static_cast<int>(7 - (bit & 7)));
            int const set = _mm_movemask_epi8(_mm_sll_epi16(bit < 8 ? low : high, shift));
            __builtin_memcpy(reinterpret_cast<char*>(planes + bit) + 2 * g, &set, 2);
        }
    }
#else
    for (std::uint32_t bit = 0; bit < bits; bit++) {
        auto* const plane = reinterpret_cast<std::uint8_t*>(planes + bit);
        for (std::size_t g = 0; g < kBlockRows / 8; g++) {
            unsigned byte = 0;
            for (unsigned k = 0; k < 8; k++) byte |= ((ranks[8 * g + k] >> bit) & 1u) << k;
            plane[g] = static_cast<std::uint8_t>(byte);
        }
    }
#endif
}

// True when a value of the block is missing.
static inline bool anyMissing(double const* x, std::size_t values) {
    typedef double Lanes __attribute__((vector_size(TT_WIDTH * 8)));
    Mask any{};
    for (std::size_t i = 0; i < values; i += TT_WIDTH) {  // a block's rows are whole vectors
        Lanes v;
        __builtin_memcpy(&v, x + i, sizeof v);
        any |= (Mask)(v != v);
    }
    bool found = false;
    for (int lane = 0; lane < TT_WIDTH; lane++) found = found || any[lane] != 0;
    return found;
}

// The rows whose value is missing; true when there is one.
static inline bool missingRows(double const* x, std::size_t stride, Mask* rows) {
    auto* const bytes = reinterpret_cast<std::uint8_t*>(rows);
    unsigned any = 0;
    for (std::size_t g = 0; g < kBlockRows / 8; g++) {
        unsigned byte = 0;
        for (unsigned k = 0; k < 8; k++) {
            double const v = x[(8 * g + k) * stride];
            byte |= static_cast<unsigned>(v != v) << k;
        }
        bytes[g] = static_cast<std::uint8_t>(byte);
        any |= byte;
    }
    return any != 0;
}

}  // namespace telltale::TT_TARGET
