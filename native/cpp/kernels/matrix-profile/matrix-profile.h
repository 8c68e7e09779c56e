// The kernel of the matrix profile. The specification is packages/core/src/kernels/matrix-profile.ts.
//
// Numerical contract: same bits as the reference on every instruction set. Along a diagonal each product follows from
// the one before; of equal values the one of the first window is the best.
//
// Zimmerman and others (2019), https://doi.org/10.1145/3357223.3362721
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

struct WindowMoments {
    double const* step;
    double const* drift;
    double const* inverse;
    std::int64_t count;
};

struct MatrixProfile {
    WindowMoments query, train;
    std::int64_t from, to;   // windows of query, 0 <= from <= to <= query.count
    std::int64_t low, high;  // diagonals, -query.count < low < high <= train.count
    double* products;        // high - low
    double* best;            // query.count
    std::int32_t* nearest;   // query.count
};

void matrixProfile(Isa isa, MatrixProfile const& work);

}  // namespace telltale
