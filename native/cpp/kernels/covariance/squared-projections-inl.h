// Squared lengths of rows in directions: eight directions in the lanes, some rows at a time.

#include "kernels/distance/row-distance-inl.h"

namespace telltale::TT_TARGET {

constexpr std::size_t kProjectedRows = TT_AVX512 || TT_NEON ? 8 : 4;

// kRows centred rows with a group of directions; `panels` holds them eight by eight, panel after panel, each of `width`
// columns of eight lanes; `lengths` says how many columns of a panel are not all 0.
template <std::size_t kRows>
static inline void projectGroup(double const* const* rows, std::size_t width, double const* panels,
                                std::int32_t const* lengths, std::size_t panel_count, double* products,
                                std::size_t product_count, double* norms, std::size_t stride) {
    RowLanes squares[kRows][kRowVectors] = {};
    for (std::size_t p = 0; p < panel_count; p++) {
        double const* const panel = panels + p * width * 8;
        auto const length = static_cast<std::size_t>(lengths[p]);
        RowLanes sum[kRows][kRowVectors] = {};
        for (std::size_t j = 0; j < length; j++) {
            RowLanes direction[kRowVectors];
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kRowVectors; v++) direction[v] = loadLanes(panel + j * 8 + v * TT_WIDTH);
#pragma GCC unroll 8
            for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 4
                for (std::size_t v = 0; v < kRowVectors; v++) sum[r][v] += rows[r][j] * direction[v];
            }
        }
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kRowVectors; v++) {
                squares[r][v] += sum[r][v] * sum[r][v];
                storeLanes(products + r * product_count + p * 8 + v * TT_WIDTH, sum[r][v]);
            }
        }
    }
    for (std::size_t r = 0; r < kRows; r++) {
        double const norm = foldEight(squares[r]);
        norms[r * stride] = norm == norm ? norm : __builtin_inf();
    }
}

// What kRows centred rows have beside the directions: eight columns in the lanes, direction after direction.
template <std::size_t kRows>
static inline void squareRest(double const* const* rows, std::size_t width, double const* back, double const* products,
                              std::size_t product_count, double* norms, std::size_t stride) {
    RowLanes squares[kRows][kRowVectors] = {};
    for (std::size_t j = 0; j < width; j += 8) {
        double const* const panel = back + j * product_count;
        RowLanes rest[kRows][kRowVectors];
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kRowVectors; v++) rest[r][v] = loadLanes(rows[r] + j + v * TT_WIDTH);
        }
        for (std::size_t k = 0; k < product_count; k++) {
            RowLanes direction[kRowVectors];
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kRowVectors; v++) direction[v] = loadLanes(panel + k * 8 + v * TT_WIDTH);
#pragma GCC unroll 8
            for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 4
                for (std::size_t v = 0; v < kRowVectors; v++)
                    rest[r][v] -= products[r * product_count + k] * direction[v];
            }
        }
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kRowVectors; v++) squares[r][v] += rest[r][v] * rest[r][v];
        }
    }
    for (std::size_t r = 0; r < kRows; r++) {
        double const norm = foldEight(squares[r]);
        norms[r * stride] = norm == norm ? norm : __builtin_inf();
    }
}

template <std::size_t kRows>
static inline void projectRows(SquaredProjections const& work, ProjectionPanels const& packed, std::size_t first,
                               double* room) {
    std::size_t const cols = work.cols;
    std::size_t const width = paddedToEight(cols);
    std::size_t const columns = work.group_count + (work.beside ? 1 : 0);
    double* const products = room + kRows * width;
    double const* rows[kRows];
    for (std::size_t r = 0; r < kRows; r++) {
        double const* const from = work.x + (first + r) * cols;
        double* const to = room + r * width;
        std::size_t j = 0;
        for (; j + TT_WIDTH <= cols; j += TT_WIDTH)
            storeLanes(to + j, loadLanes(from + j) - loadLanes(work.center + j));
        for (; j < cols; j++) to[j] = from[j] - work.center[j];
        for (; j < width; j++) to[j] = 0;
        rows[r] = to;
    }
    std::size_t panel = 0;
    for (std::size_t g = 0; g < work.group_count; g++) {
        std::size_t const count = packed.counts[g];
        projectGroup<kRows>(rows, cols, packed.values + panel * cols * 8, packed.lengths + panel, count,
                            products + panel * 8, packed.count * 8, work.norms + first * columns + g, columns);
        panel += count;
    }
    if (!work.beside) return;
    squareRest<kRows>(rows, width, packed.back, products, packed.count * 8,
                      work.norms + first * columns + work.group_count, columns);
}

// Rows from … to; `room` is for kProjectedMost rows and their products.
void projectRange(SquaredProjections const& work, ProjectionPanels const& packed, std::size_t from, std::size_t to,
                  double* room) {
    std::size_t i = from;
    for (; i + kProjectedRows <= to; i += kProjectedRows) projectRows<kProjectedRows>(work, packed, i, room);
    for (; i < to; i++) projectRows<1>(work, packed, i, room);
}

}  // namespace telltale::TT_TARGET
