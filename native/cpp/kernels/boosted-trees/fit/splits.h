// How a node is split best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/boosted-trees/fit/derivatives.h"
#include "kernels/boosted-trees/fit/fit.h"

namespace telltale {

// Sums of a node's derivatives, in units, and what monotone columns above leave for its weight.
struct NodeSums {
    std::int64_t first, second;
    double low, high;
};

struct Split {
    double gain = 0;
    std::int32_t column = -1;  // -1: none is worth it
    std::int32_t bin = -1;     // the last one that goes left; -1 where categories say it
    bool default_left = false;
    std::int64_t left_first = 0, left_second = 0;
    std::vector<std::int32_t> right;  // categories
};

// What a cut is judged by: the node's sums, and the rules.
struct ScanRules {
    double first, second, first_unit, second_unit, lambda, alpha, least_second;
};

struct ScanBest {
    double score;
    std::int64_t bin;  // -1: as it was
};

class SplitSearch {
  public:
    // place: first pair of each column in a histogram.
    SplitSearch(Isa isa, BoostedTreesRound const& work, DerivativeUnits units, std::size_t const* place);

    // The best split over columns, ascending, by the histogram of the node.
    Split best(NodeSums const& node, std::int64_t const* sums, std::vector<std::int32_t> const& columns,
               int threads) const;

    // Sum of second derivatives.
    double second(NodeSums const& node) const { return static_cast<double>(node.second) * units_.second; }

    // Weight of a node before the learning rate.
    double weight(NodeSums const& node) const;

    // Bounds of the children's weights.
    void bound(NodeSums const& node, Split const& split, NodeSums& left, NodeSums& right) const;

  private:
    struct Candidates;

    double clampedWeight(double first, double second, double low, double high) const;

    Isa isa_;
    BoostedTreesRound const& work_;
    DerivativeUnits units_;
    std::size_t const* place_;
};

}  // namespace telltale
