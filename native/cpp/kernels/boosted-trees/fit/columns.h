// The columns that a tree, a depth of it and a node may ask: as reference/boosted-trees/columns.ts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "kernels/boosted-trees/fit/fit.h"
#include "math/random.h"

namespace telltale {

class ColumnSample {
  public:
    ColumnSample(BoostedTreesRound const& work, std::uint32_t stream)
        : by_level_(work.by_level),
          by_node_(work.by_node),
          levels_(work.seed, stream + 1),
          nodes_(work.seed, stream + 2) {
        std::vector<std::int32_t> all(work.cols);
        std::iota(all.begin(), all.end(), 0);
        tree_ = sample(all, work.by_tree, levels_);
    }

    std::vector<std::int32_t> const& tree() const { return tree_; }

    std::vector<std::int32_t> node(std::size_t depth) {
        while (of_levels_.size() <= depth) of_levels_.push_back(sample(tree_, by_level_, levels_));
        return sample(of_levels_[depth], by_node_, nodes_);
    }

  private:
    static std::vector<std::int32_t> sample(std::vector<std::int32_t> const& columns, double share, Random& random) {
        std::vector<std::int32_t> drawn = columns;
        if (share >= 1) return drawn;
        auto const wanted = static_cast<std::size_t>(share * static_cast<double>(columns.size()));
        std::size_t const count = wanted > 1 ? wanted : 1;
        for (std::size_t k = 0; k < count; k++) {
            std::size_t const other =
                k + static_cast<std::size_t>(random.below(static_cast<std::int64_t>(drawn.size() - k)));
            std::swap(drawn[k], drawn[other]);
        }
        drawn.resize(count);
        std::sort(drawn.begin(), drawn.end());
        return drawn;
    }

    double by_level_, by_node_;
    Random levels_, nodes_;
    std::vector<std::int32_t> tree_;
    std::vector<std::vector<std::int32_t>> of_levels_;
};

}  // namespace telltale
