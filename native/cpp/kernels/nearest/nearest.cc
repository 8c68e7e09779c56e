#include "kernels/nearest/nearest.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/nearest/nearest-plan.h"
#include "math/power.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

namespace telltale {

namespace {

constexpr std::size_t kMostBlocks = 16;  // of queries that share the codes of the training rows

// Not inline, so that it is compiled for every machine once.
double powerOf(double x, double p) { return power(x, p); }

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/nearest/nearest-search-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

void nearestTighten(NearestBest& best, std::size_t k) {
    auto const before = [](NearestCandidate const& a, NearestCandidate const& b) {
        return a.total < b.total || (a.total == b.total && a.row < b.row);
    };
    if (best.count < k) return;
    std::nth_element(best.items, best.items + (k - 1), best.items + best.count, before);
    best.count = k;
    best.limit = best.items[k - 1].total;
    best.worst = best.items[k - 1].row;
}

void nearestSortLeaves(NearestLeafBound* leaves, std::size_t count) {
    std::sort(leaves, leaves + count, [](NearestLeafBound const& a, NearestLeafBound const& b) {
        return a.bound < b.bound || (a.bound == b.bound && a.leaf < b.leaf);
    });
}

namespace {

constexpr std::size_t kMostColumns = 16384;        // whose codes' products fit into 32 bits
constexpr std::size_t kLeastBlockedQueries = 128;  // fewer do not pay for the codes of the training rows

std::size_t paddedColumns(std::size_t cols) { return (cols + 7) & ~std::size_t{7}; }

void checkFinite(char const* name, double const* x, std::size_t rows, std::size_t cols) {
    for (std::size_t i = 0; i < rows * cols; i++) {
        if (!std::isfinite(x[i])) {
            throw std::invalid_argument(std::string(name) + ": row " + std::to_string(i / cols) + " is not finite");
        }
    }
}

void checkOrder(NearestIndexView const& train) {
    for (std::size_t i = 0; i < train.rows; i++) {
        if (train.order[i] < 0 || static_cast<std::size_t>(train.order[i]) >= train.rows) {
            throw std::invalid_argument("order: place " + std::to_string(i) + " is no row");
        }
    }
}

// Copies a row with zeros behind it.
void pad(double const* from, std::size_t cols, std::size_t padded, double* to) {
    std::copy_n(from, cols, to);
    std::fill(to + cols, to + padded, 0.0);
}

// Writes the best rows of a query in order.
void finish(NearestSearch const& search, NearestBest& best, std::size_t query) {
    std::size_t const k = search.k;
    nearestTighten(best, k);
    if (best.count < k)
        throw std::invalid_argument("fewer rows than k have a distance to query " + std::to_string(query));
    std::sort(best.items, best.items + k, [](NearestCandidate const& a, NearestCandidate const& b) {
        return a.total < b.total || (a.total == b.total && a.row < b.row);
    });
    for (std::size_t n = 0; n < k; n++) {
        double const total = best.items[n].total;
        double distance = total;
        if (search.metric == NearestMetric::kEuclidean) distance = std::sqrt(total);
        if (search.metric == NearestMetric::kMinkowski) distance = root(total, search.p);
        search.distances[query * k + n] = distance;
        search.indices[query * k + n] = best.items[n].row;
    }
}

NearestBest emptyBest(NearestCandidate* items) {
    return {items, 0, std::numeric_limits<double>::infinity(), std::numeric_limits<std::int32_t>::max()};
}

// ---- tree

class TreeBoxes {
  public:
    TreeBoxes(NearestIndexView const& train, std::size_t padded) : padded_(padded) {
        std::size_t const leaves = nearestLeaves(train.rows);
        while (first_ < leaves) first_ *= 2;
        boxes_.assign(2 * first_ * 2 * padded, 0.0);
        lowest_.assign(2 * first_, -1);
        for (std::size_t leaf = 0; leaf < leaves; leaf++) {
            double const* const box = train.boxes + leaf * 2 * train.cols;
            pad(box, train.cols, padded, at(first_ + leaf));
            pad(box + train.cols, train.cols, padded, at(first_ + leaf) + padded);
            lowest_[first_ + leaf] = train.order[leaf * kNearestLeaf];
        }
        for (std::size_t node = first_ - 1; node > 0; node--) join(node);
    }

