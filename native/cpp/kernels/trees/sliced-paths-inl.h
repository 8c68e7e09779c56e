// From the ranks of a block of rows to their paths through a tree: a bit a row (kernels/trees/sliced-plan.h). Behind
// sliced-ranks-inl.h and sliced-codes-inl.h.

namespace telltale::TT_TARGET {

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

}  // namespace telltale::TT_TARGET
