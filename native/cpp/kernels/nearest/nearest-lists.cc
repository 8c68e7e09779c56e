#include "kernels/nearest/nearest-lists.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace telltale {

NearestListMemory::NearestListMemory(std::size_t lists, std::size_t k)
    : totals_(lists * nearestStride(k)),
      rows_(lists * nearestStride(k)),
      limits_(lists),
      worst_(lists),
      slots_(lists),
      view_{k, nearestStride(k), totals_.data(), rows_.data(), limits_.data(), worst_.data(), slots_.data()} {
    clear(lists);
}

void nearestClear(NearestLists const& lists, std::size_t i) {
    constexpr double kNone = std::numeric_limits<double>::infinity();
    constexpr std::int32_t kNoRow = std::numeric_limits<std::int32_t>::max();
    double* const totals = lists.totals + i * lists.stride;
    std::fill_n(totals, lists.k, kNone);
    std::fill(totals + lists.k, totals + lists.stride, -kNone);
    std::fill_n(lists.rows + i * lists.stride, lists.stride, kNoRow);
    lists.limits[i] = kNone;
    lists.worst[i] = kNoRow;
    lists.slots[i] = 0;
}

void NearestListMemory::clear(std::size_t lists) {
    for (std::size_t i = 0; i < lists; i++) nearestClear(view_, i);
}

bool nearestSortLong(NearestLists const& lists, std::size_t i, double* totals, std::int32_t* rows) {
    std::vector<std::pair<double, std::int32_t>> found(lists.k);
    for (std::size_t n = 0; n < lists.k; n++) {
        found[n] = {lists.totals[i * lists.stride + n], lists.rows[i * lists.stride + n]};
    }
    std::sort(found.begin(), found.end());
    for (std::size_t n = 0; n < lists.k; n++) {
        totals[n] = found[n].first;
        rows[n] = found[n].second;
    }
    return found.back().second != std::numeric_limits<std::int32_t>::max();
}

}  // namespace telltale
