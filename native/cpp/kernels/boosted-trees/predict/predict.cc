#include "kernels/boosted-trees/predict/predict.h"

#include <algorithm>
#include <vector>

#include "kernels/boosted-trees/predict/sliced.h"
#include "kernels/boosted-trees/predict/walk.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 4096;
constexpr std::size_t kBlock = 256;  // of the walk

}  // namespace

void boostedTreesPredict(Isa isa, int threads, TreeEnsembleView const& model, double const* x, std::size_t rows,
                         std::size_t cols, float* margins) {
    checkEnsemble(model, cols);
    if (auto const sliced = slicedEnsemble(model, rows)) {
        predictSliced(isa, threads, *sliced, x, rows, cols, margins);
        return;
    }
    PredictWalkFn const walk = predictWalk(isa);
    WalkedEnsemble const walked = walkedEnsemble(model);
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<float> values(std::min(end - begin, kBlock) * cols);
        walk(walked, x + begin * cols, end - begin, cols, values.data(), margins + begin * model.outputs);
    });
}

}  // namespace telltale
