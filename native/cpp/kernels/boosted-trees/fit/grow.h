// One tree as it grows, in the arrays of a round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/boosted-trees/fit/columns.h"
#include "kernels/boosted-trees/fit/histogram.h"
#include "kernels/boosted-trees/fit/splits.h"

namespace telltale {

// Room that trees take turns in.
struct GrowthRoom {
    std::uint32_t* rows;   // the rows to grow on: put in another order
    std::size_t count;     // of them
    std::uint32_t* spare;  // as many
    std::int64_t* histograms;
    std::size_t histogram_count;
};

class TreeGrower {
  public:
    TreeGrower(BoostedTreesRound const& work, std::size_t output, DerivativePair const* pairs, GrowthRoom const& room,
               ColumnSample& columns, HistogramBuilder& builder, SplitSearch const& search, int threads);

    void grow();
    // Adds the leaf values to the margins of all rows.
    void addToMargins();

  private:
    // Rows from … to - 1 of the list.
    struct Leaf {
        NodeSums sums;
        std::size_t node, depth, from, to;
        std::int64_t* histogram;
        Split split;
    };

    std::size_t at(std::size_t node) const { return output_ * work_.node_capacity + node; }
    void plant();
    bool mayBeSplit(Leaf const& leaf) const;
    void place(Leaf&& leaf);
    bool sooner(Leaf const& a, Leaf const& b) const;
    void expand(Leaf leaf);
    void write(Leaf const& leaf);
    void settle(Leaf const& leaf);
    std::size_t divide(Leaf const& leaf);
    void build(Leaf& leaf);
    std::int64_t* takeRoom();
    void release(Leaf& leaf);
    bool goesLeft(std::size_t row, std::size_t node) const;
    std::size_t leafOf(std::size_t row) const;
    std::uint32_t codeOf(std::size_t row, std::size_t column) const;

    BoostedTreesRound const& work_;
    std::size_t output_;
    DerivativePair const* pairs_;
    GrowthRoom const& room_;
    ColumnSample& columns_;
    HistogramBuilder& builder_;
    SplitSearch const& search_;
    int threads_;
    std::vector<std::int32_t> split_bin_;
    std::vector<Leaf> waiting_, settled_;
    std::vector<std::int64_t*> free_;
    std::size_t made_ = 0, nodes_ = 1, leaves_ = 1;
};

}  // namespace telltale
