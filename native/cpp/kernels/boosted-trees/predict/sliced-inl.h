// Predicts blocks of rows by a plan (kernels/trees/sliced-plan.h): a block has one row for each bit of a register.

// clang-format off: each declares what the next ones use.
#include "kernels/trees/sliced-ranks-inl.h"
#include "kernels/trees/sliced-block-inl.h"
#include "kernels/trees/sliced-codes-inl.h"
#include "kernels/trees/sliced-paths-inl.h"
#include "kernels/trees/sliced-path-bytes-inl.h"
// clang-format on

namespace telltale::TT_TARGET {

// Adds the leaf values of one tree, in the order of the path bytes.
static inline void addLeafFloats(float const* value, bool shallow, std::uint8_t const* bytes, float* sums) {
#if TT_AVX512
    if (shallow) {  // at most six levels: 64 leaves in four registers
        __m512 const t0 = _mm512_loadu_ps(value), t1 = _mm512_loadu_ps(value + 16);
        __m512 const t2 = _mm512_loadu_ps(value + 32), t3 = _mm512_loadu_ps(value + 48);
        for (std::size_t i = 0; i < kBlockRows; i += 16) {
            __m512i const path = _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<__m128i const*>(bytes + i)));
            __m512 const low = _mm512_permutex2var_ps(t0, path, t1);
            __m512 const high = _mm512_permutex2var_ps(t2, path, t3);
            __mmask16 const upper = _mm512_test_epi32_mask(path, _mm512_set1_epi32(32));
            __m512 const leaf = _mm512_mask_blend_ps(upper, low, high);
            _mm512_store_ps(sums + i, _mm512_add_ps(_mm512_load_ps(sums + i), leaf));
        }
        return;
    }
#else
    (void)shallow;
#endif
    for (std::size_t i = 0; i < kBlockRows; i += 8) {
        for (std::size_t k = 0; k < 8; k++) sums[i + k] += value[bytes[i + k]];
    }
}

// Adds the leaf values of all trees of a group, the first of which is tree `from`, and fetches the next block
// meanwhile.
template <bool kMissing>
static inline void addGroup(PlanGroup const& group, std::size_t from, SlicedLeaves const& leaves, Mask const* masks,
                            std::uint8_t* bytes, float* sums, char const* next, std::size_t nextBytes) {
    std::size_t const share = nextBytes / group.treeCount + 64;
    std::size_t fetched = 0;
    for (std::size_t t = 0; t < group.treeCount; t++) {
        std::size_t const end = fetched + share < nextBytes ? fetched + share : nextBytes;
        for (; fetched < end; fetched += 64) __builtin_prefetch(next + fetched, 0, 2);
        PlanTree const& tree = group.trees[t];
        Mask planes[8];
        treePaths<kMissing>(tree, reinterpret_cast<std::uint64_t const*>(masks), planes);
        pathBytes(planes, reinterpret_cast<Mask*>(bytes));
        auto const output = static_cast<std::size_t>(leaves.output[from + t]);
        addLeafFloats(leaves.value + 256 * (from + t), tree.counts[3] == 0, bytes, sums + output * kBlockRows);
    }
}

// What predictSliced needs of memory: masks, sums, path bytes, and a block to pad the last rows in.
std::size_t predictSlicedMemory(ForestPlan const& plan, std::size_t cols, std::size_t outputs) {
    return plan.masks * kMaskBytes + kBlockRows * (1 + outputs * sizeof(float) + cols * sizeof(double));
}

// `memory` starts on a cache line.
void predictSliced(ForestPlan const& plan, PlanGroup const* groups, std::size_t groupCount, SlicedLeaves const& leaves,
                   double const* x, std::size_t rows, std::size_t cols, char* memory, float* margins) {
    auto* const masks = reinterpret_cast<Mask*>(memory);
    auto* const padded = reinterpret_cast<double*>(masks + plan.masks);
    auto* const sums = reinterpret_cast<float*>(padded + kBlockRows * cols);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(sums + leaves.outputs * kBlockRows);
    for (std::size_t first = 0; first < rows; first += kBlockRows) {
        auto const [block, here, next, nextBytes] = blockOf(x, rows, cols, first, padded);
        for (std::size_t k = 0; k < leaves.outputs; k++) {
            for (std::size_t i = 0; i < kBlockRows; i++) sums[k * kBlockRows + i] = leaves.base_margin[k];
        }
        std::size_t from = 0;
        for (std::size_t g = 0; g < groupCount; from += groups[g].treeCount, g++) {
            if (blockMasks(groups[g], block, cols, masks)) {
                addGroup<true>(groups[g], from, leaves, masks, bytes, sums, next, nextBytes);
            } else {
                addGroup<false>(groups[g], from, leaves, masks, bytes, sums, next, nextBytes);
            }
        }
        for (std::size_t i = 0; i < kBlockRows; i++) {
            std::size_t const row = rowOfByte(i);
            if (row >= here) continue;
            for (std::size_t k = 0; k < leaves.outputs; k++) {
                margins[(first + row) * leaves.outputs + k] = sums[k * kBlockRows + i];
            }
        }
    }
}

}  // namespace telltale::TT_TARGET
