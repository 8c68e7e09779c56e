// The training rows among themselves, Euclidean: each pair of leaves is visited once, for the rows of both.

namespace telltale::TT_TARGET {

struct PairSearch {
    NearestPairs const& all;
    NearestBlocked const& plan;
    std::size_t padded, groups;

    explicit PairSearch(NearestPairs const& pairs)
        : all(pairs), plan(pairs.plan), padded(plan.padded), groups(plan.padded / kGroupColumns) {}

    double const* leafRow(std::size_t leaf) const { return plan.packed + leaf * kNearestLeaf * padded; }
    double const* box(std::size_t leaf) const { return plan.boxes + leaf * 2 * padded; }
    std::size_t leafRows(std::size_t leaf) const {
        std::size_t const left = plan.rows - leaf * kNearestLeaf;
        return left < kNearestLeaf ? left : kNearestLeaf;
    }

    void add(std::size_t i, std::size_t other, double total) const {
        std::int32_t const row = plan.order[other];
        if (!comesLater(all.lists, i, total, row)) insert(all.lists, i, total, row);
    }

    void joinWithin(std::size_t leaf) const {
        double const* const rows = leafRow(leaf);
        std::size_t const begin = leaf * kNearestLeaf;
        for (std::size_t i = 1; i < leafRows(leaf); i++) {
            for (std::size_t r = 0; r < i; r++) {
                double const total = squaresOfPadded(rows + i * padded, rows + r * padded, padded);
                add(begin + i, begin + r, total);
                add(begin + r, begin + i, total);
            }
        }
    }

    void code(std::size_t leaf) const {
        std::uint8_t* const panel = all.panels + leaf * nearestPanelBytes(padded);
        std::size_t const begin = leaf * kNearestLeaf, rows = leafRows(leaf);
        for (std::size_t i = 0; i < rows; i++) {
            CodedRow const row =
                codeRow(leafRow(leaf) + i * padded, all.grid, padded, panel + 4 * i, all.codes + (begin + i) * groups);
            all.halves[begin + i] = halfOf(row);
            all.lifts[begin + i] = liftOf(row);
            all.errors[begin + i] = row.error;
        }
        clearPanel(rows, padded, panel, all.halves + begin);
        for (std::size_t i = begin + rows; i < begin + kNearestLeaf; i++) {
            all.lifts[i] = 0;
            all.limits[i] = INT32_MAX;
            for (std::size_t g = 0; g < groups; g++) all.codes[i * groups + g] = 0;
        }
    }

    void chooseLimit(std::size_t i) const {
        all.limits[i] = codeLimit(all.lists.limits[i], all.errors[i] + all.greatest_error, all.grid, padded);
    }

    void chooseLimits(std::size_t leaf, std::uint64_t changed) const {
        if (changed == 0) return;
        std::size_t const begin = leaf * kNearestLeaf;
        for (; changed != 0; changed &= changed - 1) {
            chooseLimit(begin + static_cast<std::size_t>(__builtin_ctzll(changed)));
        }
        all.leaf_limits[leaf] = blockLimit(all.lists, begin, begin + leafRows(leaf));
    }

    bool apart(std::size_t a, std::size_t b) const {
        double const bound = boxTotal(box(a), box(b), padded);
        return liesBeyond(bound, plan.order[b * kNearestLeaf], all.leaf_limits[a]) &&
               liesBeyond(bound, plan.order[a * kNearestLeaf], all.leaf_limits[b]);
    }

    // The rows of leaf a as queries, those of leaf b as rows.
    std::size_t join(std::size_t a, std::size_t b, TileHits& hits) const {
        std::size_t const beginA = a * kNearestLeaf, beginB = b * kNearestLeaf;
        CodedRows const rows{all.panels + b * nearestPanelBytes(padded), all.halves + beginB, all.limits + beginB};
        CodedQueries const queries{all.codes + beginA * groups, all.lifts + beginA, all.limits + beginA, groups};
        tileHits<true>(rows, queries, leafRow(a), leafRows(a), leafRow(b), padded, hits);
        for (std::size_t first = 0; first < hits.count; first += kArrivals) {
            std::size_t const end = first + kArrivals < hits.count ? first + kArrivals : hits.count;
            Arrival toA[kArrivals], toB[kArrivals];
            std::size_t countA = 0, countB = 0;
            for (std::size_t n = first; n < end; n++) {
                std::uint32_t const i = hits.pairs[n] / kNearestLeaf, r = hits.pairs[n] % kNearestLeaf;
                double const total = hits.totals[n];
                toA[countA] = {total, plan.order[beginB + r], i};
                toB[countB] = {total, plan.order[beginA + i], r};
                countA += total <= all.lists.limits[beginA + i];
                countB += total <= all.lists.limits[beginB + r];
            }
            chooseLimits(a, insertAll(all.lists, beginA, toA, countA));
            chooseLimits(b, insertAll(all.lists, beginB, toB, countB));
        }
        return hits.count;
    }

    NearestPairsCount joinGroups(std::size_t groupA, std::size_t groupB) const {
        TileHits hits;
        NearestPairsCount counts{0, 0};
        std::size_t const beginA = groupA * all.group_leaves, beginB = groupB * all.group_leaves;
        std::size_t const endB = beginB + all.group_leaves < plan.leaves ? beginB + all.group_leaves : plan.leaves;
        for (std::size_t b = beginB; b < endB; b++) {
            std::size_t const endA = groupA == groupB ? b : beginA + all.group_leaves;
            for (std::size_t a = endA; a-- > beginA;) {
                if (apart(a, b)) continue;
                counts.looked_at += kNearestLeaf * kNearestLeaf;
                counts.exact += join(a, b, hits);
            }
        }
        return counts;
    }
};

void nearestJoinWithin(NearestPairs const& pairs, std::size_t from, std::size_t to) {
    PairSearch const search(pairs);
    for (std::size_t leaf = from; leaf < to; leaf++) search.joinWithin(leaf);
}

void nearestCodeLeaves(NearestPairs const& pairs, std::size_t from, std::size_t to) {
    PairSearch const search(pairs);
    for (std::size_t leaf = from; leaf < to; leaf++) search.code(leaf);
}

void nearestLimitLeaves(NearestPairs const& pairs, std::size_t from, std::size_t to) {
    PairSearch const search(pairs);
    for (std::size_t leaf = from; leaf < to; leaf++) {
        std::size_t const rows = search.leafRows(leaf);
        search.chooseLimits(leaf, rows == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rows) - 1);
    }
}

NearestPairsCount nearestJoinGroups(NearestPairs const& pairs, std::size_t a, std::size_t b) {
    return PairSearch(pairs).joinGroups(a, b);
}

}  // namespace telltale::TT_TARGET
