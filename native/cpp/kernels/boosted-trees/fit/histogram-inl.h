// Sums of derivatives by bin. Rows are taken a tile at a time, so that their codes stay in the second cache while group
// after group of columns, whose sums fit into the first, goes over them.

namespace telltale::TT_TARGET {

typedef std::int64_t SumPair __attribute__((vector_size(16)));
typedef std::int32_t HalfPair __attribute__((vector_size(8)));

static inline SumPair wide(DerivativePair const& pair) {
#if TT_AVX2 || TT_AVX512
    typedef int Words __attribute__((vector_size(16)));
    std::int64_t both;
    __builtin_memcpy(&both, &pair, sizeof both);
    return (SumPair)__builtin_ia32_pmovsxdq128((Words)(SumPair{both, 0}));
#else
    HalfPair half;
    __builtin_memcpy(&half, &pair, sizeof half);
    return __builtin_convertvector(half, SumPair);
#endif
}

static inline void addTo(char* sums, SumPair pair) {
    SumPair sum;
    __builtin_memcpy(&sum, sums, sizeof sum);
    sum += pair;
    __builtin_memcpy(sums, &sum, sizeof sum);
}

// Codes of one byte: eight columns of a row are one word, and their rooms lie at distances that are known. A code is
// left multiplied by the 16 bytes of a pair where it is cut out of the word.
static inline void addWord(std::uint64_t word, SumPair pair, char* room) {
    constexpr std::size_t kRoom = 16 * kColumnPairs;
    constexpr std::uint64_t kByte = 255 << 4;
    addTo(room + 0 * kRoom + (word << 4 & kByte), pair);
    addTo(room + 1 * kRoom + (word >> 4 & kByte), pair);
    addTo(room + 2 * kRoom + (word >> 12 & kByte), pair);
    addTo(room + 3 * kRoom + (word >> 20 & kByte), pair);
    addTo(room + 4 * kRoom + (word >> 28 & kByte), pair);
    addTo(room + 5 * kRoom + (word >> 36 & kByte), pair);
    addTo(room + 6 * kRoom + (word >> 44 & kByte), pair);
    addTo(room + 7 * kRoom + (word >> 52 & kByte), pair);
}

static inline void addGroup(std::uint8_t const* codes, std::uint32_t const* rows, std::size_t stride,
                            DerivativePair const* pairs, std::size_t count, std::int64_t* sums) {
    for (std::size_t k = 0; k < count; k++) {
        std::uint64_t word;
        __builtin_memcpy(&word, codes + rows[k] * stride, sizeof word);
        addWord(word, wide(pairs[k]), (char*)sums);
    }
}

// Asks for what summing a row will read.
static inline void fetchRow(HistogramWork const& work, std::uint32_t row, std::size_t from, std::size_t to) {
    std::uint8_t const* const codes = work.codes + row * work.stride * work.code_bytes;
    for (std::size_t byte = from; byte < to; byte += 64) __builtin_prefetch(codes + byte);
    __builtin_prefetch(work.pairs + row);
}

static inline void addColumn(std::uint8_t const* codes, std::uint32_t const* rows, std::size_t stride,
                             DerivativePair const* pairs, std::size_t count, std::int64_t* sums) {
    for (std::size_t k = 0; k < count; k++) {
        std::uint16_t code;
        __builtin_memcpy(&code, codes + rows[k] * stride * 2, sizeof code);
        addTo((char*)(sums + 2 * std::size_t{code}), wide(pairs[k]));
    }
}

// Adds the rows of a list to the sums of column groups from … to.
void addRows(HistogramWork const& work, std::uint32_t const* rows, std::size_t count, std::size_t from,
             std::size_t to) {
    DerivativePair tile[kHistogramTile];
    // Rows are anywhere in memory: those of the next tile are asked for while the sums of this one are made.
    std::size_t const first_byte = from * kCodeColumns * work.code_bytes;
    std::size_t const last_byte = to * kCodeColumns * work.code_bytes;
    for (std::size_t k = 0; k < count && k < kHistogramTile; k++) fetchRow(work, rows[k], first_byte, last_byte);
    for (std::size_t first = 0; first < count; first += kHistogramTile) {
        std::size_t const here = count - first < kHistogramTile ? count - first : kHistogramTile;
        std::uint32_t const* const list = rows + first;
        for (std::size_t k = 0; k < here; k++) tile[k] = work.pairs[list[k]];
        std::size_t const left = count - first - here;
        std::size_t ahead = left < kHistogramTile ? left : kHistogramTile;
        for (std::size_t g = from; g < to; g++) {
            if (work.group_used[g] == 0) continue;
            if (work.code_bytes == 1) {
                std::uint8_t const* const codes = work.codes + g * kCodeColumns;
                std::int64_t* const sums = work.sums + 2 * g * kCodeColumns * kColumnPairs;
                for (std::size_t k = 0; k < ahead; k++) {
                    fetchRow(work, list[here + k], first_byte, last_byte);
                    addGroup(codes, list + k, work.stride, tile + k, 1, sums);
                }
                addGroup(codes, list + ahead, work.stride, tile + ahead, here - ahead, sums);
                ahead = 0;
                continue;
            }
            for (std::size_t j = g * kCodeColumns; j < (g + 1) * kCodeColumns && j < work.cols; j++) {
                addColumn(work.codes + 2 * j, list, work.stride, tile, here, work.sums + 2 * work.place[j]);
            }
        }
    }
}

}  // namespace telltale::TT_TARGET
