// Recurrent layers in single precision: a batch of sequences forward, and its gradients. The reference in packages/core
// (kernels/recurrent.ts) says what is computed and in which order.
#pragma once

#include <cstddef>

#include "simd/isa.h"

namespace telltale {

enum class RecurrentCell : int { kLstm = 0, kGru = 1, kRnn = 2 };

struct RecurrentLayer {
    RecurrentCell cell;
    bool relu;
    std::size_t rows, steps, inputs, units;
    float const* x;
    bool repeated;
    float const* input_weights;
    float const* recurrent_weights;
    float const* bias;
    float const* initial;  // or null

    std::size_t gateCount() const { return cell == RecurrentCell::kLstm ? 4 : cell == RecurrentCell::kGru ? 3 : 1; }
    std::size_t width() const { return gateCount() * units; }
    std::size_t keptWidth() const { return (cell == RecurrentCell::kRnn ? 1 : 4) * units; }
    std::size_t biasLength() const { return (cell == RecurrentCell::kGru ? 2 : 1) * width(); }
    std::size_t stateLength() const { return (cell == RecurrentCell::kLstm ? 2 : 1) * rows * units; }
    std::size_t xLength() const { return rows * (repeated ? 1 : steps) * inputs; }
};

struct RecurrentForward {
    RecurrentLayer layer;
    float* hidden;
    float* cells;  // or null
    float* gates;  // or null
};

struct RecurrentBackward {
    RecurrentLayer layer;
    float const* hidden;
    float const* cells;  // or null
    float* gates;
    float const* hidden_gradient;  // or null
    float const* last_gradient;    // or null
    float* x_gradient;             // or null
    float* input_gradient;
    float* recurrent_gradient;
    float* bias_gradient;
    float* initial_gradient;  // or null
};

void recurrentForward(Isa isa, int threads, RecurrentForward const& pass);
void recurrentBackward(Isa isa, int threads, RecurrentBackward const& pass);

}  // namespace telltale
