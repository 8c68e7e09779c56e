// Searches of many queries at a time.
#include <algorithm>
#include <memory>
#include <mutex>
#include <numeric>
#include <vector>

#include "kernels/nearest/cache-lines.h"
#include "kernels/nearest/nearest-plan.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

namespace telltale {

namespace {

constexpr std::size_t kMostBlocks = 16;  // of queries that share the codes of the training rows

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/nearest/nearest-blocked-search-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

void nearestSortLeaves(NearestLeafBound* leaves, std::size_t count) {
    std::sort(leaves, leaves + count, [](NearestLeafBound const& a, NearestLeafBound const& b) {
        return a.bound < b.bound || (a.bound == b.bound && a.leaf < b.leaf);
    });
}

namespace {

// Everything that one thread needs, in the sizes of NearestBlockedWork.
class BlockedMemory {
  public:
    BlockedMemory(NearestBlocked const& plan, std::size_t capacity)
        : lists_(capacity, plan.k),
          ints_(capacity * (2 + nearestCodeGroups(plan.padded)) + kNearestLeaf),
          doubles_(capacity + capacity / kNearestLeaf * 2 * plan.padded + 3 * plan.padded),
          leaves_(plan.leaves),
          done_(plan.leaves),
          panel_(nearestPanelBytes(plan.padded)) {
        auto const take = [](auto*& from, std::size_t count) {
            auto* const taken = from;
            from += count;
            return taken;
        };
        work_.lists = lists_.view();
        std::int32_t* ints = ints_.data();
        work_.codes = take(ints, capacity * nearestCodeGroups(plan.padded));
        work_.lifts = take(ints, capacity);
        work_.limits = take(ints, capacity);
        work_.halves = take(ints, kNearestLeaf);
        double* doubles = doubles_.data();
        work_.errors = take(doubles, capacity);
        work_.block_boxes = take(doubles, capacity / kNearestLeaf * 2 * plan.padded);
        work_.box = take(doubles, 2 * plan.padded);
        work_.centre = take(doubles, plan.padded);
        work_.leaves = leaves_.data();
        work_.done = done_.data();
        work_.panel = panel_.data();
    }

    NearestBlockedWork& work() { return work_; }

  private:
    NearestBlockedWork work_{};
    NearestListMemory lists_;
    CacheLines<std::int32_t> ints_;
    CacheLines<double> doubles_;
    std::vector<NearestLeafBound> leaves_;
    std::vector<std::uint8_t> done_;
    CacheLines<std::uint8_t> panel_;
};

// Rows in the order of `places`, padded.
void pack(double const* x, std::size_t cols, std::size_t padded, std::int32_t const* places, std::size_t count,
          double* to) {
    for (std::size_t i = 0; i < count; i++) {
        nearestPad(x + static_cast<std::size_t>(places[i]) * cols, cols, padded, to + i * padded);
    }
}

// The training rows, and the queries in an order that keeps near ones together.
class BlockedRows {
  public:
    BlockedRows(Isa isa, int threads, NearestSearch const& search)
        : padded_(nearestPadded(search.train.cols)),
          rows_(search.train.rows * padded_),
          boxes_(nearestLeaves(search.train.rows) * 2 * padded_),
          range_(2 * padded_),
          places_(search.self ? 0 : search.to - search.from),
          queries_(places_.size() * padded_) {
        NearestIndexView const& train = search.train;
        pack(train.x, train.cols, padded_, train.order, train.rows, rows_.data());
        for (std::size_t leaf = 0; leaf < nearestLeaves(train.rows); leaf++) {
            double* const box = boxes_.data() + leaf * 2 * padded_;
            nearestPad(train.boxes + leaf * 2 * train.cols, train.cols, padded_, box);
            nearestPad(train.boxes + (leaf * 2 + 1) * train.cols, train.cols, padded_, box + padded_);
        }
        for (std::size_t c = 0; c < padded_; c++) range_[c] = range_[padded_ + c] = rows_.data()[c];
        for (std::size_t i = 0; i < train.rows; i++) {
            double const* const row = rows_.data() + i * padded_;
            for (std::size_t c = 0; c < padded_; c++) {
                range_[c] = std::min(range_[c], row[c]);
                range_[padded_ + c] = std::max(range_[padded_ + c], row[c]);
            }
        }
        if (search.self) return;
        std::size_t const count = search.to - search.from;
        double const* const from = search.queries + search.from * train.cols;
        std::vector<double> unused(nearestLeaves(count) * 2 * train.cols);
        nearestIndex(isa, threads, from, count, train.cols, places_.data(), unused.data());
        pack(from, train.cols, padded_, places_.data(), count, queries_.data());
    }

