// A dense layer without activation in single precision, and its gradients. The reference in packages/core
// (kernels/affine.ts) says what is computed and in which order.
#pragma once

#include <cstddef>

#include "simd/isa.h"

namespace telltale {

struct AffineForward {
    std::size_t rows, inputs, outputs;
    float const* x;
    float const* weights;
    float const* bias;
    float* out;
};

struct AffineBackward {
    std::size_t rows, inputs, outputs;
    float const* x;
    float const* weights;
    float const* out_gradient;
    float* x_gradient;  // or null
    float* weight_gradient;
    float* bias_gradient;
};

void affineForward(Isa isa, int threads, AffineForward const& pass);
void affineBackward(Isa isa, int threads, AffineBackward const& pass);

}  // namespace telltale
