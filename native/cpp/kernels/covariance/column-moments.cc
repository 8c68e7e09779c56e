#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "kernels/covariance/covariance.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#define TT_BODY "kernels/covariance/column-moments-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using MomentBlockFn = double (*)(double const* const* rows, double const* weights, std::size_t count, std::size_t cols,
                                 std::size_t width, double* panel, double* mean, double* products);

// Blocks a thread does before the joining, which is done in order.
constexpr std::size_t kBlocksPerThread = 16;
constexpr std::size_t kMostRoundValues = std::size_t{1} << 24;

// The moments of a block, where they lie with rows of `width`.
void joinBlock(ColumnMoments const& work, double added_rows, std::size_t width, double const* blockMean,
               double const* products, std::vector<double>& delta) {
    std::size_t const cols = work.cols;
    double const before = *work.count;
    double const after = before + added_rows;
    *work.count = after;
    if (before == 0) {
        std::memcpy(work.mean, blockMean, cols * sizeof(double));
        for (std::size_t i = 0; i < cols; i++) {
            std::memcpy(work.scatter + i * cols, products + i * width, (i + 1) * sizeof(double));
        }
        return;
    }
    double const weight = (before * added_rows) / after;
    double const share = added_rows / after;
    for (std::size_t j = 0; j < cols; j++) delta[j] = blockMean[j] - work.mean[j];
    for (std::size_t i = 0; i < cols; i++) {
        double* const to = work.scatter + i * cols;
        double const* const from = products + i * width;
        for (std::size_t j = 0; j <= i; j++) to[j] = to[j] + (from[j] + delta[i] * delta[j] * weight);
        work.mean[i] = work.mean[i] + delta[i] * share;
    }
}

}  // namespace

void columnMoments(Isa isa, int threads, ColumnMoments const& work) {
    static constexpr MomentBlockFn kVariants[] = TT_VARIANTS(momentBlock);
    MomentBlockFn const block = pick(kVariants, isa);
    std::size_t const cols = work.cols;
    std::size_t const width = (cols + 7) / 8 * 8;
    std::size_t const values = width + width * width;
    std::size_t const blocks = (work.to - work.from + kMomentBlockRows - 1) / kMomentBlockRows;
    auto const workers = static_cast<std::size_t>(std::max(1, threads));
    std::size_t const wanted = workers == 1 ? 1 : workers * kBlocksPerThread;
    std::size_t const round = std::max<std::size_t>(1, std::min({blocks, wanted, kMostRoundValues / values}));
    std::vector<double> made(round * values);
    std::vector<double> added(round);
    std::vector<double> delta(cols);
    for (std::size_t first = 0; first < blocks; first += round) {
        std::size_t const count = std::min(round, blocks - first);
        auto const rowsOf = [&](std::size_t b) {
            std::size_t const at = work.from + (first + b) * kMomentBlockRows;
            return std::min(kMomentBlockRows, work.to - at);
        };
        parallelFor(count, 4, threads, [&](std::size_t begin, std::size_t end) {
            thread_local std::vector<double> panel;
            panel.resize(std::max(panel.size(), 2 * kMomentBlockRows * width));
            double const* rows[kMomentBlockRows];
            double weights[kMomentBlockRows];
            for (std::size_t b = begin; b < end; b++) {
                std::size_t const at = work.from + (first + b) * kMomentBlockRows;
                std::size_t taken = 0;
                for (std::size_t place = at; place < at + rowsOf(b); place++) {
                    std::size_t row = place;
                    if (work.index != nullptr) {
                        row = static_cast<std::uint32_t>(work.index[row]);
                        if (row >= work.rows) throw std::invalid_argument("index: expected rows of x");
                    }
                    if (work.weights != nullptr) {
                        if (work.weights[row] == 0) continue;
                        weights[taken] = work.weights[row];
                    }
                    rows[taken++] = work.x + row * cols;
                }
                double* const mean = made.data() + b * values;
                double const* const own = work.weights == nullptr ? nullptr : weights;
                added[b] = block(rows, own, taken, cols, width, panel.data(), mean, mean + width);
            }
        });
        for (std::size_t b = 0; b < count; b++) {
            double const* const mean = made.data() + b * values;
            if (added[b] != 0) joinBlock(work, added[b], width, mean, mean + width, delta);
        }
    }
    for (std::size_t i = 0; i < cols; i++) {
        for (std::size_t j = 0; j < i; j++) work.scatter[j * cols + i] = work.scatter[i * cols + j];
    }
}

}  // namespace telltale
