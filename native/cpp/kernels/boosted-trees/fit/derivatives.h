// Derivatives of the loss at the margins, as pairs of integers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/boosted-trees/fit/fit.h"

namespace telltale {

struct DerivativePair {
    std::int32_t first, second;
};

// What the integers are multiples of.
struct DerivativeUnits {
    double first, second;
};

// Derivatives of every training row, output after output, at the margins as they are.
// Throws std::invalid_argument for a class that is not there.
DerivativeUnits derivatives(Isa isa, int threads, BoostedTreesRound const& work, DerivativePair* pairs);

}  // namespace telltale
