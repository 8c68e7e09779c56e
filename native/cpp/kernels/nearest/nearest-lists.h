// The rows found so far: for each query the k nearest, in no order, the worst of them known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/nearest/cache-lines.h"

namespace telltale {

// List i has its totals and rows from place i * stride; behind the k are totals that are never the worst. A place where
// no row has been found has an infinite total and the largest number as row.
struct NearestLists {
    std::size_t k, stride;
    double* totals;
    std::int32_t* rows;
    double* limits;       // of each list the worst total
    std::int32_t* worst;  // its row, the highest among equal totals
    std::int32_t* slots;  // its place in the list, where lists are short enough to be scanned
};

// Lists up to this long are scanned for the worst row; longer ones are heaps.
constexpr std::size_t kNearestScanned = 64;

inline std::size_t nearestStride(std::size_t k) { return (k + 7) & ~std::size_t{7}; }

// Bytes that a list takes.
inline std::size_t nearestListBytes(std::size_t k) { return nearestStride(k) * 12 + 16; }

// Empties list i.
void nearestClear(NearestLists const& lists, std::size_t i);

class NearestListMemory {
  public:
    NearestListMemory(std::size_t lists, std::size_t k);

    // Empties the first lists.
    void clear(std::size_t lists);

    NearestLists const& view() const { return view_; }

  private:
    CacheLines<double> totals_;
    CacheLines<std::int32_t> rows_;
    std::vector<double> limits_;
    std::vector<std::int32_t> worst_, slots_;
    NearestLists view_;
};

// Sorts list i by total, then row, and tells whether it has k rows.
using NearestSortFn = bool (*)(NearestLists const&, std::size_t i, double* totals, std::int32_t* rows);

// The same for lists of any length, without instructions of any set.
bool nearestSortLong(NearestLists const& lists, std::size_t i, double* totals, std::int32_t* rows);

}  // namespace telltale
