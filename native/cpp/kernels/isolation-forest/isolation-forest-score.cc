#include <memory>

#include "kernels/isolation-forest/isolation-forest-few.h"
#include "kernels/isolation-forest/isolation-forest-sliced.h"
#include "kernels/isolation-forest/isolation-forest-walk.h"
#include "kernels/isolation-forest/isolation-forest.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 8192;

}  // namespace

void isolationForestScore(Isa isa, int threads, IsolationForestView const& forest, double const* x, std::size_t rows,
                          std::size_t cols, double normalizer, double* scores) {
    if (fewRows(forest, rows)) {
        isolationForestFew(forest, x, rows, cols, normalizer, scores);
        return;
    }
    checkForest(forest, cols);
    if (slicedSuits(forest, rows)) {
        isolationForestSliced(isa, threads, forest, x, rows, cols, normalizer, scores);
        return;
    }
    IsolationForestWalkFn const walk = isolationForestWalk(isa);
    std::unique_ptr<WalkNode[]> const nodes = walkNodes(forest);
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        walk(forest, nodes.get(), x + begin * cols, end - begin, cols, normalizer, scores + begin);
    });
}

}  // namespace telltale