    NearestBlocked plan(NearestSearch const& search) const {
        NearestIndexView const& train = search.train;
        NearestBlocked plan{};
        plan.rows = train.rows;
        plan.cols = train.cols;
        plan.padded = padded_;
        plan.leaves = nearestLeaves(train.rows);
        plan.k = search.k;
        plan.packed = rows_.data();
        plan.order = train.order;
        plan.boxes = boxes_.data();
        plan.low = range_.data();
        plan.high = range_.data() + padded_;
        plan.queries = search.self ? rows_.data() + search.from * padded_ : queries_.data();
        plan.own = search.self ? train.order + search.from : nullptr;
        plan.place = search.from;
        return plan;
    }

    // Which query stands at a place.
    std::size_t queryAt(NearestSearch const& search, std::size_t place) const {
        if (search.self) return static_cast<std::size_t>(search.train.order[search.from + place]);
        return search.from + static_cast<std::size_t>(places_[place]);
    }

  private:
    std::size_t padded_;
    CacheLines<double> rows_, boxes_;
    std::vector<double> range_;
    std::vector<std::int32_t> places_;
    CacheLines<double> queries_;
};

// Leaves of a group: most of them share what is in the caches, and every thread has some groups.
std::size_t groupLeaves(std::size_t leaves, int threads) {
    std::size_t const share = leaves / (4 * static_cast<std::size_t>(std::max(threads, 1)));
    return std::clamp<std::size_t>(share, 1, kMostBlocks);
}

// ---- each pair of leaves once

constexpr std::size_t kMostListBytes = std::size_t{1} << 30;

class Pairs {
  public:
    Pairs(Isa isa, int threads, NearestBlocked const& plan)
        : isa_(isa),
          threads_(threads),
          rows_(plan.leaves * kNearestLeaf),
          lists_(rows_, plan.k),
          panels_(plan.leaves * nearestPanelBytes(plan.padded)),
          ints_(rows_ * (3 + nearestCodeGroups(plan.padded))),
          errors_(rows_),
          centre_(plan.padded),
          leaf_limits_(plan.leaves),
          all_{plan,
               lists_.view(),
               groupLeaves(plan.leaves, threads),
               {},
               0,
               panels_.data(),
               ints_.data(),
               ints_.data() + rows_ * nearestCodeGroups(plan.padded),
               nullptr,
               nullptr,
               errors_.data(),
               leaf_limits_.data()} {
        all_.lifts = all_.halves + rows_;
        all_.limits = all_.lifts + rows_;
    }

    // Finds all lists; false when the codes tell too little apart, or nothing.
    bool run() {
        static constexpr NearestLeavesFn kWithin[] = TT_VARIANTS(nearestJoinWithin);
        static constexpr NearestLeavesFn kCodes[] = TT_VARIANTS(nearestCodeLeaves);
        static constexpr NearestLeavesFn kLimits[] = TT_VARIANTS(nearestLimitLeaves);
        NearestBlocked const& plan = all_.plan;
        overLeaves(pick(kWithin, isa_));
        double const typical = nearestTypical(all_.lists.limits, plan.rows);
        all_.grid =
            nearestGrid(plan.packed, plan.rows, plan.padded, plan.cols, plan.low, plan.high, typical, centre_.data());
        if (!(all_.grid.inverse > 0)) return false;
        overLeaves(pick(kCodes, isa_));
        all_.greatest_error = *std::max_element(errors_.begin(), errors_.begin() + static_cast<long>(plan.rows));
        overLeaves(pick(kLimits, isa_));
        return joinEachGroup() && joinGroups();
    }

    NearestLists const& lists() const { return all_.lists; }

  private:
    struct GroupPair {
        double bound;
        std::uint32_t a, b;
    };

    void overLeaves(NearestLeavesFn run) {
        parallelFor(all_.plan.leaves, 16, threads_, [&](std::size_t from, std::size_t to) { run(all_, from, to); });
    }

    std::size_t groups() const { return (all_.plan.leaves + all_.group_leaves - 1) / all_.group_leaves; }

    // The leaves of each group among themselves; false once it is clear that exact totals would be too many.
    bool joinEachGroup() {
        constexpr double kMostExact = 0.3;
        static constexpr NearestGroupsFn kJoin[] = TT_VARIANTS(nearestJoinGroups);
        NearestGroupsFn const join = pick(kJoin, isa_);
        std::mutex mutex;
        NearestPairsCount counts{0, 0};
        double const share = std::max(
            kMostExact, 2.0 * static_cast<double>(all_.plan.k) / static_cast<double>(all_.group_leaves * kNearestLeaf));
        auto const suits = [&] {
            return counts.looked_at < 1000000 ||
                   static_cast<double>(counts.exact) < share * static_cast<double>(counts.looked_at);
        };
        parallelFor(groups(), 1, threads_, [&](std::size_t from, std::size_t to) {
            for (std::size_t group = from; group < to; group++) {
                {
                    std::lock_guard<std::mutex> const lock(mutex);
                    if (!suits()) return;
                }
                NearestPairsCount const done = join(all_, group, group);
                std::lock_guard<std::mutex> const lock(mutex);
                counts.looked_at += done.looked_at;
                counts.exact += done.exact;
            }
        });
        return suits();
    }

