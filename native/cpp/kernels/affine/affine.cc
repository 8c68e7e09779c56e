#include "kernels/affine/affine.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kMostPanel = 32;  // columns of a panel where registers are widest

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/recurrent/products-inl.h"
#include "simd/foreach_target.h"
#define TT_BODY "kernels/affine/affine-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using PackFn = void (*)(float const* from, std::size_t rows, std::size_t stride, std::size_t first, std::size_t last,
                        float* to);
using RowsFn = void (*)(float const* a, std::size_t length, float const* panels, float const* initial, std::size_t from,
                        std::size_t to, std::size_t width, float* out);
using WeightsFn = void (*)(float const* a, std::size_t inputs, float const* panels, std::size_t count,
                           std::size_t width, std::size_t from, std::size_t to, float* out);
using UnpackFn = void (*)(float const* panels, std::size_t rows, std::size_t width, float* out);
using BiasFn = void (*)(float const* rows, std::size_t count, std::size_t width, float* sums);

constexpr PackFn kPackColumns[] = TT_VARIANTS(packColumns);
constexpr PackFn kPackTransposed[] = TT_VARIANTS(packTransposed);
constexpr RowsFn kRows[] = TT_VARIANTS(affineRows);
constexpr WeightsFn kWeights[] = TT_VARIANTS(affineWeights);
constexpr UnpackFn kUnpack[] = TT_VARIANTS(affineUnpack);
constexpr BiasFn kBias[] = TT_VARIANTS(affineBias);

constexpr std::size_t kRowGrain = 480;          // rows that a thread takes at a time
constexpr std::size_t kRowsAtOnce = 1024;       // rows whose gradients are packed together, in the second-level cache
constexpr std::size_t kProductGrain = 1 << 20;  // products below which a thread is not worth its start

using Buffer = std::vector<float>;

std::size_t padded(std::size_t width) { return (width + kMostPanel - 1) / kMostPanel * kMostPanel; }

}  // namespace

void affineForward(Isa isa, int threads, AffineForward const& pass) {
    Buffer panels(pass.inputs * padded(pass.outputs));
    Buffer bias(padded(pass.outputs));
    std::copy(pass.bias, pass.bias + pass.outputs, bias.begin());
    pick(kPackColumns, isa)(pass.weights, pass.inputs, pass.outputs, 0, pass.outputs, panels.data());
    RowsFn const rows = pick(kRows, isa);
    std::size_t const products = std::max<std::size_t>(1, pass.inputs * pass.outputs);
    parallelFor(pass.rows, std::max(kRowGrain, kProductGrain / products), threads,
                [&](std::size_t from, std::size_t to) {
                    rows(pass.x, pass.inputs, panels.data(), bias.data(), from, to, pass.outputs, pass.out);
                });
}

void affineBackward(Isa isa, int threads, AffineBackward const& pass) {
    std::size_t const products = std::max<std::size_t>(1, pass.inputs * pass.outputs);
    if (pass.x_gradient != nullptr) {
        Buffer panels(pass.outputs * padded(pass.inputs));
        Buffer const zeros(padded(pass.inputs));
        pick(kPackTransposed, isa)(pass.weights, pass.inputs, pass.outputs, 0, pass.outputs, panels.data());
        RowsFn const rows = pick(kRows, isa);
        parallelFor(pass.rows, std::max(kRowGrain, kProductGrain / products), threads,
                    [&](std::size_t from, std::size_t to) {
                        rows(pass.out_gradient, pass.outputs, panels.data(), zeros.data(), from, to, pass.inputs,
                             pass.x_gradient);
                    });
    }
    Buffer sums(pass.inputs * padded(pass.outputs));
    Buffer packed(kRowsAtOnce * padded(pass.outputs));
    std::fill(pass.bias_gradient, pass.bias_gradient + pass.outputs, 0.0f);
    for (std::size_t first = 0; first < pass.rows; first += kRowsAtOnce) {
        std::size_t const count = std::min(kRowsAtOnce, pass.rows - first);
        float const* const gradient = pass.out_gradient + first * pass.outputs;
        pick(kPackColumns, isa)(gradient, count, pass.outputs, 0, pass.outputs, packed.data());
        pick(kBias, isa)(gradient, count, pass.outputs, pass.bias_gradient);
        std::size_t const grain = std::max<std::size_t>(48, kProductGrain / (count * pass.outputs + 1));
        parallelFor(pass.inputs, grain, threads, [&](std::size_t from, std::size_t to) {
            pick(kWeights, isa)(pass.x + first * pass.inputs, pass.inputs, packed.data(), count, pass.outputs, from, to,
                                sums.data());
        });
    }
    pick(kUnpack, isa)(sums.data(), pass.inputs, pass.outputs, pass.weight_gradient);
}

}  // namespace telltale
