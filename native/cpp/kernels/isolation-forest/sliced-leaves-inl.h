// From the path bytes of a block to sums of leaf values.

namespace telltale::TT_TARGET {

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
