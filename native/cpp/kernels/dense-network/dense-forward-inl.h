// Rows through the layers of a dense network.

#include "kernels/dense-network/dense-layer-inl.h"

namespace telltale::TT_TARGET {

// Rows from … to (at most the rows of a panel). `panels` holds two panels of the widest layer.
void denseForwardRange(DenseNetworkForward const& work, std::size_t from, std::size_t to, float* first, float* second) {
    std::size_t const count = to - from, lanes = (count + 15) / 16 * 16, cols = work.cols;
    for (std::size_t lane = 0; lane < lanes; lane++) {
        double const* const row = work.x + (from + lane) * cols;
        for (std::size_t j = 0; j < cols; j++) {
            double const v = lane < count ? row[j] : 0;
            double const bounded = v > kDenseMostInput ? kDenseMostInput : v < -kDenseMostInput ? -kDenseMostInput : v;
            first[j * lanes + lane] = static_cast<float>(bounded);
        }
    }
    std::size_t width = cols;
    for (std::size_t l = 0; l < work.layer_count; l++) {
        DenseLayer const& layer = work.layers[l];
        bool const ends = l + 1 == work.layer_count;
        denseSums(layer, work.weights, first, lanes, second);
        width = layer.sums;
        if (layer.kind == DenseKind::kNormalized) denseNormalize(layer, work.weights, second, lanes);
        if (layer.kind != DenseKind::kSampled) {
            denseActivate(second, layer.units * lanes, layer.activation);
        } else if (!ends) {
            width = layer.units;
            for (std::size_t u = 0; u < layer.units; u++) {
                float const drawn = work.noise == nullptr ? 0.0F : work.noise[u];
                for (std::size_t i = 0; i < lanes; i += kDenseL) {
                    float* const at = second + u * lanes + i;
                    DenseF const log_variance = denseBoundLogVariance(denseLoad(at + layer.units * lanes));
                    denseStore(at, denseLoad(at) + denseExp(0.5F * log_variance) * drawn);
                }
            }
        }
        float* const other = first;
        first = second;
        second = other;
    }
    for (std::size_t i = 0; i < count; i++) {
        float* const to_row = work.outputs + (from + i) * width;
        for (std::size_t j = 0; j < width; j++) to_row[j] = first[j * lanes + i];
    }
}

}  // namespace telltale::TT_TARGET
