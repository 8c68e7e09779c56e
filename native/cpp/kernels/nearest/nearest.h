// Exact nearest neighbours. The specification is packages/core/src/kernels/nearest/nearest.ts and its reference.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. What column j contributes
// to a row's total is added to sum j mod 8; the eight sums are folded by halves. Rows are ordered by total, then index.
// Fast paths leave out rows of which is proven that they come later.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

inline constexpr std::size_t kNearestLeaf = 64;

enum class NearestMetric : int { kEuclidean = 0, kManhattan = 1, kChebyshev = 2, kMinkowski = 3 };
enum class NearestMethod : int { kAuto = 0, kTree = 1, kBlocked = 2 };

// The training rows in leaves of kNearestLeaf; a leaf's box has the least value of every column, then the greatest.
struct NearestIndexView {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    std::int32_t const* order;  // rows
    double const* boxes;        // leaves x 2 x cols
};

struct NearestSearch {
    NearestIndexView train;
    double const* queries;  // queryRows x cols; not read when self
    std::size_t query_rows;
    bool self;             // the training rows are the queries, none its own neighbour
    std::size_t from, to;  // rows of queries, or places in order when self
    std::size_t k;
    NearestMetric metric;
    double p;
    NearestMethod method;
    double* distances;      // (self ? rows : queryRows) x k
    std::int32_t* indices;  // the same
};

inline std::size_t nearestLeaves(std::size_t rows) { return (rows + kNearestLeaf - 1) / kNearestLeaf; }

// Fills order and boxes. Throws std::invalid_argument for a value that is not finite.
void nearestIndex(Isa isa, int threads, double const* x, std::size_t rows, std::size_t cols, std::int32_t* order,
                  double* boxes);

// Throws std::invalid_argument for an order that is no list of rows, or a value that is not finite.
void nearest(Isa isa, int threads, NearestSearch const& search);

}  // namespace telltale
