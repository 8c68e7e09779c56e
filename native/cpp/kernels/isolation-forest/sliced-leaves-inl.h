// From the bit planes of a block's paths through a tree to sums of leaf values.

namespace telltale::TT_TARGET {

// Path bytes of a block, one a row, out of the eight planes of the path. In which order: see rowOfByte.
static inline void pathBytes(Mask const* planes, Mask* bytes) {
#if TT_AVX512 || TT_AVX2
    // The bytes of the planes are interleaved within 128-bit lanes until each 64-bit word has one byte of every plane;
    // then each word, as a matrix of 8 x 8 bits, is transposed.
#if TT_AVX512
#define TT_UNPACK(half, size, x, y) (Mask) _mm512_unpack##half##_epi##size((__m512i)(x), (__m512i)(y))
#else
#define TT_UNPACK(half, size, x, y) (Mask) _mm256_unpack##half##_epi##size((__m256i)(x), (__m256i)(y))
#endif
    Mask p[8], a[8], b[8];
    // The affine instruction counts the rows of a matrix from its last byte, so it gets the planes backwards.
    for (int i = 0; i < 8; i++) p[i] = planes[TT_AVX512 ? 7 - i : i];
    for (int i = 0; i < 4; i++) {
        a[i] = TT_UNPACK(lo, 8, p[2 * i], p[2 * i + 1]);
        a[i + 4] = TT_UNPACK(hi, 8, p[2 * i], p[2 * i + 1]);
    }
    for (int h = 0; h < 8; h += 4) {
        for (int i = 0; i < 2; i++) {
            b[h + i] = TT_UNPACK(lo, 16, a[h + 2 * i], a[h + 2 * i + 1]);
            b[h + i + 2] = TT_UNPACK(hi, 16, a[h + 2 * i], a[h + 2 * i + 1]);
        }
    }
    for (int q = 0; q < 8; q += 2) {
        a[q] = TT_UNPACK(lo, 32, b[q], b[q + 1]);
        a[q + 1] = TT_UNPACK(hi, 32, b[q], b[q + 1]);
    }
#undef TT_UNPACK
#else
    Mask a[8];
    auto const* const in = reinterpret_cast<std::uint8_t const*>(planes);
    for (std::size_t i = 0; i < kBlockRows / 8; i++) {
        std::uint64_t word = 0;
        for (std::size_t plane = 0; plane < 8; plane++)
            word |= std::uint64_t{in[plane * kMaskBytes + i]} << (8 * plane);
        a[i / TT_WIDTH][i % TT_WIDTH] = word;
    }
#endif
    for (int q = 0; q < 8; q++) {
#if TT_AVX512
        __m512i const identity = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201ULL));
        bytes[q] = (Mask)_mm512_gf2p8affine_epi64_epi8(identity, (__m512i)a[q], 0);
#else
        Mask x = a[q], swap;
        swap = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAULL;
        x ^= swap ^ (swap << 7);
        swap = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCULL;
        x ^= swap ^ (swap << 14);
        swap = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ULL;
        bytes[q] = x ^ swap ^ (swap << 28);
#endif
    }
}

// Row of the block whose path byte stands at that place.
static inline std::size_t rowOfByte(std::size_t place) {
#if TT_AVX512 || TT_AVX2
    return 128 * (place % kMaskBytes / 16) + 16 * (place / kMaskBytes) + place % 16;
#else
    return place;
#endif
}

// Place in the block's sums of the row whose path byte stands at that place.
static inline std::size_t sumOfByte(std::size_t place) {
#if TT_AVX512
    std::size_t const k = place % 16;
    return place - k + ((k & 2) != 0 ? 8 : 0) + 2 * (k / 4) + (k & 1);
#else
    return place;
#endif
}

