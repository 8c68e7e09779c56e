// Products of matrices in single precision, in panels of two registers of columns. Every element is one sum over one
// index after the other, each product rounded before it is added, so that a row's result has the same bits in every
// tile and at every register width.

namespace telltale::TT_TARGET {

typedef float Floats __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t FloatBits __attribute__((vector_size(TT_WIDTH * 8)));
constexpr std::size_t kLanes = TT_WIDTH * 2;
constexpr std::size_t kPanel = 2 * kLanes;
static_assert(kPanel <= kMostPanel, "buffers are padded to the widest panel");
// Rows of a tile: two sums a row, two columns, a value and a product have to fit the registers.
constexpr std::size_t kTileRows = TT_AVX512 ? 12 : 6;

static inline Floats loadFloats(float const* from) {
    Floats v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void storeFloats(float* to, Floats v) { __builtin_memcpy(to, &v, sizeof v); }

// The first `count` lanes from memory, zeros behind them.
static inline Floats loadSome(float const* from, std::size_t count) {
    if (count >= kLanes) return loadFloats(from);
    Floats v{};
    for (std::size_t k = 0; k < count; k++) v[k] = from[k];
    return v;
}

static inline void storeSome(float* to, Floats v, std::size_t count) {
    if (count >= kLanes) {
        storeFloats(to, v);
        return;
    }
    for (std::size_t k = 0; k < count; k++) to[k] = v[k];
}

// One term of a sum of products a · b: `length` steps, b in panels.
struct Factor {
    float const* a;
    std::size_t a_row, a_step;  // distance of two rows, of two steps
    float const* b;             // length × kPanel
    std::size_t length;
};

template <std::size_t kRows>
static inline __attribute__((always_inline)) void productTile(Factor const* factors, std::size_t count,
                                                              float const* initial, std::size_t initial_row, float* out,
                                                              std::size_t out_row) {
    Floats sum[kRows][2];
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; r++) {
        sum[r][0] = loadFloats(initial + r * initial_row);
        sum[r][1] = loadFloats(initial + r * initial_row + kLanes);
    }
    for (std::size_t f = 0; f < count; f++) {
        float const* a = factors[f].a;
        float const* b = factors[f].b;
        std::size_t const a_row = factors[f].a_row;
        std::size_t const a_step = factors[f].a_step;
        for (std::size_t k = factors[f].length; k > 0; k--) {
            Floats const left = loadFloats(b);
            Floats const right = loadFloats(b + kLanes);
#pragma GCC unroll 12
            for (std::size_t r = 0; r < kRows; r++) {
                float const value = a[r * a_row];
                sum[r][0] = sum[r][0] + value * left;
                sum[r][1] = sum[r][1] + value * right;
            }
            a += a_step;
            b += kPanel;
        }
    }
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; r++) {
        storeFloats(out + r * out_row, sum[r][0]);
        storeFloats(out + r * out_row + kLanes, sum[r][1]);
    }
}

template <std::size_t kRows>
static void lastTile(std::size_t rows, Factor const* factors, std::size_t count, float const* initial,
                     std::size_t initial_row, float* out, std::size_t out_row) {
    if (rows == kRows) {
        productTile<kRows>(factors, count, initial, initial_row, out, out_row);
    } else if constexpr (kRows > 1) {
        lastTile<kRows - 1>(rows, factors, count, initial, initial_row, out, out_row);
    }
}

// out = initial + the sum of the factors, for `rows` rows and one panel of columns. At most two factors.
static void productRows(std::size_t rows, Factor const* factors, std::size_t count, float const* initial,
                        std::size_t initial_row, float* out, std::size_t out_row) {
    Factor moved[2] = {factors[0], count > 1 ? factors[1] : factors[0]};
    for (; rows >= kTileRows; rows -= kTileRows) {
        productTile<kTileRows>(moved, count, initial, initial_row, out, out_row);
        for (Factor& factor : moved) factor.a += kTileRows * factor.a_row;
        initial += kTileRows * initial_row;
        out += kTileRows * out_row;
    }
    if (rows > 0) lastTile<kTileRows - 1>(rows, moved, count, initial, initial_row, out, out_row);
}

// Columns `first` … `last` of a matrix of rows × stride as panels of rows × kPanel, zeros behind the last.
static void packColumns(float const* from, std::size_t rows, std::size_t stride, std::size_t first, std::size_t last,
                        float* to) {
    for (std::size_t column = first; column < last; column += kPanel) {
        std::size_t const count = last - column < kPanel ? last - column : kPanel;
        for (std::size_t k = 0; k < rows; k++, to += kPanel) {
            for (std::size_t c = 0; c < kPanel; c++) to[c] = c < count ? from[k * stride + column + c] : 0.0f;
        }
    }
}

// The same of the transposed matrix: its columns are the rows of `from`, its rows the columns `first` … `last`.
static void packTransposed(float const* from, std::size_t rows, std::size_t stride, std::size_t first, std::size_t last,
                           float* to) {
    for (std::size_t row = 0; row < rows; row += kPanel) {
        std::size_t const count = rows - row < kPanel ? rows - row : kPanel;
        for (std::size_t k = first; k < last; k++, to += kPanel) {
            for (std::size_t c = 0; c < kPanel; c++) to[c] = c < count ? from[(row + c) * stride + k] : 0.0f;
        }
    }
}

}  // namespace telltale::TT_TARGET
