// From the bit planes of a block's paths through a tree to a byte a row.

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

}  // namespace telltale::TT_TARGET
