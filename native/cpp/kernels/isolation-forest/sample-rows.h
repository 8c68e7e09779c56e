// Rows for a tree, drawn without replacement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "math/random.h"

namespace telltale {

// Floyd's algorithm: `size` different rows of `rows`, every subset equally likely; all in order when size is rows.
// https://doi.org/10.1145/30401.315746
class RowSampler {
  public:
    RowSampler(std::size_t rows, std::size_t size);

    void draw(Random& random, std::int32_t* out);

  private:
    template <typename Taken>
    void floyd(Random& random, std::int32_t* out, Taken taken);
    bool insertHashed(std::uint32_t row);
    bool insertBit(std::uint32_t row);

    std::size_t rows_, size_;
    bool dense_;                         // a bit a row where that takes less room than a hash table
    std::uint32_t mask_ = 0;             // hash table: places − 1
    std::vector<std::uint32_t> places_;  // hash table: row + 1, 0 for empty
    std::vector<std::uint64_t> bits_;
};

}  // namespace telltale
