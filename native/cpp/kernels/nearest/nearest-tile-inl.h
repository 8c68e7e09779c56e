// 64 queries against the 64 rows of a leaf in small integers: which pairs may be neighbours. The accumulators are spelt
// out one by one: indexed by a loop they spill.

namespace telltale::TT_TARGET {

struct CodedRows {
    std::uint8_t const* panel;
    std::int32_t const* halves;
    std::int32_t const* limits;  // read when both are queries
};

struct CodedQueries {
    std::int32_t const* codes;
    std::int32_t const* lifts;
    std::int32_t const* limits;
    std::size_t groups;
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
#define TT_ABOVE(q, n) _mm512_cmpgt_epi32_mask(s##q##n, kBoth ? _mm512_min_epi32(t, l##n) : t)
#define TT_MASK(q)                                                              \
    {                                                                           \
        __m512i const t = _mm512_set1_epi32(queries.limits[i + q]);             \
        __mmask32 const low = _mm512_kunpackw(TT_ABOVE(q, 1), TT_ABOVE(q, 0));  \
        __mmask32 const high = _mm512_kunpackw(TT_ABOVE(q, 3), TT_ABOVE(q, 2)); \
        masks[i + q] = _cvtmask64_u64(_mm512_kunpackd(high, low));              \
    }
#define TT_START(q)                                                                           \
    __m512i const lift##q = _mm512_set1_epi32(queries.lifts[i + q]);                          \
    __m512i s##q##0 = _mm512_sub_epi32(h0, lift##q), s##q##1 = _mm512_sub_epi32(h1, lift##q), \
            s##q##2 = _mm512_sub_epi32(h2, lift##q), s##q##3 = _mm512_sub_epi32(h3, lift##q);

// Bit r of mask i: row r may be a neighbour of query i, or with kBoth query i of row r.
template <bool kBoth>
static inline void tileMasks(CodedRows const& rows, CodedQueries const& queries, std::uint64_t* masks) {
    std::size_t const groups = queries.groups;
    __m512i const h0 = _mm512_loadu_si512(rows.halves), h1 = _mm512_loadu_si512(rows.halves + 16);
    __m512i const h2 = _mm512_loadu_si512(rows.halves + 32), h3 = _mm512_loadu_si512(rows.halves + 48);
    std::int32_t const* const limits = kBoth ? rows.limits : rows.halves;
    __m512i const l0 = _mm512_loadu_si512(limits), l1 = _mm512_loadu_si512(limits + 16);
    __m512i const l2 = _mm512_loadu_si512(limits + 32), l3 = _mm512_loadu_si512(limits + 48);
    for (std::size_t i = 0; i < kNearestLeaf; i += 4) {
        std::int32_t const* const code0 = queries.codes + i * groups;
        std::int32_t const* const code1 = code0 + groups;
        std::int32_t const* const code2 = code1 + groups;
        std::int32_t const* const code3 = code2 + groups;
        TT_START(0) TT_START(1) TT_START(2) TT_START(3) std::uint8_t const* from = rows.panel;
        for (std::size_t g = 0; g < groups; g++, from += 256) {
            TT_ROW(0) TT_ROW(1) TT_ROW(2) TT_ROW(3) TT_DOT(0) TT_DOT(1) TT_DOT(2) TT_DOT(3)
        }
        TT_MASK(0) TT_MASK(1) TT_MASK(2) TT_MASK(3)
    }
}

#undef TT_ADD
#undef TT_ROW
#undef TT_DOT
#undef TT_ABOVE
#undef TT_MASK
#undef TT_START

#elif defined(TT_X86)

#if TT_AVX2
typedef __m256i Ints;
constexpr std::size_t kInts = 8;
#define TT_LOAD(p) _mm256_loadu_si256(reinterpret_cast<__m256i const*>(p))
#define TT_SET(v) _mm256_set1_epi32(v)
#define TT_ADD(a, b) _mm256_add_epi32(a, b)
#define TT_SUB(a, b) _mm256_sub_epi32(a, b)
#define TT_OR(a, b) _mm256_or_si256(a, b)
#define TT_PAIRS(a, b) _mm256_madd_epi16(a, b)
#define TT_GREATER(a, b) _mm256_cmpgt_epi32(a, b)
#define TT_BITS(a) static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(a)))
#else
typedef __m128i Ints;
constexpr std::size_t kInts = 4;
#define TT_LOAD(p) _mm_loadu_si128(reinterpret_cast<__m128i const*>(p))
#define TT_SET(v) _mm_set1_epi32(v)
#define TT_ADD(a, b) _mm_add_epi32(a, b)
#define TT_SUB(a, b) _mm_sub_epi32(a, b)
#define TT_OR(a, b) _mm_or_si128(a, b)
#define TT_PAIRS(a, b) _mm_madd_epi16(a, b)
#define TT_GREATER(a, b) _mm_cmpgt_epi32(a, b)
#define TT_BITS(a) static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(a)))
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
#define TT_ABOVE(q, n)                                                                                            \
    (TT_BITS(kBoth ? TT_OR(TT_GREATER(s##q##n, t), TT_GREATER(s##q##n, TT_LOAD(rows.limits + first + n * kInts))) \
                   : TT_GREATER(s##q##n, t))                                                                      \
     << n * kInts)
#define TT_MASK(q)                                                                                     \
    {                                                                                                  \
        Ints const t = TT_SET(queries.limits[i + q]);                                                  \
        std::uint32_t const above = TT_ABOVE(q, 0) | TT_ABOVE(q, 1) | TT_ABOVE(q, 2) | TT_ABOVE(q, 3); \
        masks[i + q] |= static_cast<std::uint64_t>(above) << first;                                    \
    }
#define TT_START(q)                                                                                   \
    Ints const lift##q = TT_SET(queries.lifts[i + q]);                                                \
    Ints s##q##0 = TT_SUB(h0, lift##q), s##q##1 = TT_SUB(h1, lift##q), s##q##2 = TT_SUB(h2, lift##q), \
         s##q##3 = TT_SUB(h3, lift##q);

template <bool kBoth>
static inline void tileMasks(CodedRows const& rows, CodedQueries const& queries, std::uint64_t* masks) {
    std::size_t const groups = queries.groups;
    for (std::size_t i = 0; i < kNearestLeaf; i++) masks[i] = 0;
    for (std::size_t first = 0; first < kNearestLeaf; first += 4 * kInts) {
        Ints const h0 = TT_LOAD(rows.halves + first), h1 = TT_LOAD(rows.halves + first + kInts);
        Ints const h2 = TT_LOAD(rows.halves + first + 2 * kInts), h3 = TT_LOAD(rows.halves + first + 3 * kInts);
        for (std::size_t i = 0; i < kNearestLeaf; i += 2) {
            std::int32_t const* const code0 = queries.codes + i * groups;
            std::int32_t const* const code1 = code0 + groups;
            TT_START(0) TT_START(1) std::uint8_t const* from = rows.panel + 4 * first;
            for (std::size_t g = 0; g < groups; g++, from += 4 * kNearestLeaf) {
                TT_ROW(0) TT_ROW(1) TT_ROW(2) TT_ROW(3) TT_DOT(0) TT_DOT(1)
            }
            TT_MASK(0) TT_MASK(1)
        }
    }
}

#undef TT_ROW
#undef TT_DOT
#undef TT_ABOVE
#undef TT_MASK
#undef TT_START
#undef TT_LOAD
#undef TT_SET
#undef TT_ADD
#undef TT_SUB
#undef TT_OR
#undef TT_PAIRS
#undef TT_GREATER
#undef TT_BITS

#else

template <bool kBoth>
static inline void tileMasks(CodedRows const& rows, CodedQueries const& queries, std::uint64_t* masks) {
    for (std::size_t i = 0; i < kNearestLeaf; i++) {
        std::int32_t dots[kNearestLeaf];
        for (std::size_t r = 0; r < kNearestLeaf; r++) dots[r] = rows.halves[r] - queries.lifts[i];
        auto const* const code = reinterpret_cast<std::int16_t const*>(queries.codes + i * queries.groups);
        auto const* from = reinterpret_cast<std::int16_t const*>(rows.panel);
        for (std::size_t g = 0; g < queries.groups; g++, from += 2 * kNearestLeaf) {
            std::int32_t const a = code[2 * g], b = code[2 * g + 1];
            for (std::size_t r = 0; r < kNearestLeaf; r++) dots[r] += a * from[2 * r] + b * from[2 * r + 1];
        }
        std::uint64_t mask = 0;
        for (std::size_t r = 0; r < kNearestLeaf; r++) {
            bool const above = dots[r] > queries.limits[i] || (kBoth && dots[r] > rows.limits[r]);
            mask |= static_cast<std::uint64_t>(above) << r;
        }
        masks[i] = mask;
    }
}

#endif

// The pairs that may be neighbours, by query, with their exact totals.
struct TileHits {
    std::uint16_t pairs[kNearestLeaf * kNearestLeaf];  // query * kNearestLeaf + row
    double totals[kNearestLeaf * kNearestLeaf];
    std::size_t count;
};

template <bool kBoth>
static inline void tileHits(CodedRows const& rows, CodedQueries const& coded, double const* queryRows,
                            std::size_t queryCount, double const* leafRows, std::size_t padded, TileHits& hits) {
    std::uint64_t masks[kNearestLeaf];
    tileMasks<kBoth>(rows, coded, masks);
    std::size_t count = 0;
    for (std::size_t i = 0; i < queryCount; i++) {
        for (std::uint64_t mask = masks[i]; mask != 0; mask &= mask - 1) {
            hits.pairs[count++] =
                static_cast<std::uint16_t>(i * kNearestLeaf + static_cast<std::size_t>(__builtin_ctzll(mask)));
        }
    }
    hits.count = count;
    for (std::size_t n = 0; n < count; n++) {
        std::size_t const i = hits.pairs[n] / kNearestLeaf, r = hits.pairs[n] % kNearestLeaf;
        hits.totals[n] = squaresOfPadded(queryRows + i * padded, leafRows + r * padded, padded);
    }
}

}  // namespace telltale::TT_TARGET
