// Scores blocks of rows by a plan (kernels/trees/sliced-plan.h): a block has one row for each bit
// of a register.

// clang-format off: each declares what the next ones use.
#include "kernels/trees/sliced-ranks-inl.h"
#include "kernels/trees/sliced-block-inl.h"
#include "kernels/trees/sliced-codes-inl.h"
#include "kernels/trees/sliced-paths-inl.h"
#include "kernels/trees/sliced-path-bytes-inl.h"
#include "kernels/isolation-forest/sliced-leaves-inl.h"
#include "math/score-of-inl.h"
// clang-format on

namespace telltale::TT_TARGET {

constexpr std::size_t kTreesTogether = 4;  // whose leaf values are added in one pass over the sums

// Adds the path lengths of a block through all trees of a group, and fetches the next block meanwhile.
template <bool kMissing>
static inline void addPathLengths(PlanGroup const& group, Mask const* masks, std::uint8_t* bytes, double* sums,
                                  char const* next, std::size_t nextBytes) {
    std::size_t const batches = (group.treeCount + kTreesTogether - 1) / kTreesTogether;
    std::size_t const share = nextBytes / batches + 64;
    std::size_t fetched = 0;
    for (std::size_t first = 0; first < group.treeCount; first += kTreesTogether) {
        std::size_t const end = fetched + share < nextBytes ? fetched + share : nextBytes;
        for (; fetched < end; fetched += 64) __builtin_prefetch(next + fetched, 0, 2);
        std::size_t const left = group.treeCount - first;
        std::size_t const count = left < kTreesTogether ? left : kTreesTogether;
        for (std::size_t t = 0; t < count; t++) {
            Mask planes[8];
            treePaths<kMissing>(group.trees[first + t], reinterpret_cast<std::uint64_t const*>(masks), planes);
            pathBytes(planes, reinterpret_cast<Mask*>(bytes + t * kBlockRows));
        }
#if TT_AVX512
        if (addByCodes(group.trees + first, count, bytes, sums)) continue;
#endif
        addLeaves(group.trees + first, count, bytes, sums);
    }
}

// What isolationForestSliced needs of memory: masks, sums, path bytes, and a block to pad the last rows in.
std::size_t isolationForestSlicedMemory(ForestPlan const& plan, std::size_t cols) {
    return plan.masks * kMaskBytes + kBlockRows * sizeof(double) + kTreesTogether * kBlockRows +
           kBlockRows * cols * sizeof(double);
}

// `memory` starts on a cache line.
void isolationForestSliced(ForestPlan const& plan, PlanGroup const* groups, std::size_t groupCount, double const* x,
                           std::size_t rows, std::size_t cols, double normalizer, char* memory, double* scores) {
    auto* const masks = reinterpret_cast<Mask*>(memory);
    auto* const sums = reinterpret_cast<double*>(masks + plan.masks);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(sums + kBlockRows);
    auto* const padded = reinterpret_cast<double*>(bytes + kTreesTogether * kBlockRows);
    for (std::size_t first = 0; first < rows; first += kBlockRows) {
        auto const [block, here, next, nextBytes] = blockOf(x, rows, cols, first, padded);
        for (std::size_t i = 0; i < kBlockRows; i++) sums[i] = 0;
        for (std::size_t g = 0; g < groupCount; g++) {
            if (blockMasks(groups[g], block, cols, masks)) {
                addPathLengths<true>(groups[g], masks, bytes, sums, next, nextBytes);
            } else {
                addPathLengths<false>(groups[g], masks, bytes, sums, next, nextBytes);
            }
        }
        for (std::size_t i = 0; i < kBlockRows; i++) {
            std::size_t const row = rowOfByte(i);
            if (row < here) scores[first + row] = sums[sumOfByte(i)];
        }
        scoresOf(scores + first, here, plan.trees, normalizer);
    }
}

}  // namespace telltale::TT_TARGET
