#include "kernels/projections/projections.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kProjectionBlock = 512;  // rows; a multiple of every number of lanes
constexpr std::size_t kCounters = 4;           // of each bin, so that one need not wait for the other

struct ProjectionBlocks {
    void (*project)(Projections const& work, double const* columns, std::size_t cut, double* z);
    void (*range)(double const* z, std::size_t count, double* low, double* high);
    void (*places)(double const* z, double low, double high, double scale, std::size_t bins, bool outside,
                   std::int32_t* places);
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/projections/projections-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

ProjectionBlocks const& blocksFor(Isa isa) {
    static constexpr ProjectionBlocks const* kVariants[] = TT_VARIANTS(kProjectionBlocks);
    return *pick(kVariants, isa);
}

void checkFeatures(Projections const& work) {
    auto const cols = static_cast<std::int64_t>(work.cols);
    for (std::size_t k = work.from * work.perCut; k < work.to * work.perCut; k++) {
        if (work.features[k] < 0 || work.features[k] >= cols) {
            throw std::invalid_argument("features: a projection looks at a column that is not there");
        }
    }
}

// Rows of a block, column after column; what is left of the last block is 0.
void transposeBlock(Projections const& work, std::size_t row, std::size_t count, std::vector<double>& columns) {
    for (std::size_t i = 0; i < count; i++) {
        double const* const from = work.x + (row + i) * work.cols;
        for (std::size_t j = 0; j < work.cols; j++) columns[j * kProjectionBlock + i] = from[j];
    }
    for (std::size_t i = count; i < kProjectionBlock; i++) {
        for (std::size_t j = 0; j < work.cols; j++) columns[j * kProjectionBlock + i] = 0;
    }
}

// Tells block after block of rows first ... last the projections of the cuts from ... to.
template <typename Tell>
void eachProjection(ProjectionBlocks const& blocks, Projections const& work, std::size_t first, std::size_t last,
                    std::size_t from, std::size_t to, Tell const& tell) {
    std::vector<double> columns(work.cols * kProjectionBlock);
    alignas(64) double z[kProjectionBlock];
    for (std::size_t row = first; row < last; row += kProjectionBlock) {
        std::size_t const count = std::min(kProjectionBlock, last - row);
        transposeBlock(work, row, count, columns);
        for (std::size_t cut = from; cut < to; cut++) {
            blocks.project(work, columns.data(), cut, z);
            tell(cut, static_cast<double const*>(z), row, count);
        }
    }
}

std::size_t cutsPerThread(Projections const& work, int threads) {
    auto const workers = static_cast<std::size_t>(std::max(threads, 1));
    return std::max<std::size_t>(1, (work.to - work.from + workers - 1) / workers);
}

}  // namespace

void projectionRange(Isa isa, int threads, Projections const& work, double* low, double* high) {
    checkFeatures(work);
    ProjectionBlocks const& blocks = blocksFor(isa);
    parallelFor(work.to - work.from, cutsPerThread(work, threads), threads, [&](std::size_t begin, std::size_t end) {
        std::size_t const from = work.from + begin;
        std::size_t const to = work.from + end;
        std::fill(low + from, low + to, std::numeric_limits<double>::infinity());
        std::fill(high + from, high + to, -std::numeric_limits<double>::infinity());
        eachProjection(blocks, work, 0, work.rows, from, to,
                       [&](std::size_t cut, double const* z, std::size_t, std::size_t count) {
                           blocks.range(z, count, low + cut, high + cut);
                       });
        for (std::size_t cut = from; cut < to; cut++) {
            low[cut] += 0.0;  // one zero
            high[cut] += 0.0;
        }
    });
}

void projectionHistogram(Isa isa, int threads, Projections const& work, ProjectionBins const& bins,
                         std::int32_t* counts) {
    checkFeatures(work);
    ProjectionBlocks const& blocks = blocksFor(isa);
    parallelFor(work.to - work.from, cutsPerThread(work, threads), threads, [&](std::size_t begin, std::size_t end) {
        std::size_t const from = work.from + begin;
        std::size_t const to = work.from + end;
        std::size_t const each = bins.bins;
        std::vector<std::int32_t> counters((to - from) * each * kCounters);
        alignas(64) std::int32_t places[kProjectionBlock];
        eachProjection(blocks, work, 0, work.rows, from, to,
                       [&](std::size_t cut, double const* z, std::size_t, std::size_t count) {
                           blocks.places(z, bins.low[cut], 0, bins.scale[cut], each, false, places);
                           std::int32_t* const own = counters.data() + (cut - from) * each * kCounters;
                           for (std::size_t i = 0; i < count; i++) {
                               // What is not finite has no bin; a fit refuses it before.
                               auto const place = static_cast<std::size_t>(std::max(places[i], 0));
                               own[place * kCounters + i % kCounters]++;
                           }
                       });
        for (std::size_t b = 0; b < (to - from) * each; b++) {
            std::int32_t sum = 0;
            for (std::size_t c = 0; c < kCounters; c++) sum += counters[b * kCounters + c];
            counts[from * each + b] = sum;
        }
    });
}

void projectionScore(Isa isa, int threads, Projections const& work, ProjectionBins const& bins, double const* levels,
                     double* scores) {
    checkFeatures(work);
    ProjectionBlocks const& blocks = blocksFor(isa);
    std::size_t const each = bins.bins + 1;
    auto const cuts = static_cast<double>(work.cuts);
    parallelFor(work.rows, kProjectionBlock * 16, threads, [&](std::size_t first, std::size_t last) {
        std::fill(scores + first, scores + last, 0.0);
        alignas(64) std::int32_t places[kProjectionBlock];
        eachProjection(blocks, work, first, last, 0, work.cuts,
                       [&](std::size_t cut, double const* z, std::size_t row, std::size_t count) {
                           blocks.places(z, bins.low[cut], bins.high[cut], bins.scale[cut], bins.bins, true, places);
                           double const* const own = levels + cut * each;
                           double* const out = scores + row;
                           for (std::size_t i = 0; i < count; i++) out[i] += own[places[i]];
                       });
        for (std::size_t i = first; i < last; i++) scores[i] /= cuts;
    });
}

}  // namespace telltale
