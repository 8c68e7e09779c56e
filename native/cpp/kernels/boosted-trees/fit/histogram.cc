#include "kernels/boosted-trees/fit/histogram.h"

#include <algorithm>
#include <cstring>

#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kHistogramTile = 1024;          // rows; 32 KiB of codes where there are 32 columns
constexpr std::size_t kValuesForThreads = 1U << 18U;  // below, starting threads takes longer

struct HistogramWork {
    std::uint8_t const* codes;
    std::size_t code_bytes, stride, cols;
    DerivativePair const* pairs;
    std::size_t const* place;
    std::uint8_t const* group_used;
    std::int64_t* sums;
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/boosted-trees/fit/histogram-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using AddRowsFn = void (*)(HistogramWork const& work, std::uint32_t const* rows, std::size_t count, std::size_t from,
                           std::size_t to);

}  // namespace

std::size_t histogramPairs(std::size_t stride, std::size_t code_bytes, std::size_t total_bins) {
    // Behind those of two bytes there is room for any code, so that no code can lead outside.
    return code_bytes == 1 ? stride * kColumnPairs : total_bins + 65536;
}

HistogramBuilder::HistogramBuilder(Isa isa, BoostedTreesRound const& work, DerivativePair const* pairs)
    : isa_(isa),
      work_(work),
      pairs_(pairs),
      place_(work.cols),
      group_used_(work.stride / kCodeColumns),
      column_used_(work.cols),
      pairs_in_all_(histogramPairs(work.stride, work.code_bytes, static_cast<std::size_t>(work.bin_start[work.cols]))) {
    for (std::size_t j = 0; j < work.cols; j++) {
        place_[j] = work.code_bytes == 1 ? j * kColumnPairs : static_cast<std::size_t>(work.bin_start[j]);
    }
}

void HistogramBuilder::use(std::vector<std::int32_t> const& columns) {
    std::fill(group_used_.begin(), group_used_.end(), 0);
    std::fill(column_used_.begin(), column_used_.end(), 0);
    for (std::int32_t const j : columns) {
        group_used_[static_cast<std::size_t>(j) / kCodeColumns] = 1;
        column_used_[static_cast<std::size_t>(j)] = 1;
    }
}

void HistogramBuilder::build(std::uint32_t const* rows, std::size_t count, std::int64_t* sums, int threads) const {
    static constexpr AddRowsFn kVariants[] = TT_VARIANTS(addRows);
    for (std::size_t j = 0; j < work_.cols; j++) {
        if (group_used_[j / kCodeColumns] == 0) continue;
        auto const bins = static_cast<std::size_t>(work_.bin_start[j + 1] - work_.bin_start[j]);
        std::memset(sums + 2 * place_[j], 0, 2 * bins * sizeof *sums);
    }
    HistogramWork const work{work_.codes, work_.code_bytes, work_.stride,       work_.cols,
                             pairs_,      place_.data(),    group_used_.data(), sums};
    std::size_t const groups = group_used_.size();
    bool const several = threads > 1 && count * work_.cols >= kValuesForThreads;
    parallelFor(groups, several ? 1 : groups, several ? threads : 1,
                [&](std::size_t from, std::size_t to) { pick(kVariants, isa_)(work, rows, count, from, to); });
}

void HistogramBuilder::subtract(std::int64_t* from, std::int64_t const* part) const {
    for (std::size_t j = 0; j < work_.cols; j++) {
        if (column_used_[j] == 0) continue;
        std::size_t const begin = 2 * place_[j];
        std::size_t const end = begin + 2 * static_cast<std::size_t>(work_.bin_start[j + 1] - work_.bin_start[j]);
        for (std::size_t k = begin; k < end; k++) from[k] -= part[k];
    }
}

}  // namespace telltale
