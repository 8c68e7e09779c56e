// Products of the columns of a block of rows. Lanes are columns: each sum takes the rows in their order.

namespace telltale::TT_TARGET {

typedef double MomentLanes __attribute__((vector_size(TT_WIDTH * 8)));

constexpr std::size_t kMomentVectors = 8 / TT_WIDTH;               // registers of eight columns
constexpr std::size_t kMomentTile = TT_AVX512 || TT_NEON ? 8 : 4;  // rows of the scatter at a time

static inline MomentLanes momentLoad(double const* from) {
    MomentLanes v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void momentStore(double* to, MomentLanes v) { __builtin_memcpy(to, &v, sizeof v); }

// Columns i … i + kMomentTile - 1 of `left` with columns j … j + 7 of `panel`.
static inline void productTile(double const* left, double const* panel, std::size_t rows, std::size_t width,
                               std::size_t i, std::size_t j, double* products) {
    MomentLanes sum[kMomentTile][kMomentVectors] = {};
    for (std::size_t r = 0; r < rows; r++) {
        double const* const row = panel + r * width;
        double const* const scaled = left + r * width;
        MomentLanes right[kMomentVectors];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kMomentVectors; v++) right[v] = momentLoad(row + j + v * TT_WIDTH);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kMomentTile; k++) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kMomentVectors; v++) sum[k][v] += scaled[i + k] * right[v];
        }
    }
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kMomentTile; k++) {
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kMomentVectors; v++) {
            momentStore(products + (i + k) * width + j + v * TT_WIDTH, sum[k][v]);
        }
    }
}

// Mean and products of a block; returns the number of rows, or the sum of their weights. `width` is cols rounded up to
// eight; `panel` has room for twice the rows at that width, and `mean` and `products` are that wide too. Only the lower
// triangle of the products is of use, and nothing where that sum is 0.
double momentBlock(double const* const* rows, double const* weights, std::size_t count, std::size_t cols,
                   std::size_t width, double* panel, double* mean, double* products) {
    double total = 0;
    for (std::size_t j = 0; j < width; j++) mean[j] = 0;
    for (std::size_t r = 0; r < count; r++) {
        double* const row = panel + r * width;
        __builtin_memcpy(row, rows[r], cols * sizeof(double));
        for (std::size_t j = cols; j < width; j++) row[j] = 0;
        double const weight = weights == nullptr ? 1 : weights[r];
        total += weight;
        for (std::size_t j = 0; j < width; j += TT_WIDTH) {
            momentStore(mean + j, momentLoad(mean + j) + weight * momentLoad(row + j));
        }
    }
    if (total == 0) return 0;
    for (std::size_t j = 0; j < width; j++) mean[j] = mean[j] / total;
    double* const scaled = weights == nullptr ? panel : panel + count * width;
    for (std::size_t r = 0; r < count; r++) {
        double* const row = panel + r * width;
        for (std::size_t j = 0; j < width; j += TT_WIDTH) {
            momentStore(row + j, momentLoad(row + j) - momentLoad(mean + j));
        }
        if (weights == nullptr) continue;
        for (std::size_t j = 0; j < width; j += TT_WIDTH) {
            momentStore(scaled + r * width + j, weights[r] * momentLoad(row + j));
        }
    }
    for (std::size_t i = 0; i < width; i += kMomentTile) {
        for (std::size_t j = 0; j < i + kMomentTile; j += 8) productTile(scaled, panel, count, width, i, j, products);
    }
    return total;
}

}  // namespace telltale::TT_TARGET
