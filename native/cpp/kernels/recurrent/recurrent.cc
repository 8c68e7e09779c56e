#include "kernels/recurrent/recurrent.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kMostPanel = 32;  // columns of a panel where registers are widest

// What one thread works with; `stride` is the padded width of a row.
struct ForwardScratch {
    std::size_t stride;
    float const* input_panels;
    float const* state_panels;
    float const* bias;   // padded to stride; for a gru twice
    float const* start;  // h before the first step, or null
    float const* zeros;
    float* of_input;
    float* z;
    float* memory;
};

struct BackwardScratch {
    std::size_t stride;
    float const* state_panels;
    float const* inner_panels;  // of a gru: the weights of what its reset gate acts on
    float const* input_panels;
    float* of_hidden;
    float* of_memory;
    float* sums;  // rows × width, where x is repeated
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/recurrent/products-inl.h"
#include "simd/foreach_target.h"
#define TT_BODY "kernels/recurrent/activations-inl.h"
#include "simd/foreach_target.h"
#define TT_BODY "kernels/recurrent/forward-inl.h"
#include "simd/foreach_target.h"
#define TT_BODY "kernels/recurrent/backward-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using PackFn = void (*)(float const* from, std::size_t rows, std::size_t stride, std::size_t first, std::size_t last,
                        float* to);
using ForwardFn = void (*)(RecurrentForward const&, ForwardScratch const&, std::size_t from, std::size_t to);
using BackwardFn = void (*)(RecurrentBackward const&, BackwardScratch const&, std::size_t from, std::size_t to);
using WeightsFn = void (*)(RecurrentBackward const&, float const* sums, std::size_t column, float* panel,
                           float* of_input, float* of_state);
using WidthFn = std::size_t (*)();

constexpr PackFn kPackColumns[] = TT_VARIANTS(packColumns);
constexpr PackFn kPackTransposed[] = TT_VARIANTS(packTransposed);
constexpr ForwardFn kForward[] = TT_VARIANTS(recurrentForwardBlock);
constexpr BackwardFn kBackward[] = TT_VARIANTS(recurrentBackwardBlock);
constexpr WeightsFn kWeights[] = TT_VARIANTS(recurrentWeightPanel);
constexpr WidthFn kPanelWidth[] = TT_VARIANTS(recurrentPanelWidth);

constexpr std::size_t kBlockRows = 48;  // a block's gates stay in the second-level cache

using Buffer = std::vector<float>;

std::size_t padded(std::size_t width) { return (width + kMostPanel - 1) / kMostPanel * kMostPanel; }

// Room for rows of that stride, and for the registers that reach beyond the last.
Buffer buffer(std::size_t rows, std::size_t stride) { return Buffer(rows * stride + kMostPanel); }

std::size_t blockRows(std::size_t rows, int threads) {
    auto const parts = static_cast<std::size_t>(std::max(threads, 1));
    return std::clamp<std::size_t>((rows + parts - 1) / parts, 1, kBlockRows);
}

}  // namespace

void recurrentForward(Isa isa, int threads, RecurrentForward const& pass) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const width = layer.width();
    std::size_t const stride = padded(width);
    Buffer input_panels = buffer(layer.inputs, stride);
    Buffer state_panels = buffer(layer.units, stride);
    pick(kPackColumns, isa)(layer.input_weights, layer.inputs, width, 0, width, input_panels.data());
    pick(kPackColumns, isa)(layer.recurrent_weights, layer.units, width, 0, width, state_panels.data());
    Buffer bias = buffer(2, stride);
    std::copy(layer.bias, layer.bias + width, bias.begin());
    if (layer.cell == RecurrentCell::kGru) {
        std::copy(layer.bias + width, layer.bias + 2 * width, bias.begin() + static_cast<std::ptrdiff_t>(stride));
    }
    Buffer const zeros = buffer(1, layer.units);
    ForwardFn const forward = pick(kForward, isa);
    std::size_t const grain = blockRows(layer.rows, threads);
    parallelFor(layer.rows, grain, threads, [&](std::size_t from, std::size_t to) {
        std::size_t const rows = to - from;
        Buffer of_input = buffer(rows, stride);
        Buffer z = buffer(rows, stride);
        Buffer memory = buffer(rows, layer.units);
        // What the step carries on besides h's own place: c of an lstm, h of a gru.
        if (layer.initial != nullptr && layer.cell != RecurrentCell::kRnn) {
            std::size_t const first = layer.cell == RecurrentCell::kLstm ? layer.rows + from : from;
            float const* const start = layer.initial + first * layer.units;
            std::copy(start, start + rows * layer.units, memory.begin());
        }
        forward(pass,
                {stride, input_panels.data(), state_panels.data(), bias.data(), layer.initial, zeros.data(),
                 of_input.data(), z.data(), memory.data()},
                from, to);
    });
}