// Adds the leaf values of `count` trees, tree after tree.
static inline void addLeaves(PlanTree const* trees, std::size_t count, std::uint8_t const* bytes, double* sums) {
    if (count == 4) {
        double const *const a = trees[0].leafValue, *const b = trees[1].leafValue;
        double const *const c = trees[2].leafValue, *const d = trees[3].leafValue;
        for (std::size_t i = 0; i < kBlockRows; i++) {
            std::uint8_t const* const path = bytes + i;
            double sum = sums[sumOfByte(i)] + a[path[0]];
            sum += b[path[kBlockRows]];
            sum += c[path[2 * kBlockRows]];
            sums[sumOfByte(i)] = sum + d[path[3 * kBlockRows]];
        }
        return;
    }
    for (std::size_t t = 0; t < count; t++) {
        double const* const value = trees[t].leafValue;
        for (std::size_t i = 0; i < kBlockRows; i++) sums[sumOfByte(i)] += value[bytes[t * kBlockRows + i]];
    }
}

#if TT_AVX512
// Path bytes become leaf codes, through a table of 256 bytes in four registers.
static inline void leafCodes(std::uint8_t const* table, std::uint8_t* bytes) {
    __m512i const t0 = _mm512_load_si512(table), t1 = _mm512_load_si512(table + 64);
    __m512i const t2 = _mm512_load_si512(table + 128), t3 = _mm512_load_si512(table + 192);
    for (std::size_t i = 0; i < kBlockRows; i += 64) {
        __m512i const path = _mm512_load_si512(bytes + i);
        __m512i const low = _mm512_permutex2var_epi8(t0, path, t1);
        __m512i const high = _mm512_permutex2var_epi8(t2, path, t3);
        _mm512_store_si512(bytes + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(path), low, high));
    }
}

// Adds the leaf values of kTrees trees, tree after tree, by codes: sixteen rows at a time look up both halves of their
// doubles in registers. Interleaving the halves leaves the rows in the order of sumOfByte.
template <int kTrees>
static inline void addCodes(PlanTree const* trees, std::uint8_t const* codes, double* sums) {
    __m512i table[kTrees][4];
    for (int t = 0; t < kTrees; t++) {
        for (int k = 0; k < 4; k++) table[t][k] = _mm512_load_si512(trees[t].codeValue + 16 * k);
    }
    for (std::size_t i = 0; i < kBlockRows; i += 16) {
        __m512d a = _mm512_load_pd(sums + i), b = _mm512_load_pd(sums + i + 8);
        for (int t = 0; t < kTrees; t++) {
            auto const* const from =
                reinterpret_cast<__m128i const*>(codes + static_cast<std::size_t>(t) * kBlockRows + i);
            __m512i const code = _mm512_cvtepu8_epi32(_mm_load_si128(from));
            __m512i const low = _mm512_permutex2var_epi32(table[t][0], code, table[t][1]);
            __m512i const high = _mm512_permutex2var_epi32(table[t][2], code, table[t][3]);
            a = _mm512_add_pd(a, _mm512_castsi512_pd(_mm512_unpacklo_epi32(low, high)));
            b = _mm512_add_pd(b, _mm512_castsi512_pd(_mm512_unpackhi_epi32(low, high)));
        }
        _mm512_store_pd(sums + i, a);
        _mm512_store_pd(sums + i + 8, b);
    }
}

// Adds the leaf values of all the trees by codes if each has codes; false when one has not.
static inline bool addByCodes(PlanTree const* trees, std::size_t count, std::uint8_t* bytes, double* sums) {
    for (std::size_t t = 0; t < count; t++) {
        if (trees[t].leafCode == nullptr) return false;
    }
    for (std::size_t t = 0; t < count; t++) leafCodes(trees[t].leafCode, bytes + t * kBlockRows);
    if (count == 4) {
        addCodes<4>(trees, bytes, sums);
    } else {
        for (std::size_t t = 0; t < count; t++) addCodes<1>(trees + t, bytes + t * kBlockRows, sums);
    }
    return true;
}
#endif

}  // namespace telltale::TT_TARGET
