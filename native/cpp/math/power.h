// x^p and its inverse: the mirror of packages/core/src/math/power.ts.
#pragma once

#include <cmath>
#include <limits>

#include "math/elementary.h"

namespace telltale {

inline constexpr double kLog2E = 1.4426950408889634;
inline constexpr double kLeastNormal = 2.2250738585072014e-308;

// x^p for x >= 0 and p >= 1.
inline double power(double x, double p) {
    if (p <= 16 && std::floor(p) == p) {
        double product = x;
        for (int i = 1; i < static_cast<int>(p); i++) product *= x;
        return product;
    }
    if (x < kLeastNormal) return 0;
    if (x > std::numeric_limits<double>::max()) return x;
    return exp2(p * (log(x) * kLog2E));
}

// x^(1/p) for x >= 0 and p >= 1.
inline double root(double x, double p) {
    if (p == 1) return x;
    if (p == 2) return std::sqrt(x);
    if (x < kLeastNormal) return 0;
    if (x > std::numeric_limits<double>::max()) return x;
    return exp2((log(x) * kLog2E) / p);
}

}  // namespace telltale
