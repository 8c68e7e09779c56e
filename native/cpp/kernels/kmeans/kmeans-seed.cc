#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "kernels/distance/row-distances.h"
#include "kernels/kmeans/kmeans.h"
#include "math/random.h"
#include "threads/parallel.h"

namespace telltale {

std::size_t kmeansBlockRows(std::size_t rows) {
    constexpr std::size_t kMostBlocks = 128, kLeastBlockRows = 1024;
    return std::max(kLeastBlockRows, (rows + kMostBlocks * 64 - 1) / (kMostBlocks * 64) * 64);
}

namespace {

// The first row at which the squared distances add up to more than `target`: block by block, then row by row. Where
// rounding lets none get there, the last one at a distance.
std::size_t drawnRow(double target, double const* nearest, std::size_t rows, std::vector<double> const& sums,
                     std::size_t blockRows) {
    double before = 0;
    std::size_t block = 0;
    bool reached = false;
    for (std::size_t b = 0; b < sums.size() && !reached; b++) {
        if (sums[b] > 0) block = b;
        reached = before + sums[b] > target;
        if (reached) block = b;
        if (!reached) before += sums[b];
    }
    std::size_t const from = block * blockRows;
    std::size_t const to = std::min(rows, from + blockRows);
    std::size_t row = from;
    for (std::size_t i = from; i < to; i++) {
        if (!(nearest[i] > 0)) continue;
        row = i;
        before += nearest[i];
        if (reached && before > target) break;
    }
    return row;
}

double sumInOrder(double const* values, std::size_t count) {
    double total = 0;
    for (std::size_t i = 0; i < count; i++) total += values[i];
    return total;
}

class Seeding {
  public:
    Seeding(Isa isa, int threads, KmeansSeed const& seed)
        : seed_(seed),
          distances_(rowDistances(isa)),
          threads_(threads),
          block_rows_(kmeansBlockRows(seed.rows)),
          blocks_((seed.rows + block_rows_ - 1) / block_rows_) {}

    // Draws centroid c; false when no row is at a distance from those there are.
    bool draw(std::size_t c) {
        Random random(seed_.seed, seed_.stream + static_cast<std::uint32_t>(c));
        std::size_t chosen;
        if (c == 0) {
            chosen = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(seed_.rows)));
            std::fill(seed_.nearest, seed_.nearest + seed_.rows, std::numeric_limits<double>::infinity());
        } else {
            std::vector<double> sums(blocks_);
            for (std::size_t b = 0; b < blocks_; b++) {
                std::size_t const from = b * block_rows_;
                sums[b] = distances_.sum(seed_.nearest + from, std::min(block_rows_, seed_.rows - from));
            }
            double const total = sumInOrder(sums.data(), sums.size());
            if (!(total > 0)) return false;
            std::vector<std::size_t> candidates(seed_.trials);
            for (std::size_t& row : candidates) {
                row = drawnRow(random.uniform() * total, seed_.nearest, seed_.rows, sums, block_rows_);
            }
            chosen = best(candidates);
        }
        double const* const row = seed_.x + chosen * seed_.cols;
        std::copy(row, row + seed_.cols, seed_.centroids + c * seed_.cols);
        std::vector<double> ignored(blocks_);
        lower({chosen}, true, ignored.data());
        return true;
    }

  private:
    // The candidate that leaves the least sum, the first of several.
    std::size_t best(std::vector<std::size_t> const& candidates) {
        if (candidates.size() == 1) return candidates[0];
        std::vector<double> sums(candidates.size() * blocks_);
        lower(candidates, false, sums.data());
        std::size_t least = 0;
        double total = sumInOrder(sums.data(), blocks_);
        for (std::size_t t = 1; t < candidates.size(); t++) {
            double const other = sumInOrder(sums.data() + t * blocks_, blocks_);
            if (other < total) {
                total = other;
                least = t;
            }
        }
        return candidates[least];
    }

    // The sums of each block if a candidate were a centroid, one after the other: candidates x blocks. With `keep` the
    // distances are kept too.
    void lower(std::vector<std::size_t> const& candidates, bool keep, double* sums) {
        parallelFor(blocks_, 1, threads_, [&](std::size_t begin, std::size_t end) {
            std::vector<double> found(block_rows_);
            for (std::size_t b = begin; b < end; b++) {
                std::size_t const from = b * block_rows_;
                std::size_t const count = std::min(block_rows_, seed_.rows - from);
                for (std::size_t t = 0; t < candidates.size(); t++) {
                    distances_.toPoint(seed_.x + from * seed_.cols, count, seed_.cols,
                                       seed_.x + candidates[t] * seed_.cols, found.data());
                    sums[t * blocks_ + b] = distances_.sumLeast(seed_.nearest + from, found.data(), count, keep);
                }
            }
        });
    }

    KmeansSeed const& seed_;
    RowDistances const& distances_;
    int threads_;
    std::size_t block_rows_, blocks_;
};

}  // namespace

void kmeansSeed(Isa isa, int threads, KmeansSeed const& seed) {
    Seeding seeding(isa, threads, seed);
    for (std::size_t c = seed.from; c < seed.to; c++) {
        if (*seed.found != static_cast<std::int32_t>(c) || !seeding.draw(c)) return;
        *seed.found = static_cast<std::int32_t>(c + 1);
    }
}

}  // namespace telltale
