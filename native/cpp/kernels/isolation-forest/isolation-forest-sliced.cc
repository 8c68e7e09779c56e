#include "kernels/isolation-forest/isolation-forest-sliced.h"

#include "kernels/trees/sliced-plan.h"
#include "math/elementary.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

#define TT_BODY "kernels/isolation-forest/isolation-forest-sliced-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 16384;
constexpr std::size_t kLine = 64;

using MemoryFn = std::size_t (*)(ForestPlan const&, std::size_t);
using ScoreFn = void (*)(ForestPlan const&, PlanGroup const*, std::size_t, double const*, std::size_t, std::size_t,
                         double, char*, double*);

PreorderTrees preorder(IsolationForestView const& forest) {
    return {forest.trees,        forest.tree_start, forest.right, forest.value,
            forest.missing_left, forest.features,   forest.nodes};
}

}  // namespace

bool slicedSuits(IsolationForestView const& forest, std::size_t rows) {
    // Making the plan takes about as long as walking so many rows down the trees.
    constexpr double kPlanNodes = 8;
    return static_cast<double>(rows) * forest.trees >= kPlanNodes * static_cast<double>(forest.nodes) &&
           forest.ndim == 1 && planFits(preorder(forest));
}

void isolationForestSliced(Isa isa, int threads, IsolationForestView const& forest, double const* x, std::size_t rows,
                           std::size_t cols, double normalizer, double* scores) {
    static constexpr MemoryFn kMemory[] = TT_VARIANTS(isolationForestSlicedMemory);
    static constexpr ScoreFn kScore[] = TT_VARIANTS(isolationForestSliced);
    ForestPlan const plan = makePlan(preorder(forest), x, rows, cols, maskWords(isa));
    std::size_t const bytes = pick(kMemory, isa)(plan, cols);
    ScoreFn const score = pick(kScore, isa);
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::unique_ptr<char[]> const block(new char[bytes + kLine]);
        auto const address = reinterpret_cast<std::uintptr_t>(block.get());
        char* const memory = reinterpret_cast<char*>((address + kLine - 1) & ~(kLine - 1));
        score(plan, plan.groups.data(), plan.groups.size(), x + begin * cols, end - begin, cols, normalizer, memory,
              scores + begin);
    });
}

}  // namespace telltale
