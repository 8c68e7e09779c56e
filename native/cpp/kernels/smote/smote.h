// The interpolation kernel of SMOTE and its kin. The specification is packages/core/src/kernels/smote.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. Synthetic row i draws from
// stream i of the seed; a value is a + u (b − a), moved to a or b where rounding or overflow put it outside them.
//
// Chawla, Bowyer, Hall and Kegelmeyer (2002), https://doi.org/10.1613/jair.953
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

struct SmoteInterpolate {
    double const* x;  // sources x cols
    std::size_t sources, cols;
    std::int32_t const* bases;  // rows of x
    std::size_t base_count;
    std::int32_t const* neighbours;  // base_count x k, rows of x
    std::size_t k;                   // base_count k < 2^31
    std::int32_t const* shares;      // null: bases are drawn; else base_count + 1, ascending
    std::uint8_t const* halfway;     // null, or 1 for each row of x that is gone towards at most half of the way
    std::uint64_t seed;
    std::uint32_t first;  // stream of the first row
    std::size_t rows;     // to make; first + rows <= 2^32
    double* synthetic;    // rows x cols
    std::int32_t* origins;
    std::int32_t* towards;
};

// Throws std::invalid_argument when a base or neighbour is not a row of x, or the shares do not hold a row.
void smoteInterpolate(Isa isa, int threads, SmoteInterpolate const& work);

}  // namespace telltale