    // Pairs of groups, near ones first: limits that are low early leave out more.
    bool joinGroups() {
        static constexpr NearestGroupsFn kJoin[] = TT_VARIANTS(nearestJoinGroups);
        NearestGroupsFn const join = pick(kJoin, isa_);
        std::vector<GroupPair> const order = pairsByBound();
        std::unique_ptr<std::mutex[]> const locks(new std::mutex[groups()]);
        parallelFor(order.size(), 1, threads_, [&](std::size_t from, std::size_t to) {
            for (std::size_t n = from; n < to; n++) {
                std::lock_guard<std::mutex> const first(locks[order[n].a]), second(locks[order[n].b]);
                join(all_, order[n].a, order[n].b);
            }
        });
        return true;
    }

    std::vector<GroupPair> pairsByBound() const {
        std::size_t const padded = all_.plan.padded, count = groups();
        std::vector<double> boxes(count * 2 * padded);
        for (std::size_t leaf = 0; leaf < all_.plan.leaves; leaf++) {
            double const* const from = all_.plan.boxes + leaf * 2 * padded;
            double* const to = boxes.data() + leaf / all_.group_leaves * 2 * padded;
            bool const fresh = leaf % all_.group_leaves == 0;
            for (std::size_t c = 0; c < padded; c++) {
                to[c] = fresh ? from[c] : std::min(to[c], from[c]);
                to[padded + c] = fresh ? from[padded + c] : std::max(to[padded + c], from[padded + c]);
            }
        }
        std::vector<GroupPair> pairs;
        pairs.reserve(count * (count - 1) / 2);
        for (std::uint32_t b = 1; b < count; b++) {
            for (std::uint32_t a = 0; a < b; a++) {
                double bound = 0;
                for (std::size_t c = 0; c < padded; c++) {
                    double const* const low = boxes.data() + c;
                    double const* const high = low + padded;
                    double const gap = std::max(
                        {low[a * 2 * padded] - high[b * 2 * padded], low[b * 2 * padded] - high[a * 2 * padded], 0.0});
                    bound += gap * gap;
                }
                pairs.push_back({bound, a, b});
            }
        }
        std::sort(pairs.begin(), pairs.end(), [](GroupPair const& one, GroupPair const& other) {
            if (one.bound != other.bound) return one.bound < other.bound;
            if (one.b - one.a != other.b - other.a) return one.b - one.a < other.b - other.a;
            return one.a < other.a;
        });
        return pairs;
    }

    Isa isa_;
    int threads_;
    std::size_t rows_;
    NearestListMemory lists_;
    CacheLines<std::uint8_t> panels_;
    CacheLines<std::int32_t> ints_;
    std::vector<double> errors_;
    CacheLines<double> centre_;
    std::vector<NearestBlockLimit> leaf_limits_;
    NearestPairs all_;
};

bool wholeTrainingSet(NearestSearch const& search) {
    std::size_t const rows = search.train.rows;
    return search.self && search.from == 0 && search.to == rows && rows >= 4 * kNearestLeaf &&
           rows <= kMostListBytes / nearestListBytes(search.k);
}

}  // namespace

void nearestByBlocks(Isa isa, int threads, NearestSearch const& search) {
    static constexpr NearestBlockedFn kVariants[] = TT_VARIANTS(nearestBlocked);
    static constexpr NearestSortFn kSorts[] = TT_VARIANTS(nearestSort);
    NearestBlockedFn const run = pick(kVariants, isa);
    NearestSortFn const sort = pick(kSorts, isa);
    BlockedRows const rows(isa, threads, search);
    NearestBlocked const plan = rows.plan(search);
    std::size_t const count = search.to - search.from;
    std::size_t const step = groupLeaves(nearestLeaves(count), threads) * kNearestLeaf;
    if (wholeTrainingSet(search)) {
        Pairs pairs(isa, threads, plan);
        if (pairs.run()) {
            parallelFor(count, step, threads, [&](std::size_t begin, std::size_t end) {
                for (std::size_t i = begin; i < end; i++) {
                    nearestFinish(search, sort, pairs.lists(), i, rows.queryAt(search, i));
                }
            });
            return;
        }
    }
    parallelFor(count, step, threads, [&](std::size_t begin, std::size_t end) {
        BlockedMemory memory(plan, step);
        run(plan, memory.work(), begin, end - begin);
        for (std::size_t i = begin; i < end; i++) {
            nearestFinish(search, sort, memory.work().lists, i - begin, rows.queryAt(search, i));
        }
    });
}

}  // namespace telltale
