// The kernels of covariances. The specification is packages/core/src/kernels/covariance.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. Sums over rows keep the
// order of the rows, and lanes are columns or directions, so that no sum is folded but the eight of a squared length.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

constexpr std::size_t kMomentBlockRows = 128;

struct ColumnMoments {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    std::int32_t const* index;  // null: all rows; else places from … to - 1 are read
    double const* weights;      // rows; null: each of them counts once
    std::size_t from, to;       // from is a multiple of kMomentBlockRows
    double* count;              // one number
    double* mean;               // cols
    double* scatter;            // cols x cols
};

// Throws std::invalid_argument when an index is not a row of x.
void columnMoments(Isa isa, int threads, ColumnMoments const& work);

struct SquaredProjections {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    double const* center;      // cols
    double const* directions;  // sum of groups x cols
    std::int32_t const* groups;
    std::size_t group_count;
    double const* back;  // directions x cols, for what a row has beside them
    bool beside;         // whether that is asked for: one more norm a row
    double* norms;       // rows x group_count, or one column more
};

void squaredProjections(Isa isa, int threads, SquaredProjections const& work);

struct Concentration {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    std::size_t support;  // 1 … rows
    std::size_t iterations;
    std::size_t from, to;      // candidates
    double* means;             // to x cols
    double* scatters;          // to x cols x cols
    double* log_determinants;  // to
};

void concentration(Isa isa, int threads, Concentration const& work);

}  // namespace telltale
