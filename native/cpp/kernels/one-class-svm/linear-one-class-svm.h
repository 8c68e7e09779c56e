// The kernels of the one-class SVM in linear time; the specification is in packages/core
// (kernels/one-class-svm/linear-one-class-svm.ts and its reference).
//
// Numerical stability: the same bits as the reference, from every instruction set. A lane holds one feature, columns
// are added one after the other, without fused multiply-adds; sums over features run in eight partial sums.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

// Feature f of a row: cos 2 pi (row . frequency f + phase f); the row itself when there are no phases.
struct FourierFeatures {
    double const* frequencies;  // cols x count
    double const* phases;
    std::size_t count;
};

struct LinearOneClassSvmFit {
    FourierFeatures features;
    double const* x;
    std::size_t rows, cols;
    double nu;
    std::size_t batch, steps;
    std::uint32_t first_step;
    std::uint64_t seed;
    double* weights;
    double* mean;
};

void linearOneClassSvmFit(Isa isa, int threads, LinearOneClassSvmFit const& fit);

struct LinearOneClassSvmScore {
    FourierFeatures features;
    double const* weights;
    double offset, scale;
    double const* x;
    std::size_t rows, cols;
    double* scores;
};

// scores = offset - scale * (weights . features).
void linearOneClassSvmScore(Isa isa, int threads, LinearOneClassSvmScore const& score);

}  // namespace telltale
