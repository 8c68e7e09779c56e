// What the solver of the one-class SVM does to all rows at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/one-class-svm/svm-panels.h"
#include "simd/isa.h"

namespace telltale {

inline constexpr double kSvmInfinity = std::numeric_limits<double>::infinity();
// Stands for a curvature that is not positive: equal rows, or a kernel that is not positive definite.
inline constexpr double kSvmLeastCurvature = 1e-12;

struct SvmLeast {
    double gradient;
    std::int64_t place;  // -1 for none
};

struct SvmPartner {
    double greatest;
    std::int64_t place;  // -1 for none
};

template <typename T>
struct SvmPasses {
    SvmRowsFn<T> rows;
    // See svm-solver-inl.h; null rows only look for the least gradient.
    SvmLeast (*update)(double* gradient, T const* row_i, T const* row_j, double move, std::uint64_t const* up,
                       std::size_t panels);
    SvmPartner (*partner)(double const* gradient, T const* row, double const* diagonal, double own, double least,
                          std::uint64_t const* low, std::size_t panels);
};

template <typename T>
SvmPasses<T> svmPasses(Isa isa);

}  // namespace telltale
