// Searches of one query at a time, down a tree of boxes.
#include <algorithm>
#include <vector>

#include "kernels/nearest/nearest-plan.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

#define TT_BODY "kernels/nearest/nearest-tree-search-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

class TreeBoxes {
  public:
    TreeBoxes(NearestIndexView const& train, std::size_t padded) : padded_(padded) {
        std::size_t const leaves = nearestLeaves(train.rows);
        while (first_ < leaves) first_ *= 2;
        boxes_.assign(2 * first_ * 2 * padded, 0.0);
        lowest_.assign(2 * first_, -1);
        for (std::size_t leaf = 0; leaf < leaves; leaf++) {
            double const* const box = train.boxes + leaf * 2 * train.cols;
            nearestPad(box, train.cols, padded, at(first_ + leaf));
            nearestPad(box + train.cols, train.cols, padded, at(first_ + leaf) + padded);
            lowest_[first_ + leaf] = train.order[leaf * kNearestLeaf];
        }
        for (std::size_t node = first_ - 1; node > 0; node--) join(node);
    }

    NearestTree view(NearestSearch const& search) const {
        return {search.train, padded_, first_, boxes_.data(), lowest_.data(), search.metric, search.p};
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

}  // namespace

void nearestByTree(Isa isa, int threads, NearestSearch const& search) {
    static constexpr NearestTreeFn kVariants[] = TT_VARIANTS(nearestTree);
    static constexpr NearestSortFn kSorts[] = TT_VARIANTS(nearestSort);
    constexpr std::size_t kQueriesPerRange = 64;
    NearestTreeFn const run = pick(kVariants, isa);
    NearestSortFn const sort = pick(kSorts, isa);
    NearestIndexView const& train = search.train;
    std::size_t const padded = nearestPadded(train.cols);
    TreeBoxes const boxes(train, padded);
    NearestTree const tree = boxes.view(search);
    parallelFor(search.to - search.from, kQueriesPerRange, threads, [&](std::size_t begin, std::size_t end) {
        NearestListMemory memory(1, search.k);
        std::vector<double> query(4 * padded);
        for (std::size_t i = search.from + begin; i < search.from + end; i++) {
            std::size_t const at = search.self ? static_cast<std::size_t>(train.order[i]) : i;
            nearestPad((search.self ? train.x : search.queries) + at * train.cols, train.cols, padded, query.data());
            memory.clear(1);
            run(tree, query.data(), search.self ? static_cast<std::int32_t>(at) : -1, query.data() + padded,
                memory.view());
            nearestFinish(search, sort, memory.view(), 0, at);
        }
    });
}

}  // namespace telltale
