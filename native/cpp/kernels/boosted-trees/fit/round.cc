#include <algorithm>
#include <stdexcept>
#include <string>

#include "kernels/boosted-trees/fit/grow.h"
#include "math/random.h"

namespace telltale {

namespace {

constexpr std::uint32_t kStreams = 4;  // of the seed, that a tree may draw from

void check(BoostedTreesRound const& work) {
    if (work.bin_start[0] != 0) throw std::invalid_argument("binStart: the first column begins at 0");
    for (std::size_t j = 0; j < work.cols; j++) {
        std::int64_t const bins = std::int64_t{work.bin_start[j + 1]} - work.bin_start[j];
        std::int64_t const missing = work.missing_bin[j], categories = work.categories[j];
        std::int64_t const known = missing < 0 ? bins : bins - 1;
        bool const wrong = bins > (work.code_bytes == 1 ? 256 : 65536) || known < 1 ||
                           (missing >= 0 && missing != bins - 1) || (categories != 0 && categories != known) ||
                           categories > 32 * static_cast<std::int64_t>(work.category_words);
        if (wrong) throw std::invalid_argument("binStart: the bins of column " + std::to_string(j) + " are impossible");
    }
}

std::size_t sampleRows(BoostedTreesRound const& work, std::uint32_t stream, std::uint32_t* rows) {
    if (work.subsample >= 1) {
        for (std::size_t i = 0; i < work.train_rows; i++) rows[i] = static_cast<std::uint32_t>(i);
        return work.train_rows;
    }
    Random random(work.seed, stream);
    std::size_t count = 0;
    for (std::size_t i = 0; i < work.train_rows; i++) {
        rows[count] = static_cast<std::uint32_t>(i);
        count += random.uniform() < work.subsample ? 1 : 0;
    }
    return count;
}

}  // namespace

std::size_t roundWorkspace(BoostedTreesRound const& work) {
    auto const bins = static_cast<std::size_t>(work.bin_start[work.cols]);
    return work.train_rows * (work.outputs + 1) +
           2 * histogramPairs(work.stride, work.code_bytes, bins) * work.histograms + 64;
}

void boostedTreesRound(Isa isa, int threads, BoostedTreesRound const& work) {
    check(work);
    if (work.workspace_length < roundWorkspace(work)) {
        throw std::invalid_argument("workspace: expected at least " + std::to_string(roundWorkspace(work)) +
                                    " numbers; found " + std::to_string(work.workspace_length));
    }
    // Pairs of every output, two lists of rows, then histograms on a line of the cache.
    auto* const pairs = reinterpret_cast<DerivativePair*>(work.workspace);
    auto* const rows = reinterpret_cast<std::uint32_t*>(work.workspace + work.train_rows * work.outputs);
    auto const behind = reinterpret_cast<std::uintptr_t>(rows + 2 * work.train_rows);
    GrowthRoom room{rows, 0, rows + work.train_rows,
                    reinterpret_cast<std::int64_t*>((behind + 63) & ~std::uintptr_t{63}), work.histograms};
    DerivativeUnits const units = derivatives(isa, threads, work, pairs);
    for (std::size_t output = 0; output < work.outputs; output++) {
        auto const tree = work.round * static_cast<std::uint32_t>(work.outputs) + static_cast<std::uint32_t>(output);
        room.count = sampleRows(work, tree * kStreams, rows);
        DerivativePair const* const own = pairs + output * work.train_rows;
        ColumnSample columns(work, tree * kStreams);
        HistogramBuilder builder(isa, work, own);
        SplitSearch const search(isa, work, units, builder.place());
        TreeGrower grower(work, output, own, room, columns, builder, search, threads);
        grower.grow();
        grower.addToMargins();
    }
}

}  // namespace telltale
