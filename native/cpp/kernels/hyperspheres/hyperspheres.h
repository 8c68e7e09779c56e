// The kernel under INNE. The specification is packages/core/src/kernels/hyperspheres.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. Squared distances in single
// precision say on which side of a sphere a row lies where their proven error leaves no doubt; where it does, the
// squared distance in double precision decides, in the order of the reference.
#pragma once

#include <cstddef>

#include "simd/isa.h"

namespace telltale {

struct HypersphereScore {
    std::size_t sets, spheres;
    double const* centres;  // sets x spheres x cols
    double const* radii;    // squared, sets x spheres, ascending in each set
    double const* values;   // sets x spheres
    double const* x;        // rows x cols
    std::size_t rows, cols;
    double* scores;
};

void hypersphereScore(Isa isa, int threads, HypersphereScore const& work);

}  // namespace telltale