    NearestTree view(NearestSearch const& search) const {
        return {search.train, padded_, first_, boxes_.data(), lowest_.data(), search.k, search.metric, search.p};
    }

  private:
    double* at(std::size_t node) { return boxes_.data() + node * 2 * padded_; }

    void join(std::size_t node) {
        std::size_t const left = 2 * node, right = lowest_[left + 1] < 0 ? left : left + 1;
        lowest_[node] = std::min(lowest_[left], lowest_[right]);
        for (std::size_t c = 0; c < padded_; c++) {
            at(node)[c] = std::min(at(left)[c], at(right)[c]);
            at(node)[padded_ + c] = std::max(at(left)[padded_ + c], at(right)[padded_ + c]);
        }
    }

    std::size_t padded_;
    std::size_t first_ = 1;
    std::vector<double> boxes_;
    std::vector<std::int32_t> lowest_;
};

void searchTree(Isa isa, int threads, NearestSearch const& search) {
    static constexpr NearestTreeFn kVariants[] = TT_VARIANTS(nearestTree);
    constexpr std::size_t kQueriesPerRange = 64;
    NearestTreeFn const run = pick(kVariants, isa);
    NearestIndexView const& train = search.train;
    std::size_t const padded = paddedColumns(train.cols);
    TreeBoxes const boxes(train, padded);
    NearestTree const tree = boxes.view(search);
    parallelFor(search.to - search.from, kQueriesPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<NearestCandidate> items(nearestRoom(search.k));
        std::vector<double> query(4 * padded);
        for (std::size_t i = search.from + begin; i < search.from + end; i++) {
            std::size_t const at = search.self ? static_cast<std::size_t>(train.order[i]) : i;
            pad((search.self ? train.x : search.queries) + at * train.cols, train.cols, padded, query.data());
            NearestBest best = emptyBest(items.data());
            run(tree, query.data(), search.self ? static_cast<std::int32_t>(at) : -1, query.data() + padded, best);
            finish(search, best, at);
        }
    });
}

// ---- blocked

// Everything that one thread needs, in the sizes of NearestBlockedWork.
class BlockedMemory {
  public:
    BlockedMemory(NearestBlocked const& plan, std::size_t capacity)
        : best_(capacity),
          items_(new NearestCandidate[capacity * nearestRoom(plan.k)]),
          lists_(new std::int32_t[capacity * nearestListRoom(plan.k) * 2]),
          ints_(capacity * (5 + nearestCodeGroups(plan.padded) + kNearestLeaf)),
          doubles_(3 * capacity + capacity / kNearestLeaf * 2 * plan.padded + 3 * plan.padded),
          leaves_(plan.leaves),
          panel_(capacity / kNearestLeaf * nearestPanelBytes(plan.padded)),
          room_(nearestRoom(plan.k)) {
        auto const take = [](auto*& from, std::size_t count) {
            auto* const taken = from;
            from += count;
            return taken;
        };
        work_.best = best_.data();
        work_.products = lists_.get();
        work_.places = lists_.get() + capacity * nearestListRoom(plan.k);
        std::int32_t* ints = ints_.data();
        work_.listed = take(ints, capacity);
        work_.norms = take(ints, capacity);
        work_.sums = take(ints, capacity);
        work_.thresholds = take(ints, capacity);
        work_.codes = take(ints, capacity * nearestCodeGroups(plan.padded));
        work_.halves = take(ints, capacity);
        work_.sampled = take(ints, capacity * kNearestLeaf);
        double* doubles = doubles_.data();
        work_.errors = take(doubles, capacity);
        work_.clips = take(doubles, capacity);
        work_.reaches = take(doubles, capacity);
        work_.block_boxes = take(doubles, capacity / kNearestLeaf * 2 * plan.padded);
        work_.box = take(doubles, 2 * plan.padded);
        work_.centre = take(doubles, plan.padded);
        work_.leaves = leaves_.data();
        work_.panel = panel_.data();
    }

    NearestBlockedWork& begin(std::size_t count) {
        for (std::size_t i = 0; i < count; i++) best_[i] = emptyBest(items_.get() + i * room_);
        return work_;
    }

