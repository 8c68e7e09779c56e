// Many queries at a time, Euclidean: distances of small integer codes leave out nearly all rows, exact totals decide about
// the rest.

namespace telltale::TT_TARGET {

struct BlockedSearch {
    NearestBlocked const& plan;
    NearestBlockedWork& work;
    std::size_t first, count;  // queries
    double inverse = 1;        // codes a unit of distance
    std::size_t home[kMostBlocks] = {};
    double leafError = 0;      // greatest length that was rounded off a training row so far, in codes

    std::size_t blocks() const { return (count + kNearestLeaf - 1) / kNearestLeaf; }
    double const* query(std::size_t i) const { return plan.queries + (first + i) * plan.padded; }
    std::size_t leafRows(std::size_t leaf) const {
        std::size_t const left = plan.rows - leaf * kNearestLeaf;
        return left < kNearestLeaf ? left : kNearestLeaf;
    }
    std::size_t blockEnd(std::size_t block) const {
        std::size_t const end = (block + 1) * kNearestLeaf;
        return end < count ? end : count;
    }
    double* blockBox(std::size_t block) const { return work.block_boxes + block * 2 * plan.padded; }

    // The least total of any two rows in two boxes: the operations of a row's total, each of them monotone.
    double boxTotal(double const* a, double const* b) const {
        std::size_t const padded = plan.padded;
        Lanes sum[kLaneVectors] = {};
        for (std::size_t c = 0; c < padded; c += 8) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kLaneVectors; v++) {
                std::size_t const at = c + v * TT_WIDTH;
                Lanes const below = loadLanes(a + at) - loadLanes(b + padded + at);
                Lanes const above = loadLanes(b + at) - loadLanes(a + padded + at);
                Lanes gap = below > above ? below : above;
                gap = gap > 0 ? gap : Lanes{};
                sum[v] += gap * gap;
            }
        }
        return foldLanes(sum);
    }

    void boxOf(double const* rows, std::size_t rowCount, double* box) const {
        std::size_t const padded = plan.padded;
        for (std::size_t c = 0; c < padded; c++) box[c] = box[padded + c] = rows[c];
        for (std::size_t i = 1; i < rowCount; i++) {
            double const* const row = rows + i * padded;
            for (std::size_t c = 0; c < padded; c++) {
                box[c] = row[c] < box[c] ? row[c] : box[c];
                box[padded + c] = row[c] > box[padded + c] ? row[c] : box[padded + c];
            }
        }
    }

    void joinBox(double* box, double const* other) const {
        std::size_t const padded = plan.padded;
        for (std::size_t c = 0; c < padded; c++) {
            box[c] = other[c] < box[c] ? other[c] : box[c];
            box[padded + c] = other[padded + c] > box[padded + c] ? other[padded + c] : box[padded + c];
        }
    }

    void add(std::size_t i, std::int32_t place) {
        NearestBest& best = work.best[i];
        std::int32_t const row = plan.order[place];
        double const total =
            squaresOfPadded(query(i), plan.packed + static_cast<std::size_t>(place) * plan.padded, plan.padded);
        if (total > best.limit || (total == best.limit && row > best.worst)) return;
        if (plan.own != nullptr && plan.own[first + i] == row) return;
        best.items[best.count++] = {total, row};
    }

    void addLeaf(std::size_t i, std::size_t leaf) {
        std::size_t const begin = leaf * kNearestLeaf;
        for (std::size_t r = 0; r < leafRows(leaf); r++) add(i, static_cast<std::int32_t>(begin + r));
        if (work.best[i].count >= plan.k) nearestTighten(work.best[i], plan.k);
    }

    // Computes the exact totals that are still to be computed.
    void settle(std::size_t i) {
        std::int32_t const* const pending = work.pending + i * kNearestPending;
        std::int32_t const waiting = work.pending_count[i];
        for (std::int32_t n = 0; n < waiting; n++) {
            __builtin_prefetch(plan.packed + static_cast<std::size_t>(pending[n]) * plan.padded);
        }
        for (std::int32_t n = 0; n < waiting; n++) add(i, pending[n]);
        work.pending_count[i] = 0;
        if (work.best[i].count >= plan.k) nearestTighten(work.best[i], plan.k);
    }

    double blockLimit(std::size_t block, std::int32_t* worst) const {
        double limit = 0;
        *worst = -1;
        for (std::size_t i = block * kNearestLeaf; i < blockEnd(block); i++) {
            limit = work.best[i].limit > limit ? work.best[i].limit : limit;
            *worst = work.best[i].worst > *worst ? work.best[i].worst : *worst;
        }
        return limit;
    }

    // The region that matters for these queries as a grid of codes. Every grid is right; a finer one leaves out more.
    void chooseGrid(double limit) {
        std::size_t const padded = plan.padded;
        double const reach = __builtin_sqrt(limit);
        double widest = 0;
        for (std::size_t c = 0; c < padded; c++) {
            double const from = work.box[c] - reach, to = work.box[padded + c] + reach;
            double const low = from > plan.low[c] ? from : plan.low[c];
            double const high = to < plan.high[c] ? to : plan.high[c];
            work.centre[c] = low + (high - low) / 2;
            widest = high - low > widest ? high - low : widest;
        }
        inverse = 2 * kCodeMost / widest;
        if (!(inverse > 0 && inverse < 1e300)) inverse = 1;
    }

    void codeQueries() {
        std::size_t const groups = plan.padded / kGroupColumns;
        for (std::size_t i = 0; i < blocks() * kNearestLeaf; i++) {
            double const* const row = query(i < count ? i : count - 1);
            CodedRow const coded = codeRow(row, work.centre, inverse, plan.padded,
                                           reinterpret_cast<std::uint8_t*>(work.codes + i * groups), 4, 0);
            work.norms[i] = coded.norm;
            work.sums[i] = coded.sum;
            work.errors[i] = __builtin_sqrt(coded.error);
        }
    }

    // A row whose codes are further away than this is further away than the limit: the limit in codes and what rounding
    // may have taken off both rows. The total was rounded too (relatively, and to zero at the bottom), and so was t.
    void chooseThresholds(std::size_t block) {
        double const lost = 1e-322 * static_cast<double>(plan.padded);
        double const slack = 1e-9 * static_cast<double>(plan.padded);
        for (std::size_t i = block * kNearestLeaf; i < (block + 1) * kNearestLeaf; i++) {
            double least = 1 << 30;  // of no row's product: these are no queries
            if (i < count) {
                double const reach = __builtin_sqrt(work.best[i].limit * (1 + 1e-9) + lost) * inverse;
                double const far = (reach + work.errors[i] + leafError) * (1 + 1e-9) + slack;
                least = (work.norms[i] - far * far) / 2;
                least = least > -1e9 ? least : -1e9;
            }
            // Truncation towards zero is a ceiling below zero, and one more than needed above.
            std::int32_t const whole = static_cast<std::int32_t>(least);
            work.thresholds[i] = (whole > least ? whole - 1 : whole) - 1 + kPanelOffset * work.sums[i];
        }
    }

    void extract(std::size_t block, std::size_t leaf, std::uint64_t const* masks, bool* changed) {
        std::size_t const rows = leafRows(leaf);
        std::uint64_t const valid = rows == kNearestLeaf ? ~std::uint64_t{0} : (std::uint64_t{1} << rows) - 1;
        for (std::size_t n = 0; n < blockEnd(block) - block * kNearestLeaf; n++) {
            std::uint64_t mask = masks[n] & valid;
            if (mask == 0) continue;
            std::size_t const i = block * kNearestLeaf + n;
            std::int32_t* const pending = work.pending + i * kNearestPending;
            std::int32_t waiting = work.pending_count[i];
            do {
                pending[waiting++] = static_cast<std::int32_t>(leaf * kNearestLeaf) + __builtin_ctzll(mask);
                mask &= mask - 1;
            } while (mask != 0);
            work.pending_count[i] = waiting;
            if (waiting >= static_cast<std::int32_t>(kNearestLeaf)) {
                settle(i);
                *changed = true;
            }
        }
    }

    void run() {
        std::size_t const padded = plan.padded;
        for (std::size_t b = 0; b < blocks(); b++) {
            boxOf(query(b * kNearestLeaf), blockEnd(b) - b * kNearestLeaf, blockBox(b));
            if (b == 0) {
                for (std::size_t c = 0; c < 2 * padded; c++) work.box[c] = blockBox(0)[c];
            } else {
                joinBox(work.box, blockBox(b));
            }
        }
        for (std::size_t leaf = 0; leaf < plan.leaves; leaf++) {
            work.leaves[leaf] = {boxTotal(work.box, plan.boxes + leaf * 2 * padded), static_cast<std::int32_t>(leaf)};
        }
        nearestSortLeaves(work.leaves, plan.leaves);
        searchLeaves(seed());
    }

    // The leaf where a block's queries lie, or the one next to them.
    std::size_t homeOf(std::size_t block) const {
        if (plan.own != nullptr) return (plan.place + first) / kNearestLeaf + block;
        std::size_t home = 0;
        double least = __builtin_inf();
        for (std::size_t leaf = 0; leaf < plan.leaves; leaf++) {
            double const bound = boxTotal(blockBox(block), plan.boxes + leaf * 2 * plan.padded);
            if (bound < least) {
                least = bound;
                home = leaf;
            }
        }
        return home;
    }

    // First limits: totals of each block's home leaf, and of as many of the first leaves as k asks for. Returns how many.
    std::size_t seed() {
        bool enough = true;
        for (std::size_t b = 0; b < blocks(); b++) {
            home[b] = homeOf(b);
            enough = enough && leafRows(home[b]) > plan.k;
        }
        std::size_t leaves = 0;
        for (std::size_t rows = 0; !enough && rows < plan.k + 1 && leaves < plan.leaves; leaves++) {
            rows += leafRows(static_cast<std::size_t>(work.leaves[leaves].leaf));
        }
        for (std::size_t i = 0; i < count; i++) {
            std::size_t const block = i / kNearestLeaf;
            work.pending_count[i] = 0;
            addLeaf(i, home[block]);
            for (std::size_t n = 0; n < leaves; n++) {
                std::size_t const leaf = static_cast<std::size_t>(work.leaves[n].leaf);
                if (leaf != home[block]) addLeaf(i, leaf);
            }
        }
        return leaves;
    }

    void searchLeaves(std::size_t from) {
        std::size_t const padded = plan.padded, groups = padded / kGroupColumns;
        double limits[kMostBlocks];
        std::int32_t worst[kMostBlocks];
        bool changed[kMostBlocks];
        double limit = 0;
        for (std::size_t b = 0; b < blocks(); b++) {
            limits[b] = blockLimit(b, worst + b);
            limit = limits[b] > limit ? limits[b] : limit;
            changed[b] = true;
        }
        chooseGrid(limit);
        codeQueries();
        alignas(64) std::uint64_t masks[kNearestLeaf];
        for (std::size_t n = from; n < plan.leaves; n++) {
            std::size_t const leaf = static_cast<std::size_t>(work.leaves[n].leaf);
            if (work.leaves[n].bound > limit) break;
            double const* const box = plan.boxes + leaf * 2 * padded;
            std::int32_t const lowest = plan.order[leaf * kNearestLeaf];
            bool coded = false;
            for (std::size_t b = 0; b < blocks(); b++) {
                if (leaf == home[b]) continue;
                double const bound = boxTotal(blockBox(b), box);
                if (bound > limits[b] || (bound == limits[b] && lowest > worst[b])) continue;
                if (!coded) {
                    coded = true;
                    double const error = codePanel(plan.packed + leaf * kNearestLeaf * padded, leafRows(leaf), padded,
                                                   work.centre, inverse, work.panel, work.halves);
                    if (error > leafError) {
                        leafError = error;
                        for (std::size_t other = 0; other < blocks(); other++) changed[other] = true;
                    }
                }
                if (changed[b]) {
                    chooseThresholds(b);
                    limits[b] = blockLimit(b, worst + b);
                    changed[b] = false;
                }
                tileMasks(work.panel, work.halves, work.codes + b * kNearestLeaf * groups, groups,
                          work.thresholds + b * kNearestLeaf, masks);
                extract(b, leaf, masks, changed + b);
            }
            limit = 0;
            for (std::size_t b = 0; b < blocks(); b++) limit = limits[b] > limit ? limits[b] : limit;
        }
        for (std::size_t i = 0; i < count; i++) settle(i);
    }
};

void nearestBlocked(NearestBlocked const& plan, NearestBlockedWork& work, std::size_t first, std::size_t count) {
    BlockedSearch search{plan, work, first, count};
    search.run();
}

}  // namespace telltale::TT_TARGET
