// Many queries at a time against all training rows, Euclidean: distances of small integer codes leave out nearly all
// rows, exact totals decide about the rest.

namespace telltale::TT_TARGET {

struct BlockedSearch {
    NearestBlocked const& plan;
    NearestBlockedWork& work;
    std::size_t first, count;  // queries
    NearestGrid grid{nullptr, 0};
    double leafError = 0;  // greatest length that was rounded off a training row so far, in codes
    std::size_t home[kMostBlocks] = {};
    NearestBlockLimit limits[kMostBlocks] = {};

    std::size_t blocks() const { return (count + kNearestLeaf - 1) / kNearestLeaf; }
    double const* query(std::size_t i) const { return plan.queries + (first + i) * plan.padded; }
    double const* leafRow(std::size_t leaf) const { return plan.packed + leaf * kNearestLeaf * plan.padded; }
    std::size_t leafRows(std::size_t leaf) const {
        std::size_t const left = plan.rows - leaf * kNearestLeaf;
        return left < kNearestLeaf ? left : kNearestLeaf;
    }
    std::size_t blockRows(std::size_t block) const {
        std::size_t const left = count - block * kNearestLeaf;
        return left < kNearestLeaf ? left : kNearestLeaf;
    }
    double* blockBox(std::size_t block) const { return work.block_boxes + block * 2 * plan.padded; }

    void add(std::size_t i, std::size_t place, double total) {
        std::int32_t const row = plan.order[place];
        if (comesLater(work.lists, i, total, row) || (plan.own != nullptr && plan.own[first + i] == row)) return;
        insert(work.lists, i, total, row);
    }

    // All rows of a leaf by their exact totals.
    void addLeaf(std::size_t i, std::size_t leaf) {
        for (std::size_t r = 0; r < leafRows(leaf); r++) {
            double const total = squaresOfPadded(query(i), leafRow(leaf) + r * plan.padded, plan.padded);
            add(i, leaf * kNearestLeaf + r, total);
        }
    }

    void addLeafToBlock(std::size_t block, std::size_t leaf) {
        for (std::size_t i = 0; i < blockRows(block); i++) addLeaf(block * kNearestLeaf + i, leaf);
    }

    void measureBoxes() {
        std::size_t const padded = plan.padded;
        for (std::size_t b = 0; b < blocks(); b++) {
            boxOf(query(b * kNearestLeaf), blockRows(b), padded, blockBox(b));
            if (b == 0) __builtin_memcpy(work.box, blockBox(0), 2 * padded * sizeof(double));
            joinBox(work.box, blockBox(b), padded);
        }
        for (std::size_t leaf = 0; leaf < plan.leaves; leaf++) {
            double const bound = boxTotal(work.box, plan.boxes + leaf * 2 * padded, padded);
            work.leaves[leaf] = {bound, static_cast<std::int32_t>(leaf)};
            work.done[leaf] = 0;
        }
        nearestSortLeaves(work.leaves, plan.leaves);
    }

    // The leaf where a block's queries lie, or the one next to them.
    std::size_t homeOf(std::size_t block) const {
        if (plan.own != nullptr) return (plan.place + first) / kNearestLeaf + block;
        std::size_t nearest = 0;
        double least = __builtin_inf();
        for (std::size_t leaf = 0; leaf < plan.leaves; leaf++) {
            double const bound = boxTotal(blockBox(block), plan.boxes + leaf * 2 * plan.padded, plan.padded);
            if (bound < least) {
                least = bound;
                nearest = leaf;
            }
        }
        return nearest;
    }

    // First limits, by exact totals: the rows of each block's home leaf, and where these are too few those of leaves
    // near all queries.
    void seed() {
        std::size_t rows = SIZE_MAX;
        for (std::size_t b = 0; b < blocks(); b++) {
            home[b] = homeOf(b);
            addLeafToBlock(b, home[b]);
            rows = leafRows(home[b]) < rows ? leafRows(home[b]) : rows;
        }
        for (std::size_t n = 0; rows < plan.k + 1 && n < plan.leaves; n++) {
            std::size_t const leaf = static_cast<std::size_t>(work.leaves[n].leaf);
            for (std::size_t b = 0; b < blocks(); b++) {
                if (home[b] != leaf) addLeafToBlock(b, leaf);
            }
            work.done[leaf] = 1;
            rows += leafRows(leaf);
        }
    }

    void chooseLimit(std::size_t i) {
        work.limits[i] = codeLimit(work.lists.limits[i], work.errors[i] + leafError, grid, plan.padded);
    }

