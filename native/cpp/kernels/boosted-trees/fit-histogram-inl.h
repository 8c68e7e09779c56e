// Sums of derivatives by bin. Rows are taken a tile at a time, so that their codes stay in the second cache while group
// after group of columns, whose sums fit into the first, goes over them.

namespace telltale::TT_TARGET {

typedef std::int64_t SumPair __attribute__((vector_size(16)));
typedef std::int32_t HalfPair __attribute__((vector_size(8)));

static inline SumPair wide(DerivativePair const& pair) {
    HalfPair half;
    __builtin_memcpy(&half, &pair, sizeof half);
    return __builtin_convertvector(half, SumPair);
}

static inline void addTo(std::int64_t* sums, SumPair pair) {
    SumPair sum;
    __builtin_memcpy(&sum, sums, sizeof sum);
    sum += pair;
    __builtin_memcpy(sums, &sum, sizeof sum);
}

// Codes of one byte: eight columns of a row are one word, and their rooms lie at distances that are known.
static inline void addGroup(std::uint8_t const* codes, std::uint32_t const* rows, std::size_t stride,
                            DerivativePair const* pairs, std::size_t count, std::int64_t* sums) {
    for (std::size_t k = 0; k < count; k++) {
        std::uint64_t word;
        __builtin_memcpy(&word, codes + rows[k] * stride, sizeof word);
        SumPair const pair = wide(pairs[k]);
        addTo(sums + 0 * 2 * kColumnPairs + 2 * (word & 255), pair);
        addTo(sums + 1 * 2 * kColumnPairs + 2 * (word >> 8 & 255), pair);
        addTo(sums + 2 * 2 * kColumnPairs + 2 * (word >> 16 & 255), pair);
        addTo(sums + 3 * 2 * kColumnPairs + 2 * (word >> 24 & 255), pair);
        addTo(sums + 4 * 2 * kColumnPairs + 2 * (word >> 32 & 255), pair);
        addTo(sums + 5 * 2 * kColumnPairs + 2 * (word >> 40 & 255), pair);
        addTo(sums + 6 * 2 * kColumnPairs + 2 * (word >> 48 & 255), pair);
        addTo(sums + 7 * 2 * kColumnPairs + 2 * (word >> 56), pair);
    }
}

static inline void addColumn(std::uint8_t const* codes, std::uint32_t const* rows, std::size_t stride,
                             DerivativePair const* pairs, std::size_t count, std::int64_t* sums) {
    for (std::size_t k = 0; k < count; k++) {
        std::uint16_t code;
        __builtin_memcpy(&code, codes + rows[k] * stride * 2, sizeof code);
        addTo(sums + 2 * std::size_t{code}, wide(pairs[k]));
    }
}

// Adds the rows of a list to the sums of column groups from … to.
void addRows(HistogramWork const& work, std::uint32_t const* rows, std::size_t count, std::size_t from,
             std::size_t to) {
    DerivativePair tile[kHistogramTile];
    for (std::size_t first = 0; first < count; first += kHistogramTile) {
        std::size_t const here = count - first < kHistogramTile ? count - first : kHistogramTile;
        std::uint32_t const* const list = rows + first;
        for (std::size_t k = 0; k < here; k++) tile[k] = work.pairs[list[k]];
        for (std::size_t g = from; g < to; g++) {
            if (work.group_used[g] == 0) continue;
            if (work.code_bytes == 1) {
                addGroup(work.codes + g * kCodeColumns, list, work.stride, tile, here,
                         work.sums + 2 * g * kCodeColumns * kColumnPairs);
                continue;
            }
            for (std::size_t j = g * kCodeColumns; j < (g + 1) * kCodeColumns && j < work.cols; j++) {
                addColumn(work.codes + 2 * j, list, work.stride, tile, here, work.sums + 2 * work.place[j]);
            }
        }
    }
}

}  // namespace telltale::TT_TARGET
