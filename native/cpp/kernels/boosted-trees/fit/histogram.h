// Sums of derivatives by bin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/boosted-trees/fit/derivatives.h"
#include "kernels/boosted-trees/fit/fit.h"

namespace telltale {

// Adds rows to histograms of one layout.
class HistogramBuilder {
  public:
    HistogramBuilder(Isa isa, BoostedTreesRound const& work, DerivativePair const* pairs);

    // Columns to sum from now on.
    void use(std::vector<std::int32_t> const& columns);

    // First pair of each column.
    std::size_t const* place() const { return place_.data(); }
    std::size_t pairs() const { return pairs_in_all_; }

    // Sums the rows of a list.
    void build(std::uint32_t const* rows, std::size_t count, std::int64_t* sums, int threads) const;
    // from - part, in place.
    void subtract(std::int64_t* from, std::int64_t const* part) const;

  private:
    Isa isa_;
    BoostedTreesRound const& work_;
    DerivativePair const* pairs_;
    std::vector<std::size_t> place_;
    std::vector<std::uint8_t> group_used_, column_used_;
    std::size_t pairs_in_all_;
};

}  // namespace telltale
