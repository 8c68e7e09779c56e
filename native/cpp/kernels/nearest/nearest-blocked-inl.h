// Many queries at a time, Euclidean: distances of small integer codes leave out nearly all rows, exact totals decide
// about the rest.

namespace telltale::TT_TARGET {

struct BlockedSearch {
    NearestBlocked const& plan;
    NearestBlockedWork& work;
    std::size_t first, count;  // queries
    double inverse = 1;        // codes a unit of distance
    std::size_t home[kMostBlocks] = {};
    std::size_t listRoom = nearestListRoom(plan.k);
    std::int32_t listFull = static_cast<std::int32_t>(nearestListFull(plan.k));
    double lost = 1e-322 * static_cast<double>(plan.padded);  // most that squares of a row lose below the least number
    double leafError = -1;  // greatest length that was rounded off a training row so far, in codes

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

    // Adds the listed rows whose products are from `least` to below `end`, by their exact totals.
    void addListed(std::size_t i, std::int64_t least, std::int64_t end) {
        std::int32_t const* const products = work.products + i * listRoom;
        std::int32_t const* const places = work.places + i * listRoom;
        std::int32_t const count = work.listed[i];
        for (std::int32_t n = 0; n < count; n++) {
            if (n + 3 < count && products[n + 3] >= least && products[n + 3] < end) {
                double const* const row = plan.packed + static_cast<std::size_t>(places[n + 3]) * plan.padded;
                for (std::size_t c = 0; c < plan.padded; c += 8) __builtin_prefetch(row + c);
            }
            if (products[n] >= least && products[n] < end) add(i, places[n]);
        }
        if (work.best[i].count >= plan.k) nearestTighten(work.best[i], plan.k);
    }

    // Decides about the listed rows by their exact totals: first about the likely ones, whose limit is sharper than
    // that of codes and leaves out some of the others.
    void settle(std::size_t i) {
        constexpr std::int64_t kEnd = INT64_MAX;
        std::int32_t const likely = static_cast<std::int32_t>(plan.k) + 5;
        if (work.listed[i] > 2 * likely) {
            std::int64_t const least =
                nthProduct(work.products + i * listRoom, work.listed[i], likely, work.thresholds[i]);
            addListed(i, least, kEnd);
            chooseThreshold(i);
            addListed(i, std::int64_t{work.thresholds[i]} + 1, least);
        } else {
            addListed(i, std::int64_t{work.thresholds[i]} + 1, kEnd);
        }
        work.listed[i] = 0;
    }

    static std::int32_t countFrom(std::int32_t const* products, std::int32_t count, std::int32_t least) {
#if TT_AVX512
        __m512i const bound = _mm512_set1_epi32(least), one = _mm512_set1_epi32(1);
        __m512i sum = _mm512_setzero_si512();
        std::int32_t j = 0;
        for (; j + 16 <= count; j += 16) {
            __mmask16 const above = _mm512_cmpge_epi32_mask(_mm512_loadu_si512(products + j), bound);
            sum = _mm512_mask_add_epi32(sum, above, sum, one);
        }
        __mmask16 const rest = static_cast<__mmask16>((1u << (count - j)) - 1);
        __mmask16 const above = _mm512_mask_cmpge_epi32_mask(rest, _mm512_maskz_loadu_epi32(rest, products + j), bound);
        return _mm512_reduce_add_epi32(sum) + __builtin_popcount(above);
#else
        std::int32_t reached = 0;
        for (std::int32_t j = 0; j < count; j++) reached += products[j] >= least;
        return reached;
#endif
    }

