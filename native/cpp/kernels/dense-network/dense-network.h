// The kernels of dense networks. The specification is packages/core/src/kernels/dense-network.ts.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. Lanes are rows of a batch;
// a sum over units keeps their order, a sum over rows has sixteen parts that are folded by halves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simd/isa.h"

namespace telltale {

constexpr std::size_t kDenseLanes = 16;
constexpr double kDenseMostInput = 1e9;
constexpr double kDenseNormalizedEpsilon = 1e-3;
constexpr double kDenseNormalizedMomentum = 0.99;

enum class DenseActivation { kLinear, kRelu, kLeakyRelu, kElu, kTanh, kSigmoid };
enum class DenseKind { kBiased, kUnbiased, kSampled, kNormalized };
enum class DenseLoss { kSquared, kAbsolute, kGaussian };
enum class DenseOptimizer { kNone, kAdam, kSgd, kRmsprop };

struct DenseLayer {
    std::size_t inputs, units, sums;
    DenseActivation activation;
    DenseKind kind;
    std::size_t kernel_at, bias_at, end;
};

// What a normalized layer has at bias_at, each of its units a number: as `denseNormalization` of the specification.
template <typename F>
struct DenseNormalization {
    F *shift, *scale, *mean, *variance;
    DenseNormalization(DenseLayer const& layer, F* weights)
        : shift(weights + layer.bias_at),
          scale(shift + layer.units),
          mean(scale + layer.units),
          variance(mean + layer.units) {}
};

// Layers from their four numbers each; empty when they describe no network, or one of more weights than `most`.
std::vector<DenseLayer> denseLayers(std::int32_t const* numbers, std::size_t layers, std::size_t most);

struct DenseNetworkForward {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    DenseLayer const* layers;  // the first of them has cols inputs
    std::size_t layer_count;
    float const* weights;
    float const* noise;  // units of the sampled layer, or null
    float* outputs;      // rows x units of the last layer, or sums when it is sampled
};

void denseNetworkForward(Isa isa, int threads, DenseNetworkForward const& work);

struct DenseNetworkTrain {
    double const* x;
    std::size_t rows, cols;
    DenseLayer const* layers;
    std::size_t layer_count;
    float const* dropout;  // one a layer
    float const* target;   // units of the last layer (half of them for kGaussian), or null for the row itself
    DenseLoss loss;
    double loss_scale, kl_weight;
    std::int32_t const* order;  // rows of x; places from … to - 1 are read
    std::size_t from, to, batch;
    float const* noise;  // to x units of the sampled layer, or null
    DenseOptimizer optimizer;
    double rate, beta1, beta2, epsilon, l1, l2, clip;
    std::uint64_t seed;
    std::int64_t first_step;
    float* weights;
    float* moments1;
    float* moments2;
    double* powers;  // two numbers
    double* losses;  // one number
};

// Throws std::invalid_argument when a place of the order is no row of x.
void denseNetworkTrain(Isa isa, DenseNetworkTrain const& work);

}  // namespace telltale
