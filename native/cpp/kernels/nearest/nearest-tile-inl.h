// 64 queries against the 64 rows of a leaf in small integers: lists for each query the rows whose products are above
// its threshold, and returns the queries whose lists are full. The accumulators are spelt out one by one: indexed by a
// loop they spill.

namespace telltale::TT_TARGET {

// Stands for the product of a row that was clipped: its codes say how near it may be, not how near it is.
constexpr std::int32_t kOutside = INT32_MAX;

// Where the rows of a block of queries are listed, `room` places a query.
struct Lists {
    std::int32_t* products;
    std::int32_t* places;
    std::int32_t* listed;
    std::int32_t const* thresholds;
    std::size_t room;
    std::int32_t full;
};

#if TT_AVX512

// In place: with the intrinsic the compiler keeps two copies of each accumulator and moves them to and fro.
#define TT_ADD(sum, b, a) __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(b), "v"(a));
#define TT_ROW(n) __m512i const b##n = _mm512_loadu_si512(from + 64 * n);
#define TT_DOT(q)                                        \
    {                                                    \
        __m512i const a = _mm512_set1_epi32(code##q[g]); \
        TT_ADD(s##q##0, b0, a)                           \
        TT_ADD(s##q##1, b1, a)                           \
        TT_ADD(s##q##2, b2, a)                           \
        TT_ADD(s##q##3, b3, a)                           \
    }
#define TT_MASK(q)                                                                                     \
    {                                                                                                  \
        __m512i const t = _mm512_set1_epi32(thresholds[i + q]);                                        \
        __mmask32 const low =                                                                          \
            _mm512_kunpackw(_mm512_cmpgt_epi32_mask(s##q##1, t), _mm512_cmpgt_epi32_mask(s##q##0, t)); \
        __mmask32 const high =                                                                         \
            _mm512_kunpackw(_mm512_cmpgt_epi32_mask(s##q##3, t), _mm512_cmpgt_epi32_mask(s##q##2, t)); \
        masks[i + q] = _cvtmask64_u64(_mm512_kunpackd(high, low));                                     \
    }
#define TT_START(q) __m512i s##q##0 = h0, s##q##1 = h1, s##q##2 = h2, s##q##3 = h3;

static inline void tileMasks(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                             std::size_t groups, std::int32_t const* thresholds, std::uint64_t* masks) {
    __m512i const h0 = _mm512_loadu_si512(halves), h1 = _mm512_loadu_si512(halves + 16);
    __m512i const h2 = _mm512_loadu_si512(halves + 32), h3 = _mm512_loadu_si512(halves + 48);
    for (std::size_t i = 0; i < kNearestLeaf; i += 4) {
        std::int32_t const* const code0 = codes + i * groups;
        std::int32_t const* const code1 = code0 + groups;
        std::int32_t const* const code2 = code1 + groups;
        std::int32_t const* const code3 = code2 + groups;
        TT_START(0) TT_START(1) TT_START(2) TT_START(3) std::uint8_t const* from = panel;
        for (std::size_t g = 0; g < groups; g++, from += 256) {
            TT_ROW(0) TT_ROW(1) TT_ROW(2) TT_ROW(3) TT_DOT(0) TT_DOT(1) TT_DOT(2) TT_DOT(3)
        }
        TT_MASK(0) TT_MASK(1) TT_MASK(2) TT_MASK(3)
    }
}

constexpr std::size_t kDotRows = 64;

static inline void dotsOf(std::uint8_t const* from, std::int32_t const* halves, std::int32_t const* codes,
                          std::size_t groups, std::int32_t* products) {
    __m512i s0 = _mm512_loadu_si512(halves), s1 = _mm512_loadu_si512(halves + 16);
    __m512i s2 = _mm512_loadu_si512(halves + 32), s3 = _mm512_loadu_si512(halves + 48);
    for (std::size_t g = 0; g < groups; g++, from += 256) {
        __m512i const a = _mm512_set1_epi32(codes[g]);
        s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(from), a);
        s1 = _mm512_dpbusd_epi32(s1, _mm512_loadu_si512(from + 64), a);
        s2 = _mm512_dpbusd_epi32(s2, _mm512_loadu_si512(from + 128), a);
        s3 = _mm512_dpbusd_epi32(s3, _mm512_loadu_si512(from + 192), a);
    }
    _mm512_storeu_si512(products, s0);
    _mm512_storeu_si512(products + 16, s1);
    _mm512_storeu_si512(products + 32, s2);
    _mm512_storeu_si512(products + 48, s3);
}

// One product again: few rows are listed.
static inline std::int32_t productOf(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                                     std::size_t groups, std::size_t row) {
    __m512i sum = _mm512_setzero_si512();
    std::uint8_t const* const from = panel + (kNearestLeaf + row) * 4 * groups;
    for (std::size_t g = 0; g < groups; g += 16) {
        __mmask16 const here = groups - g < 16 ? static_cast<__mmask16>((1u << (groups - g)) - 1) : 0xFFFF;
        __m512i const b = _mm512_maskz_loadu_epi32(here, from + 4 * g);
        sum = _mm512_dpbusd_epi32(sum, b, _mm512_maskz_loadu_epi32(here, codes + g));
    }
    return halves[row] + _mm512_reduce_add_epi32(sum);
}

#undef TT_ADD
#undef TT_ROW
#undef TT_DOT
#undef TT_MASK
#undef TT_START

#elif defined(TT_X86)

#if TT_AVX2
typedef __m256i Ints;
constexpr std::size_t kInts = 8;
#define TT_LOAD(p) _mm256_loadu_si256(reinterpret_cast<__m256i const*>(p))
#define TT_SET(v) _mm256_set1_epi32(v)
#define TT_ADD(a, b) _mm256_add_epi32(a, b)
#define TT_PAIRS(a, b) _mm256_madd_epi16(a, b)
#define TT_ABOVE(a, b) static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(a, b))))
#else
typedef __m128i Ints;
constexpr std::size_t kInts = 4;
#define TT_LOAD(p) _mm_loadu_si128(reinterpret_cast<__m128i const*>(p))
#define TT_SET(v) _mm_set1_epi32(v)
#define TT_ADD(a, b) _mm_add_epi32(a, b)
#define TT_PAIRS(a, b) _mm_madd_epi16(a, b)
#define TT_ABOVE(a, b) static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(a, b))))
#endif

#define TT_ROW(n) Ints const b##n = TT_LOAD(from + 4 * kInts * n);
#define TT_DOT(q)                                   \
    {                                               \
        Ints const a = TT_SET(code##q[g]);          \
        s##q##0 = TT_ADD(s##q##0, TT_PAIRS(b0, a)); \
        s##q##1 = TT_ADD(s##q##1, TT_PAIRS(b1, a)); \
        s##q##2 = TT_ADD(s##q##2, TT_PAIRS(b2, a)); \
        s##q##3 = TT_ADD(s##q##3, TT_PAIRS(b3, a)); \
    }
#define TT_MASK(q)                                                                                        \
    {                                                                                                     \
        Ints const t = TT_SET(thresholds[i + q]);                                                         \
        std::uint32_t const rows = TT_ABOVE(s##q##0, t) | TT_ABOVE(s##q##1, t) << kInts |                 \
                                   TT_ABOVE(s##q##2, t) << 2 * kInts | TT_ABOVE(s##q##3, t) << 3 * kInts; \
        masks[i + q] |= static_cast<std::uint64_t>(rows) << first;                                        \
    }
#define TT_START(q) Ints s##q##0 = h0, s##q##1 = h1, s##q##2 = h2, s##q##3 = h3;

static inline void tileMasks(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                             std::size_t groups, std::int32_t const* thresholds, std::uint64_t* masks) {
    for (std::size_t i = 0; i < kNearestLeaf; i++) masks[i] = 0;
    for (std::size_t first = 0; first < kNearestLeaf; first += 4 * kInts) {
        Ints const h0 = TT_LOAD(halves + first), h1 = TT_LOAD(halves + first + kInts);
        Ints const h2 = TT_LOAD(halves + first + 2 * kInts), h3 = TT_LOAD(halves + first + 3 * kInts);
        for (std::size_t i = 0; i < kNearestLeaf; i += 2) {
            std::int32_t const* const code0 = codes + i * groups;
            std::int32_t const* const code1 = code0 + groups;
            TT_START(0) TT_START(1) std::uint8_t const* from = panel + 4 * first;
            for (std::size_t g = 0; g < groups; g++, from += 4 * kNearestLeaf) {
                TT_ROW(0) TT_ROW(1) TT_ROW(2) TT_ROW(3) TT_DOT(0) TT_DOT(1)
            }
            TT_MASK(0) TT_MASK(1)
        }
    }
}

#undef TT_ROW
#undef TT_DOT
#undef TT_MASK
#undef TT_START
#undef TT_LOAD
#undef TT_SET
#undef TT_ADD
#undef TT_PAIRS
#undef TT_ABOVE

#else

static inline void tileMasks(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                             std::size_t groups, std::int32_t const* thresholds, std::uint64_t* masks) {
    for (std::size_t i = 0; i < kNearestLeaf; i++) {
        std::int32_t dots[kNearestLeaf];
        for (std::size_t r = 0; r < kNearestLeaf; r++) dots[r] = halves[r];
        auto const* const code = reinterpret_cast<std::int16_t const*>(codes + i * groups);
        auto const* from = reinterpret_cast<std::int16_t const*>(panel);
        for (std::size_t g = 0; g < groups; g++, from += 2 * kNearestLeaf) {
            std::int32_t const a = code[2 * g], b = code[2 * g + 1];
            for (std::size_t r = 0; r < kNearestLeaf; r++) dots[r] += a * from[2 * r] + b * from[2 * r + 1];
        }
        std::uint64_t mask = 0;
        for (std::size_t r = 0; r < kNearestLeaf; r++) {
            mask |= static_cast<std::uint64_t>(dots[r] > thresholds[i]) << r;
        }
        masks[i] = mask;
    }
}

#endif

#if !TT_AVX512

constexpr std::size_t kDotRows = 1;

static inline void dotsOf(std::uint8_t const* from, std::int32_t const* halves, std::int32_t const* codes,
                          std::size_t groups, std::int32_t* products) {
    std::int32_t product = *halves;
    for (std::size_t g = 0; g < groups; g++, from += 4 * kNearestLeaf) {
        std::int16_t a[2], b[2];
        __builtin_memcpy(a, codes + g, 4);
        __builtin_memcpy(b, from, 4);
        product += a[0] * b[0] + a[1] * b[1];
    }
    *products = product;
}

// One product again: few rows are listed.
static inline std::int32_t productOf(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                                     std::size_t groups, std::size_t row) {
    std::int32_t product = halves[row];
    for (std::size_t g = 0; g < groups; g++) {
        std::int16_t a[2], b[2];
        __builtin_memcpy(a, codes + g, 4);
        __builtin_memcpy(b, panel + (g * kNearestLeaf + row) * 4, 4);
        product += a[0] * b[0] + a[1] * b[1];
    }
    return product;
}

#endif

// All products, those of a query `stride` apart from those of the next.
static inline void tileProducts(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                                std::size_t groups, std::int32_t* products, std::size_t stride) {
    for (std::size_t i = 0; i < kNearestLeaf; i++, codes += groups, products += stride) {
        for (std::size_t first = 0; first < kNearestLeaf; first += kDotRows) {
            dotsOf(panel + 4 * first, halves + first, codes, groups, products + first);
        }
    }
}

static inline std::uint64_t tile(std::uint8_t const* panel, std::int32_t const* halves, std::int32_t const* codes,
                                 std::size_t groups, std::int32_t place, std::uint64_t outside, Lists const& lists) {
    std::uint64_t masks[kNearestLeaf], full = 0;
    tileMasks(panel, halves, codes, groups, lists.thresholds, masks);
    for (std::size_t i = 0; i < kNearestLeaf; i++) {
        if (masks[i] == 0) continue;
        std::int32_t at = lists.listed[i];
        for (std::uint64_t mask = masks[i]; mask != 0; mask &= mask - 1, at++) {
            std::int32_t const row = __builtin_ctzll(mask);
            lists.places[i * lists.room + static_cast<std::size_t>(at)] = place + row;
            lists.products[i * lists.room + static_cast<std::size_t>(at)] =
                (outside >> row & 1) != 0
                    ? kOutside
                    : productOf(panel, halves, codes + i * groups, groups, static_cast<std::size_t>(row));
        }
        lists.listed[i] = at;
        full |= static_cast<std::uint64_t>(at >= lists.full) << i;
    }
    return full;
}

}  // namespace telltale::TT_TARGET