    void codeQueries() {
        std::size_t const groups = plan.padded / kGroupColumns;
        for (std::size_t i = 0; i < blocks() * kNearestLeaf; i++) {
            double const* const row = query(i < count ? i : count - 1);
            CodedRow const coded = codeRow(row, grid, plan.padded, nullptr, work.codes + i * groups);
            work.lifts[i] = liftOf(coded);
            work.errors[i] = coded.error;
            work.limits[i] = INT32_MAX;  // of what is no query
        }
    }

    // One leaf for those blocks that it may have neighbours of.
    void visit(std::size_t leaf, TileHits& hits) {
        std::size_t const padded = plan.padded, groups = padded / kGroupColumns;
        std::int32_t const lowest = plan.order[leaf * kNearestLeaf];
        bool ready = false;
        for (std::size_t b = 0; b < blocks(); b++) {
            if (home[b] == leaf) continue;
            if (liesBeyond(boxTotal(blockBox(b), plan.boxes + leaf * 2 * padded, padded), lowest, limits[b])) continue;
            if (!ready) {
                ready = true;
                double const error = codePanel(leafRow(leaf), leafRows(leaf), padded, grid, work.panel, work.halves);
                if (error > leafError) {
                    leafError = error;
                    for (std::size_t i = 0; i < count; i++) chooseLimit(i);
                }
            }
            std::size_t const begin = b * kNearestLeaf;
            CodedQueries const coded{work.codes + begin * groups, work.lifts + begin, work.limits + begin, groups};
            tileHits<false>({work.panel, work.halves, nullptr}, coded, query(begin), blockRows(b), leafRow(leaf),
                            padded, hits);
            if (insertHits(begin, leaf, hits)) limits[b] = blockLimit(work.lists, begin, begin + blockRows(b));
        }
    }

    // Rows of a leaf into the lists of a block's queries; whether any has changed.
    bool insertHits(std::size_t begin, std::size_t leaf, TileHits const& hits) {
        bool any = false;
        Arrival arrivals[kArrivals];
        for (std::size_t from = 0; from < hits.count; from += kArrivals) {
            std::size_t const end = from + kArrivals < hits.count ? from + kArrivals : hits.count;
            std::size_t arrived = 0;
            for (std::size_t n = from; n < end; n++) {
                std::uint32_t const i = hits.pairs[n] / kNearestLeaf, r = hits.pairs[n] % kNearestLeaf;
                std::int32_t const row = plan.order[leaf * kNearestLeaf + r];
                arrivals[arrived] = {hits.totals[n], row, i};
                bool const itself = plan.own != nullptr && plan.own[first + begin + i] == row;
                arrived += !itself && hits.totals[n] <= work.lists.limits[begin + i];
            }
            std::uint64_t changed = insertAll(work.lists, begin, arrivals, arrived);
            any = any || changed != 0;
            for (; changed != 0; changed &= changed - 1) {
                chooseLimit(begin + static_cast<std::size_t>(__builtin_ctzll(changed)));
            }
        }
        return any;
    }

    void visitLeaves() {
        TileHits hits;
        for (std::size_t b = 0; b < blocks(); b++) {
            limits[b] = blockLimit(work.lists, b * kNearestLeaf, b * kNearestLeaf + blockRows(b));
        }
        for (std::size_t b = 0; b < blocks(); b++) {
            if (work.done[home[b]] == 0) visit(home[b], hits);
            work.done[home[b]] = 1;
        }
        for (std::size_t n = 0; n < plan.leaves; n++) {
            std::size_t const leaf = static_cast<std::size_t>(work.leaves[n].leaf);
            double limit = 0;
            for (std::size_t b = 0; b < blocks(); b++) limit = limits[b].total > limit ? limits[b].total : limit;
            if (work.leaves[n].bound > limit) break;
            if (work.done[leaf] == 0) visit(leaf, hits);
        }
    }

    void run() {
        measureBoxes();
        seed();
        double const typical = nearestTypical(work.lists.limits, count);
        grid = nearestGrid(query(0), count, plan.padded, plan.cols, plan.low, plan.high, typical, work.centre);
        if (grid.inverse > 0) {
            codeQueries();
            for (std::size_t i = 0; i < count; i++) chooseLimit(i);
            visitLeaves();
        }
        for (std::size_t i = 0; i < count; i++) {
            // For ranges beyond the largest number, and an index whose boxes do not hold its rows.
            if (grid.inverse > 0 && work.lists.worst[i] != INT32_MAX) continue;
            nearestClear(work.lists, i);
            for (std::size_t leaf = 0; leaf < plan.leaves; leaf++) addLeaf(i, leaf);
        }
    }
};

void nearestBlocked(NearestBlocked const& plan, NearestBlockedWork& work, std::size_t first, std::size_t count) {
    BlockedSearch search{plan, work, first, count};
    search.run();
}

}  // namespace telltale::TT_TARGET