void recurrentBackward(Isa isa, int threads, RecurrentBackward const& pass) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const width = layer.width();
    std::size_t const units = layer.units;
    std::size_t const stride = padded(units);
    bool const gru = layer.cell == RecurrentCell::kGru;
    std::size_t const first = gru ? 2 * units : width;
    Buffer state_panels = buffer(first, stride);
    Buffer inner_panels = buffer(gru ? units : 0, stride);
    Buffer input_panels = buffer(pass.x_gradient != nullptr ? width : 0, padded(layer.inputs));
    PackFn const transpose = pick(kPackTransposed, isa);
    transpose(layer.recurrent_weights, units, width, 0, first, state_panels.data());
    if (gru) transpose(layer.recurrent_weights, units, width, first, width, inner_panels.data());
    if (pass.x_gradient != nullptr) {
        transpose(layer.input_weights, layer.inputs, width, 0, width, input_panels.data());
    }
    Buffer sums = buffer(layer.repeated ? layer.rows : 0, width);
    BackwardFn const backward = pick(kBackward, isa);
    parallelFor(layer.rows, blockRows(layer.rows, threads), threads, [&](std::size_t from, std::size_t to) {
        Buffer of_hidden = buffer(to - from, stride);
        Buffer of_memory = buffer(to - from, stride);
        for (std::size_t r = from; r < to && pass.last_gradient != nullptr; r++) {
            auto const at = static_cast<std::ptrdiff_t>((r - from) * stride);
            float const* const last = pass.last_gradient + r * units;
            std::copy(last, last + units, of_hidden.begin() + at);
            if (layer.cell != RecurrentCell::kLstm) continue;
            std::copy(last + layer.rows * units, last + (layer.rows + 1) * units, of_memory.begin() + at);
        }
        backward(pass,
                 {stride, state_panels.data(), inner_panels.data(), input_panels.data(), of_hidden.data(),
                  of_memory.data(), sums.data()},
                 from, to);
        for (std::size_t r = from; r < to && pass.initial_gradient != nullptr; r++) {
            auto const at = static_cast<std::ptrdiff_t>((r - from) * stride);
            auto const end = at + static_cast<std::ptrdiff_t>(units);
            float* const out = pass.initial_gradient + r * units;
            std::copy(of_hidden.begin() + at, of_hidden.begin() + end, out);
            if (layer.cell != RecurrentCell::kLstm) continue;
            std::copy(of_memory.begin() + at, of_memory.begin() + end, out + layer.rows * units);
        }
    });
    WeightsFn const weights = pick(kWeights, isa);
    std::size_t const panel = pick(kPanelWidth, isa)();
    parallelFor((width + panel - 1) / panel, 1, threads, [&](std::size_t from, std::size_t to) {
        Buffer gates = buffer(std::max(layer.steps, layer.rows), panel);
        Buffer of_input = buffer(layer.inputs, panel);
        Buffer of_state = buffer(units, panel);
        for (std::size_t p = from; p < to; p++) {
            weights(pass, sums.data(), p * panel, gates.data(), of_input.data(), of_state.data());
        }
    });
}

}  // namespace telltale