  private:
    NearestBlockedWork work_{};
    std::vector<NearestBest> best_;
    std::unique_ptr<NearestCandidate[]> items_;  // not set to zero: most of it is never touched
    std::unique_ptr<std::int32_t[]> lists_;      // nor is this
    std::vector<std::int32_t> ints_;
    std::vector<double> doubles_;
    std::vector<NearestLeafBound> leaves_;
    std::vector<std::uint8_t> panel_;
    std::size_t room_;
};

// Rows in the order of `places`, padded.
std::vector<double> packed(double const* x, std::size_t cols, std::size_t padded, std::int32_t const* places,
                           std::size_t count) {
    std::vector<double> to(count * padded);
    for (std::size_t i = 0; i < count; i++) {
        pad(x + static_cast<std::size_t>(places[i]) * cols, cols, padded, to.data() + i * padded);
    }
    return to;
}

void searchBlocked(Isa isa, int threads, NearestSearch const& search) {
    static constexpr NearestBlockedFn kVariants[] = TT_VARIANTS(nearestBlocked);
    NearestBlockedFn const run = pick(kVariants, isa);
    NearestIndexView const& train = search.train;
    std::size_t const padded = paddedColumns(train.cols), leaves = nearestLeaves(train.rows);
    std::size_t const count = search.to - search.from;
    std::vector<double> const rows = packed(train.x, train.cols, padded, train.order, train.rows);
    std::vector<double> boxes(leaves * 2 * padded), range(2 * padded);
    for (std::size_t leaf = 0; leaf < leaves; leaf++) {
        double* const box = boxes.data() + leaf * 2 * padded;
        pad(train.boxes + leaf * 2 * train.cols, train.cols, padded, box);
        pad(train.boxes + (leaf * 2 + 1) * train.cols, train.cols, padded, box + padded);
    }
    for (std::size_t c = 0; c < padded; c++) range[c] = range[padded + c] = rows[c];
    for (std::size_t at = 0; at < rows.size(); at += padded) {
        for (std::size_t c = 0; c < padded; c++) {
            range[c] = std::min(range[c], rows[at + c]);
            range[padded + c] = std::max(range[padded + c], rows[at + c]);
        }
    }
    // Queries in an order that keeps near ones together: the training rows have theirs, others get one.
    std::vector<std::int32_t> places(search.self ? 0 : count);
    std::vector<double> queries;
    if (!search.self) {
        double const* const from = search.queries + search.from * train.cols;
        std::vector<double> unused(nearestLeaves(count) * 2 * train.cols);
        nearestIndex(isa, threads, from, count, train.cols, places.data(), unused.data());
        queries = packed(from, train.cols, padded, places.data(), count);
    }
    NearestBlocked const plan{train.rows,
                              train.cols,
                              padded,
                              leaves,
                              search.k,
                              rows.data(),
                              train.order,
                              boxes.data(),
                              range.data(),
                              range.data() + padded,
                              search.self ? rows.data() + search.from * padded : queries.data(),
                              search.self ? train.order + search.from : nullptr,
                              search.from};
    std::size_t const blocks = nearestLeaves(count);
    std::size_t const share = blocks / (4 * static_cast<std::size_t>(std::max(threads, 1)));
    std::size_t const step = std::clamp<std::size_t>(share, 1, kMostBlocks) * kNearestLeaf;
    parallelFor(count, step, threads, [&](std::size_t begin, std::size_t end) {
        BlockedMemory memory(plan, step);
        NearestBlockedWork& work = memory.begin(end - begin);
        run(plan, work, begin, end - begin);
        for (std::size_t i = begin; i < end; i++) {
            std::int32_t const at = search.self ? plan.own[i] : places[i];
            finish(search, work.best[i - begin], static_cast<std::size_t>(at) + (search.self ? 0 : search.from));
        }
    });
}

bool blockedSuits(NearestSearch const& search) {
    if (search.metric != NearestMetric::kEuclidean || search.train.cols > kMostColumns) return false;
    if (search.method == NearestMethod::kAuto) return search.to - search.from >= kLeastBlockedQueries;
    return search.method == NearestMethod::kBlocked;
}

}  // namespace

void nearest(Isa isa, int threads, NearestSearch const& search) {
    if (search.from >= search.to) return;
    checkOrder(search.train);
    if (!search.self) {
        checkFinite("queries", search.queries + search.from * search.train.cols, search.to - search.from,
                    search.train.cols);
    }
    if (blockedSuits(search)) {
        checkFinite("x", search.train.x, search.train.rows, search.train.cols);
        searchBlocked(isa, threads, search);
    } else {
        searchTree(isa, threads, search);
    }
}

}  // namespace telltale
