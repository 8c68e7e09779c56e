#include "kernels/dense-network/dense-network.h"

namespace telltale {

namespace {

constexpr std::size_t kFields = 4;
constexpr std::int32_t kActivations = 6;
constexpr std::int32_t kKinds = 4;

// Numbers that a sum has beside its kernel.
std::size_t biases(DenseKind kind) {
    if (kind == DenseKind::kNormalized) return 4;
    return kind == DenseKind::kUnbiased ? 0 : 1;
}

}  // namespace

std::vector<DenseLayer> denseLayers(std::int32_t const* numbers, std::size_t layers, std::size_t most) {
    std::vector<DenseLayer> found;
    std::size_t at = 0;
    for (std::size_t l = 0; l < layers; l++) {
        std::int32_t const* const fields = numbers + l * kFields;
        bool const fits = fields[0] >= 1 && fields[1] >= 1 && fields[2] >= 0 && fields[2] < kActivations &&
                          fields[3] >= 0 && fields[3] < kKinds;
        if (!fits) return {};
        DenseLayer layer{};
        layer.inputs = static_cast<std::size_t>(fields[0]);
        layer.units = static_cast<std::size_t>(fields[1]);
        layer.activation = static_cast<DenseActivation>(fields[2]);
        layer.kind = static_cast<DenseKind>(fields[3]);
        layer.sums = layer.kind == DenseKind::kSampled ? 2 * layer.units : layer.units;
        if (l > 0 && found.back().units != layer.inputs) return {};
        // Neither product can overflow: both factors are below 2^32.
        std::size_t const kernel = layer.inputs * layer.sums;
        if (kernel > most) return {};
        layer.kernel_at = at;
        layer.bias_at = at + kernel;
        layer.end = layer.bias_at + layer.sums * biases(layer.kind);
        if (layer.end > most) return {};
        at = layer.end;
        found.push_back(layer);
    }
    return found;
}

}  // namespace telltale
