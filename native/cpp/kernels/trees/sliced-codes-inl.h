// Ranks of a block of rows by 16-bit codes, 32 rows a register: AVX-512 only. The levels of the search tree are tables
// in registers; the turns taken at each level are the bit planes of the rank.

#if TT_AVX512

namespace telltale::TT_TARGET {

// Eight rows of eight columns become eight columns of eight rows.
static inline void transpose8(__m512d* r) {
    __m512d t[8], u[8];
    for (int i = 0; i < 4; i++) {
        t[2 * i] = _mm512_unpacklo_pd(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_pd(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2; k++) {
            u[4 * i + k] = _mm512_shuffle_f64x2(t[4 * i + k], t[4 * i + k + 2], 0x88);
            u[4 * i + k + 2] = _mm512_shuffle_f64x2(t[4 * i + k], t[4 * i + k + 2], 0xDD);
        }
    }
    for (int k = 0; k < 4; k++) {
        r[k] = _mm512_shuffle_f64x2(u[k], u[k + 4], 0x88);
        r[k + 4] = _mm512_shuffle_f64x2(u[k], u[k + 4], 0xDD);
    }
}

// Codes of up to eight columns of a block, [column][row]; true when a value is missing.
static inline bool encodeColumns(PlanFeature const* features, std::size_t count, double const* x, std::size_t cols,
                                 std::uint16_t* codes) {
    __mmask8 missing = 0;
    __mmask8 const lanes = static_cast<__mmask8>((1u << count) - 1);
    bool const adjacent = features[count - 1].column - features[0].column == count - 1;
    alignas(64) std::int64_t columns[8] = {};
    for (std::size_t k = 0; k < count; k++) columns[k] = static_cast<std::int64_t>(features[k].column);
    __m512i const places = _mm512_load_si512(columns);
    for (std::size_t row = 0; row < kBlockRows; row += 8) {
        __m512d r[8];
        for (std::size_t k = 0; k < 8; k++) {
            double const* const from = x + (row + k) * cols;
            r[k] = adjacent ? _mm512_maskz_loadu_pd(lanes, from + features[0].column)
                            : _mm512_mask_i64gather_pd(_mm512_setzero_pd(), lanes, places, from, 8);
        }
        for (int k = 0; k < 8; k += 2) missing |= _mm512_cmp_pd_mask(r[k], r[k + 1], _CMP_UNORD_Q);
        transpose8(r);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < 8; k++) {
            if (k >= count) break;
            __m512d const centred = _mm512_sub_pd(r[k], _mm512_set1_pd(features[k].low));
            __m512d code = _mm512_mul_pd(centred, _mm512_set1_pd(features[k].scale));
            code = _mm512_max_pd(code, _mm512_setzero_pd());  // the second operand when the first is NaN
            code = _mm512_min_pd(code, _mm512_set1_pd(kPlanLastCode));
            __m128i const narrow = _mm256_cvtepi32_epi16(_mm512_cvttpd_epi32(code));
            _mm_store_si128(reinterpret_cast<__m128i*>(codes + k * kBlockRows + row), narrow);
        }
    }
    return missing != 0;
}

// The entry of each row's subtree at a level of 2^kLevel entries.
template <int kLevel>
static inline __m512i pivotOf(std::uint16_t const* level, __m512i turns, __mmask32 const* went) {
    if constexpr (kLevel < 6) {
        return _mm512_permutexvar_epi16(turns, _mm512_load_si512(level));
    } else if constexpr (kLevel == 6) {
        return _mm512_permutex2var_epi16(_mm512_load_si512(level), turns, _mm512_load_si512(level + 32));
    } else {
        __m512i const left = pivotOf<kLevel - 1>(level, turns, went);
        __m512i const right = pivotOf<kLevel - 1>(level + (1 << (kLevel - 1)), turns, went);
        return _mm512_mask_blend_epi16(went[kLevel - 1], left, right);
    }
}

// Levels kLevel … kBits - 1 for 32 kTogether rows. A row's turns so far are the low bits of `turns`, the first turn
// lowest; `different` keeps the rows that met no code equal to their own.
template <int kBits, int kLevel, int kTogether>
static inline void descend(std::uint16_t const* level, __m512i const* codes, __m512i* turns, __mmask32 (*went)[kBits],
                           __mmask32* different) {
    if constexpr (kLevel < kBits) {
        __m512i const turn = _mm512_set1_epi16(static_cast<short>(1 << kLevel));
        for (int g = 0; g < kTogether; g++) {
            __m512i const pivot = pivotOf<kLevel>(level, turns[g], went[g]);
            went[g][kLevel] = _mm512_cmplt_epu16_mask(pivot, codes[g]);
            different[g] = _mm512_mask_cmpneq_epu16_mask(different[g], pivot, codes[g]);
            turns[g] = _mm512_mask_add_epi16(turns[g], went[g][kLevel], turns[g], turn);
        }
        constexpr int kEntries = kLevel < 5 ? 32 : 1 << kLevel;
        descend<kBits, kLevel + 1, kTogether>(level + kEntries, codes, turns, went, different);
    }
}

// Bit planes of the number of threshold codes below each code of a block; `ties` gets the rows that met an equal code.
template <int kBits>
static void searchCodes(std::uint16_t const* tree, std::uint16_t const* codes, char* planes, __mmask32* ties) {
    constexpr int kTogether = kBits <= 8 ? 4 : 2;  // searches in flight that fit the registers
    for (int first = 0; first < 16; first += kTogether) {
        __m512i x[kTogether], turns[kTogether];
        __mmask32 went[kTogether][kBits], different[kTogether];
        for (int g = 0; g < kTogether; g++) {
            x[g] = _mm512_load_si512(codes + 32 * (first + g));
            turns[g] = _mm512_setzero_si512();
            different[g] = ~__mmask32{0};
        }
        descend<kBits, 0, kTogether>(tree, x, turns, went, different);
        for (int g = 0; g < kTogether; g++) {
            for (int l = 0; l < kBits; l++) {
                __builtin_memcpy(planes + kMaskBytes * (kBits - 1 - l) + 4 * (first + g), &went[g][l], 4);
            }
            ties[first + g] = ~different[g];
        }
    }
}

// Bit planes of a block's ranks by code; where a code equals a threshold's, the values themselves decide.
static inline void planesByCode(PlanFeature const& feature, std::uint16_t const* codes, double const* x,
                                std::size_t stride, Mask* out) {
    using Search = void (*)(std::uint16_t const*, std::uint16_t const*, char*, __mmask32*);
    static constexpr Search kSearch[kPlanCodeBits + 1] = {
        nullptr,         searchCodes<1>,  searchCodes<2>, searchCodes<3>, searchCodes<4>,
        searchCodes<5>,  searchCodes<6>,  searchCodes<7>, searchCodes<8>, searchCodes<9>,
        searchCodes<10>, searchCodes<11>, searchCodes<12>};
    __mmask32 ties[16];
    kSearch[feature.bits](feature.codeTree, codes, reinterpret_cast<char*>(out), ties);

    // One list for the whole block: sixteen loops of unforeseeable length would be mispredicted sixteen times.
    std::uint16_t rows[kBlockRows + 32];
    std::size_t count = 0;
    alignas(64) static constexpr std::uint16_t kFirst[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                             11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                                             22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    __m512i places = _mm512_load_si512(kFirst);
    for (int g = 0; g < 16; g++) {
        _mm512_storeu_si512(rows + count, _mm512_maskz_compress_epi16(ties[g], places));
        count += static_cast<std::size_t>(__builtin_popcount(ties[g]));
        places = _mm512_add_epi16(places, _mm512_set1_epi16(32));
    }
    auto* const bytes = reinterpret_cast<std::uint8_t*>(out);
    for (std::size_t i = 0; i < count; i++) {
        std::size_t const row = rows[i], at = row / 8;
        unsigned const bit = row % 8;
        double const v = x[row * stride];
        std::uint32_t below = 0;
        for (std::uint32_t b = 0; b < feature.bits; b++) below |= ((bytes[kMaskBytes * b + at] >> bit) & 1u) << b;
        std::uint32_t rank = below, end = feature.runEnd[below];
        while (rank < end) {
            std::uint32_t const middle = (rank + end) / 2;
            if (feature.thresholds[middle] < v) {
                rank = middle + 1;
            } else {
                end = middle;
            }
        }
        for (std::uint32_t b = 0, change = below ^ rank; change != 0; b++, change >>= 1) {
            bytes[kMaskBytes * b + at] ^= static_cast<std::uint8_t>((change & 1u) << bit);
        }
    }
}

}  // namespace telltale::TT_TARGET

#endif
