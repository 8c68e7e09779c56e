// The kernels of the nu-one-class support vector machine; the specification is in packages/core
// (kernels/one-class-svm/one-class-svm.ts and its reference).
//
// Numerical stability: dot products of centred rows (rbf) by fused multiply-adds, column after column; exp2 by rounding
// and a polynomial of degree 9 (2e-14 relatively; degree 5 and 1e-7 in floats). A lane holds one row from beginning to
// end, so that a row has the same bits in any company; instruction sets differ in the last bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

enum class SvmKernel : int { kRbf = 0, kLinear = 1, kPolynomial = 2, kSigmoid = 3 };

struct SvmFunction {
    SvmKernel kernel;
    double gamma, coef0;
    int degree;
};

struct OneClassSvmScore {
    SvmFunction function;
    double const* vectors;  // count x cols
    double const* coefficients;
    std::size_t count;
    double offset;
    double const* x;
    std::size_t rows, cols;
    bool floats;  // kernel values in 32 bits
    double* scores;
};

// scores = offset - sum of coefficient * K(vector, row).
void oneClassSvmScore(Isa isa, int threads, OneClassSvmScore const& score);

struct OneClassSvmFit {
    SvmFunction function;
    double const* x;
    std::size_t rows, cols;
    double tolerance, max_iterations;
    std::size_t cache_bytes, round_iterations;
    bool one_round;
    double* alpha;
    double* gradient;
    double* status;
};

// Places and values of the status, as in packages/core.
enum SvmStatus : int { kSvmIterations, kSvmViolation, kSvmPhase, kSvmOffset, kSvmFirstViolation, kSvmStatusLength };
constexpr double kSvmRunning = 0, kSvmConverged = 1, kSvmStopped = 2;

// Minimises 1/2 a'Ka over 0 <= a <= 1 from the point it is given; one round of it, or until it ends.
void oneClassSvmFit(Isa isa, int threads, OneClassSvmFit const& fit);

}  // namespace telltale