    // The n-th highest of the products, those of rows outside counted first. `likely`: a value that it is probably not
    // below.
    std::int32_t nthProduct(std::int32_t const* products, std::int32_t count, std::int32_t n,
                            std::int32_t likely) const {
        std::int32_t low = kOutside, high = kNoProduct;
        for (std::int32_t j = 0; j < count; j++) {
            std::int32_t const known = products[j] == kOutside ? kNoProduct : products[j];
            low = products[j] < low ? products[j] : low;
            high = known > high ? known : high;
        }
        if (likely > low && likely <= high && countFrom(products, count, likely) >= n) low = likely;
        while (low < high) {  // the highest value that n products reach
            std::int32_t const middle = static_cast<std::int32_t>((std::int64_t{low} + high + 1) >> 1);
            if (countFrom(products, count, middle) >= n) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    // The distance that a product of codes stands for, and what rounding may have taken off both rows.
    void reachByProduct(std::size_t i, std::int32_t product) {
        double const dot = static_cast<double>(product) - static_cast<double>(kPanelOffset) * work.sums[i];
        double const squared = work.norms[i] - 2 * dot + 1;
        double const reach = __builtin_sqrt(squared > 0 ? squared : 0) + work.errors[i] + leafError + work.clips[i];
        if (reach < work.reaches[i]) work.reaches[i] = reach;
    }

    // Cuts a list to the rows that may still be neighbours.
    void cut(std::size_t i) {
        std::int32_t* const products = work.products + i * listRoom;
        std::int32_t* const places = work.places + i * listRoom;
        std::int32_t const count = work.listed[i];
        // A query may be among its own list.
        std::int32_t const wanted = static_cast<std::int32_t>(plan.k) + (plan.own != nullptr ? 1 : 0);
        std::int32_t outside = 0;
        for (std::int32_t n = 0; n < count; n++) outside += products[n] == kOutside;
        if (count >= wanted + outside) {
            reachByProduct(i, nthProduct(products, count, wanted + outside, work.thresholds[i]));
            chooseThreshold(i);
        }
        std::int32_t kept = 0;
        for (std::int32_t n = 0; n < count; n++) {
            std::int32_t const product = products[n], place = places[n];
            products[kept] = product;
            places[kept] = place;
            kept += product > work.thresholds[i];
        }
        work.listed[i] = kept;
        if (2 * kept > listFull) settle(i);
        if (2 * kept > listFull) chooseThreshold(i);
    }

    // A total that the k-th neighbour's is not above, by its codes. Where squares overflow, totals are tied that
    // distances tell apart, and codes say nothing.
    double codedLimit(std::size_t i) const {
        double const reach = work.reaches[i] / inverse;
        double const total = reach * reach * (1 + 1e-8) + lost;
        return total < 1e300 ? total : __builtin_inf();
    }

    double blockLimit(std::size_t block, std::int32_t* worst) const {
        double limit = 0;
        *worst = -1;
        for (std::size_t i = block * kNearestLeaf; i < blockEnd(block); i++) {
            double const coded = codedLimit(i);
            bool const exact = !(coded < work.best[i].limit);
            double const own = exact ? work.best[i].limit : coded;
            std::int32_t const row = exact ? work.best[i].worst : INT32_MAX;
            limit = own > limit ? own : limit;
            *worst = row > *worst ? row : *worst;
        }
        return limit;
    }

    // A grid of codes for these queries. Every grid is right; a finer one leaves out more rows, unless it clips the
    // differences that matter: what is more than some deviations of the queries away, and more than a share of the
    // limit.
    void chooseGrid() {
        constexpr double kDeviations = 3.2, kShare = 2;
        std::size_t const padded = plan.padded;
        double limits = 0;
        for (std::size_t i = 0; i < count; i++) limits += work.best[i].limit;
        double const n = static_cast<double>(count);
        double const share = kShare * __builtin_sqrt(limits / n / static_cast<double>(plan.cols));
        double widest = 0;
        for (std::size_t c = 0; c < padded; c++) {
            double const origin = query(0)[c];
            double sum = 0, squares = 0;
            for (std::size_t i = 0; i < count; i++) {
                double const t = query(i)[c] - origin;
                sum += t;
                squares += t * t;
            }
            double const mean = sum / n, variance = squares / n - mean * mean;
            double const deviations = variance > 0 ? kDeviations * __builtin_sqrt(variance) : 0;
            double const half = deviations > share ? deviations : share;
            double const from = origin + mean - half, to = origin + mean + half;
            double const low = from > plan.low[c] ? from : plan.low[c];
            double const high = to < plan.high[c] ? to : plan.high[c];
            work.centre[c] = low + (high - low) / 2;
            widest = high - low > widest ? high - low : widest;
        }
        inverse = 2 * kCodeMost / widest;
        if (inverse > 1e300) inverse = 1;  // columns without range
        if (!(widest < 1e300)) inverse = 0;
    }

    void codeQueries() {
        std::size_t const groups = plan.padded / kGroupColumns;
        for (std::size_t i = 0; i < blocks() * kNearestLeaf; i++) {
            double const* const row = query(i < count ? i : count - 1);
            auto* const codes = reinterpret_cast<std::uint8_t*>(work.codes + i * groups);
            CodedRow const coded = codeRow(row, work.centre, inverse, plan.padded, codes, 4, 0, codes);
            work.norms[i] = coded.norm;
            work.sums[i] = coded.sum;
            work.errors[i] = __builtin_sqrt(coded.error);
            work.clips[i] = __builtin_sqrt(coded.clipped) * (1 + 1e-9);
        }
    }

    // Rows with a product up to it are further away than the limit: by the limit in codes and what rounding may have
    // taken off both rows. The total was rounded too (relatively, and to zero at the bottom), and so was t.
    void chooseThreshold(std::size_t i) {
        double least = 1 << 30;  // of no row's product: these are no queries
        if (i < count) {
            double const coded = codedLimit(i);
            double const limit = coded < work.best[i].limit ? coded : work.best[i].limit;
            double const reach = __builtin_sqrt(limit * (1 + 1e-9) + lost) * inverse;
            double const slack = 1e-6 * static_cast<double>(plan.padded);
            double const far = (reach + work.errors[i] + leafError) * (1 + 1e-9) + slack;
            least = (work.norms[i] - far * far) / 2;
            least = least > -1e9 ? least : -1e9;
        }
        std::int32_t const whole = static_cast<std::int32_t>(least);
        work.thresholds[i] = (whole > least ? whole - 1 : whole) - 1 + kPanelOffset * work.sums[i];
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
        seed();
        searchLeaves();
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

    // First limits: the greatest total among k rows of each block's home leaf, or the k-th of as many leaves as k asks
    // for.
    void seed() {
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
            work.reaches[i] = __builtin_inf();
            work.listed[i] = 0;
            if (enough) {
                seedFrom(i, home[block]);
                continue;
            }
            addLeaf(i, home[block]);
            for (std::size_t n = 0; n < leaves; n++) {
                std::size_t const leaf = static_cast<std::size_t>(work.leaves[n].leaf);
                if (leaf != home[block]) addLeaf(i, leaf);
            }
        }
    }

    void seedFrom(std::size_t i, std::size_t leaf) {
        NearestBest& best = work.best[i];
        for (std::size_t place = leaf * kNearestLeaf; best.count < plan.k; place++)
            add(i, static_cast<std::int32_t>(place));
        double greatest = 0;
        for (std::size_t n = 0; n < plan.k; n++) {
            greatest = best.items[n].total > greatest ? best.items[n].total : greatest;
        }
        best.limit = greatest;
    }

    // Better limits: the k-th highest product among the rows of all home leaves.
    void sample() {
        std::size_t const groups = plan.padded / kGroupColumns, bytes = nearestPanelBytes(plan.padded);
        std::size_t leaves = 0, taken[kMostBlocks];
        for (std::size_t b = 0; b < blocks(); b++) {
            bool again = false;
            for (std::size_t n = 0; n < leaves; n++) again = again || taken[n] == home[b];
            if (!again) taken[leaves++] = home[b];
        }
        std::size_t const length = leaves * kNearestLeaf;
        // Rows without a code may be among them, and the query itself.
        std::size_t const wanted = plan.k + (plan.own != nullptr ? 1 : 0);
        if (length < 4 * wanted) return;
        for (std::size_t n = 0; n < leaves; n++) {
            std::int32_t* const halves = work.halves + n * kNearestLeaf;
            CodedLeaf const coded = codePanel(plan.packed + taken[n] * kNearestLeaf * plan.padded, leafRows(taken[n]),
                                              plan.padded, work.centre, inverse, work.panel + n * bytes, halves);
            leafError = coded.error > leafError ? coded.error : leafError;
            for (std::uint64_t rows = coded.outside; rows != 0; rows &= rows - 1) {
                halves[__builtin_ctzll(rows)] = kNoProduct;
            }
        }
        for (std::size_t b = 0; b < blocks(); b++) {
            for (std::size_t n = 0; n < leaves; n++) {
                tileProducts(work.panel + n * bytes, work.halves + n * kNearestLeaf,
                             work.codes + b * kNearestLeaf * groups, groups, work.sampled + n * kNearestLeaf, length);
            }
            for (std::size_t i = b * kNearestLeaf; i < blockEnd(b); i++) {
                std::int32_t const* const products = work.sampled + (i - b * kNearestLeaf) * length;
                chooseThreshold(i);
                std::int32_t const product = nthProduct(products, static_cast<std::int32_t>(length),
                                                        static_cast<std::int32_t>(wanted), work.thresholds[i]);
                if (product > kNoProduct / 2) reachByProduct(i, product);
            }
        }
        for (std::size_t i = 0; i < blocks() * kNearestLeaf; i++) chooseThreshold(i);
    }

    // For an index whose boxes do not hold its rows, and for ranges beyond the largest number.
    void searchEverywhere(std::size_t i) {
        work.best[i].count = 0;
        work.best[i].limit = __builtin_inf();
        work.best[i].worst = INT32_MAX;
        for (std::size_t leaf = 0; leaf < plan.leaves; leaf++) addLeaf(i, leaf);
    }

    void searchLeaves() {
        std::size_t const padded = plan.padded, groups = padded / kGroupColumns;
        double limits[kMostBlocks];
        std::int32_t worst[kMostBlocks];
        bool changed[kMostBlocks];
        double limit = 0;
        for (std::size_t b = 0; b < blocks(); b++) {
            limits[b] = blockLimit(b, worst + b);
            limit = limits[b] > limit ? limits[b] : limit;
        }
        chooseGrid();
        if (inverse == 0) {
            for (std::size_t i = 0; i < count; i++) searchEverywhere(i);
            return;
        }
        codeQueries();
        sample();
        for (std::size_t b = 0; b < blocks(); b++) limits[b] = blockLimit(b, worst + b);
        for (std::size_t b = 0; b < blocks(); b++) changed[b] = false;
        for (std::size_t i = 0; i < count; i++) work.best[i].count = 0;  // the limits stay, the rows are found again
        for (std::size_t n = 0; n < plan.leaves; n++) {
            std::size_t const leaf = static_cast<std::size_t>(work.leaves[n].leaf);
            if (work.leaves[n].bound > limit) break;
            double const* const box = plan.boxes + leaf * 2 * padded;
            std::int32_t const lowest = plan.order[leaf * kNearestLeaf];
            bool ready = false;
            std::uint64_t outside = 0;
            for (std::size_t b = 0; b < blocks(); b++) {
                std::size_t const begin = b * kNearestLeaf;
                double const bound = boxTotal(blockBox(b), box);
                if (bound > limits[b] || (bound == limits[b] && lowest > worst[b])) continue;
                if (!ready) {
                    ready = true;
                    CodedLeaf const coded = codePanel(plan.packed + leaf * kNearestLeaf * padded, leafRows(leaf),
                                                      padded, work.centre, inverse, work.panel, work.halves);
                    outside = coded.outside;
                    if (coded.error > leafError) {
                        leafError = coded.error;
                        for (std::size_t i = 0; i < blocks() * kNearestLeaf; i++) chooseThreshold(i);
                    }
                }
                Lists const lists{work.products + begin * listRoom,
                                  work.places + begin * listRoom,
                                  work.listed + begin,
                                  work.thresholds + begin,
                                  listRoom,
                                  listFull};
                std::uint64_t full = tile(work.panel, work.halves, work.codes + begin * groups, groups,
                                          static_cast<std::int32_t>(leaf * kNearestLeaf), outside, lists);
                changed[b] = changed[b] || full != 0;
                for (; full != 0; full &= full - 1) cut(begin + static_cast<std::size_t>(__builtin_ctzll(full)));
            }
            limit = 0;
            for (std::size_t b = 0; b < blocks(); b++) {
                if (changed[b]) limits[b] = blockLimit(b, worst + b);
                changed[b] = false;
                limit = limits[b] > limit ? limits[b] : limit;
            }
        }
        for (std::size_t i = 0; i < count; i++) {
            cut(i);
            settle(i);
            if (work.best[i].count < plan.k) searchEverywhere(i);
        }
    }
};

void nearestBlocked(NearestBlocked const& plan, NearestBlockedWork& work, std::size_t first, std::size_t count) {
    BlockedSearch search{plan, work, first, count};
    search.run();
}

}  // namespace telltale::TT_TARGET
