#include "kernels/boosted-trees/predict.h"

#include <algorithm>
#include <vector>

#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 4096;
constexpr std::size_t kBlock = 256;  // rows that go down one tree after the other

std::size_t leafOf(TreeEnsembleView const& model, std::size_t root, float const* row) {
    std::size_t node = root;
    while (model.left[node] >= 0) {
        float const value = row[model.feature[node]];
        node = root + static_cast<std::size_t>(goesLeft(model, node, value) ? model.left[node] : model.right[node]);
    }
    return node;
}

void predictRange(TreeEnsembleView const& model, double const* x, std::size_t rows, std::size_t cols, float* margins) {
    std::vector<float> block(std::min(rows, kBlock) * cols);
    for (std::size_t first = 0; first < rows; first += kBlock) {
        std::size_t const count = std::min(kBlock, rows - first);
        for (std::size_t i = 0; i < count * cols; i++) block[i] = static_cast<float>(x[first * cols + i]);
        float* const sums = margins + first * model.outputs;
        for (std::size_t i = 0; i < count; i++) {
            std::copy(model.base_margin, model.base_margin + model.outputs, sums + i * model.outputs);
        }
        for (std::int32_t t = 0; t < model.trees; t++) {
            auto const root = static_cast<std::size_t>(model.tree_start[t]);
            float* const out = sums + model.tree_output[t];
            for (std::size_t i = 0; i < count; i++) {
                out[i * model.outputs] += model.threshold[leafOf(model, root, block.data() + i * cols)];
            }
        }
    }
}

}  // namespace

void boostedTreesPredict(Isa, int threads, TreeEnsembleView const& model, double const* x, std::size_t rows,
                         std::size_t cols, float* margins) {
    checkEnsemble(model, cols);
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        predictRange(model, x + begin * cols, end - begin, cols, margins + begin * model.outputs);
    });
}

}  // namespace telltale
