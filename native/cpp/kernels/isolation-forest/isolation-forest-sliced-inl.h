// Scores blocks of rows by a plan (kernels/isolation-forest/isolation-forest-plan.h): a block has one row for each bit
// of a register.

// clang-format off: each declares what the next ones use.
#include "kernels/isolation-forest/sliced-ranks-inl.h"
#include "kernels/isolation-forest/sliced-codes-inl.h"
#include "kernels/isolation-forest/sliced-leaves-inl.h"
#include "math/score-of-inl.h"
// clang-format on

namespace telltale::TT_TARGET {

constexpr std::size_t kTreesTogether = 4;  // whose leaf values are added in one pass over the sums

// a | (b & c)
static inline Mask orAnd(Mask a, Mask b, Mask c) {
#if TT_AVX512
    return (Mask)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)c, 0xF8);
#else
    return a | (b & c);
#endif
}

// The masks "number with these bit planes < j" for j = 0 … count - 1, one plane after the other.
static inline void lessMasks(Mask const* planes, std::uint32_t bits, std::uint32_t count, Mask* out) {
    out[0] = Mask{};
    std::uint32_t have = 1;
    for (std::uint32_t b = 0; b < bits && have < count; b++) {
        Mask const set = planes[b];
        std::uint32_t const end = 2 * have < count ? 2 * have : count;
        for (std::uint32_t j = have; j < end; j++) out[j] = ~set | out[j - have];
        for (std::uint32_t j = 1; j < have; j++) out[j] &= ~set;
        have = end;
    }
    for (; have < count; have++) out[have] = ~Mask{};
}

// A feature's masks out of the bit planes of the ranks; planes above the rank's bits are set to zero as needed.
static inline void featureMasks(PlanFeature const& feature, std::uint32_t lowBits, Mask* planes, Mask* masks) {
    for (std::uint32_t b = feature.bits; b < lowBits; b++) planes[b] = Mask{};
    lessMasks(planes, lowBits, 1u << lowBits, masks + feature.below);
    std::uint32_t const highBits = feature.bits > lowBits ? feature.bits - lowBits : 0;
    lessMasks(planes + lowBits, highBits, (feature.count >> lowBits) + 2, masks + feature.above);
}

static inline void planesByValue(PlanFeature const& feature, double const* x, std::size_t stride, Mask* planes) {
    alignas(64) std::uint16_t ranks[kBlockRows];
    ranksByValue(feature, x, stride, ranks);
    planesOf(ranks, feature.bits, planes);
}

// All masks of a block; true when a value that the group looks at is missing.
static inline bool blockMasks(PlanGroup const& group, double const* x, std::size_t cols, Mask* masks) {
    Mask planes[16];
    bool missing = false;
    masks[0] = masks[1] = Mask{};
#if TT_AVX512
    alignas(64) std::uint16_t codes[8 * kBlockRows];
    constexpr std::size_t kColumns = 8;
#else
    bool const absent = anyMissing(x, kBlockRows * cols);
    constexpr std::size_t kColumns = 1;
#endif
    for (std::size_t first = 0; first < group.featureCount; first += kColumns) {
        std::size_t const left = group.featureCount - first;
        std::size_t const count = left < kColumns ? left : kColumns;
#if TT_AVX512
        bool const absent = encodeColumns(group.features + first, count, x, cols, codes);
#endif
        for (std::size_t k = 0; k < count; k++) {
            PlanFeature const& feature = group.features[first + k];
            double const* const column = x + feature.column;
            masks[feature.missing] = Mask{};
            if (absent) missing = missingRows(column, cols, masks + feature.missing) || missing;
#if TT_AVX512
            if (feature.codeTree != nullptr) {
                planesByCode(feature, codes + k * kBlockRows, column, cols, planes);
            } else {
                planesByValue(feature, column, cols, planes);
            }
#else
            planesByValue(feature, column, cols, planes);
#endif
            featureMasks(feature, group.lowBits, planes, masks);
        }
    }
    return missing;
}

// The rows that a node sends left.
template <bool kMissing>
static inline Mask leftRows(NodeTest const& test, std::uint64_t const* masks) {
    auto const* const above = reinterpret_cast<Mask const*>(masks + test.above);
    Mask const left = orAnd(above[0], above[1], *reinterpret_cast<Mask const*>(masks + test.below));
    return kMissing ? left & ~*reinterpret_cast<Mask const*>(masks + test.missing) : left;
}

// The eight planes of every row's path through a tree: bit l is set where the row went left at level l.
template <bool kMissing>
static inline void treePaths(PlanTree const& tree, std::uint64_t const* masks, Mask* planes) {
    Mask reach[2][65];
    reach[0][0] = ~Mask{};
    NodeTriple const* triple = tree.triples;
    for (int pair = 0; pair < kPlanPairs; pair++) {
        Mask const* const in = reach[pair & 1];
        Mask* const out = reach[(pair + 1) & 1];
        Mask first{}, second{};
        for (std::uint32_t i = 0; i < tree.counts[pair]; i++, triple++) {
            Mask const rows = in[i];
            Mask const a = leftRows<kMissing>(triple->test[0], masks);
            Mask const b = leftRows<kMissing>(triple->test[1], masks);
            Mask const c = leftRows<kMissing>(triple->test[2], masks);
            Mask const left = rows & a, right = rows & ~a;
            Mask const leftLeft = left & b, rightLeft = right & c;
            first |= left;
            second |= leftLeft | rightLeft;
            if (pair + 1 == kPlanPairs) continue;
            out[triple->reach[0]] = leftLeft;
            out[triple->reach[1]] = left & ~b;
            out[triple->reach[2]] = rightLeft;
            out[triple->reach[3]] = right & ~c;
        }
        planes[2 * pair] = first;
        planes[2 * pair + 1] = second;
    }
}

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
        std::size_t const here = rows - first < kBlockRows ? rows - first : kBlockRows;
        double const* block = x + first * cols;
        if (here < kBlockRows) {
            for (std::size_t i = 0; i < kBlockRows * cols; i++) padded[i] = i < here * cols ? block[i] : 0;
            block = padded;
        }
        auto const* const next = reinterpret_cast<char const*>(x + (first + here) * cols);
        std::size_t const behind = rows - first - here;
        std::size_t const nextBytes = (behind < kBlockRows ? behind : kBlockRows) * cols * sizeof(double);
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
