// Growing isolation trees. A node only looks at minima, maxima and counts of its rows, so nothing but the order of the
// random draws and of the rows fixes the bits. The values of the drawn feature are gathered once a node, straight from
// the matrix: the loads do not depend on each other, and a tree touches only the features that it draws.

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/isolation-forest/isolation-forest.h"
#include "kernels/isolation-forest/sample-rows.h"
#include "math/random.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

struct Range {
    double low, high;
};

// A point in [low, high), drawn so that nothing overflows; `low` when rounding leaves the interval.
double pointBetween(double u, Range range) {
    double constexpr kMax = std::numeric_limits<double>::max();
    double const from = range.low < -kMax ? -kMax : range.low;
    double const to = range.high > kMax ? kMax : range.high;
    double const point = (1 - u) * from + u * to;
    return point >= range.low && point < range.high ? point : range.low;
}

class TreeGrower {
  public:
    explicit TreeGrower(IsolationForestFit const& fit)
        : fit_(fit),
          sampler_(fit.rows, fit.sample_size),
          rows_(fit.sample_size),
          behind_(fit.sample_size),
          dots_(fit.sample_size),
          candidates_(fit.cols),
          random_(0, 0) {}

    void grow(std::size_t tree) {
        random_ = Random(fit_.seed, fit_.first_tree + static_cast<std::uint32_t>(tree));
        base_ = tree * fit_.node_capacity;
        next_ = 0;
        sampler_.draw(random_, rows_.data());
        if (fit_.cols <= kPrefetchedColumns) {
            for (std::int32_t const row : rows_) prefetchRow(fit_.x + static_cast<std::size_t>(row) * fit_.cols);
        }
        for (std::size_t j = 0; j < fit_.cols; j++) candidates_[j] = static_cast<std::int32_t>(j);
        node(0, fit_.sample_size, 0, fit_.cols);
        fit_.node_count[tree] = static_cast<std::int32_t>(next_);
    }

  private:
    static constexpr std::size_t kPrefetchedColumns = 32;  // of wider rows most of what is fetched would not be used

    void prefetchRow(double const* row) const {
        for (std::size_t j = 0; j < fit_.cols; j += 8) __builtin_prefetch(row + j);
        __builtin_prefetch(row + fit_.cols - 1);
    }

    // Writes the node of rows_[from … to) and, after it, its left and then its right subtree.
    void node(std::size_t from, std::size_t to, std::size_t depth, std::size_t candidates) {
        if (next_ >= fit_.node_capacity) {
            throw std::length_error("a tree needs more than nodeCapacity = " + std::to_string(fit_.node_capacity) +
                                    " nodes");
        }
        std::size_t const node = base_ + next_++;
        std::size_t const size = to - from;
        fit_.count[node] = static_cast<std::int32_t>(size);
        fit_.right[node] = 0;
        fit_.missing_left[node] = 0;
        for (std::size_t k = node * fit_.ndim; k < (node + 1) * fit_.ndim; k++) fit_.features[k] = -1;
        fit_.value[node] = static_cast<double>(depth) + fit_.average_path[size];
        if (size <= 1 || depth >= fit_.max_depth) return;

        std::size_t const varying =
            fit_.ndim == 1 ? axisSplit(node, from, to, candidates) : planeSplit(node, from, to, candidates);
        if (varying == 0) return;
        std::size_t const middle = partition(node, from, to);
        this->node(from, middle, depth + 1, varying);
        fit_.right[node] = static_cast<std::int32_t>(base_ + next_ - node);
        this->node(middle, to, depth + 1, varying);
    }

    // Draws a feature that varies in the node, and a threshold; returns how many candidates are left, 0 for a leaf.
    // Leaves the feature's values in dots_.
    std::size_t axisSplit(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates) {
        Range range;
        std::size_t const left = drawVarying(from, to, candidates, 0, range);
        if (left == 0) return 0;
        fit_.features[node] = candidates_[0];
        fit_.value[node] = pointBetween(random_.uniform(), range);
        return left;
    }

    // Draws a hyperplane: a normal with up to ndim coefficients through a point, uniform in the box of the node's rows.
    std::size_t planeSplit(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates) {
        std::int32_t* const features = fit_.features + node * fit_.ndim;
        double* const coefficients = fit_.coefficients + node * fit_.ndim;
        std::size_t left = candidates;
        std::size_t taken = 0;
        double threshold = 0;
        while (taken < fit_.ndim && taken < left) {
            Range range;
            std::size_t const remaining = drawVarying(from, to, left, taken, range);
            if (remaining == 0) {
                left = taken;  // the rest is constant here
                break;
            }
            left = remaining;
            double const coefficient = random_.normal();
            features[taken] = candidates_[taken];
            coefficients[taken] = coefficient;
            threshold += coefficient * pointBetween(random_.uniform(), range);
            taken++;
        }
        if (taken == 0) return 0;
        fit_.value[node] = threshold;
        for (std::size_t i = from; i < to; i++) {
            double const* const row = fit_.x + static_cast<std::size_t>(rows_[i]) * fit_.cols;
            double dot = 0;
            for (std::size_t k = 0; k < taken; k++) dot += coefficients[k] * row[features[k]];
            dots_[i] = dot;
        }
        return left;
    }

    // Draws a feature among candidates_[taken … candidates) until one varies, and swaps it to place `taken`; those
    // found constant go behind the end. Returns the new end, or 0 when none varies.
    std::size_t drawVarying(std::size_t from, std::size_t to, std::size_t candidates, std::size_t taken, Range& range) {
        for (std::size_t end = candidates; end > taken;) {
            std::size_t const pick =
                taken + static_cast<std::size_t>(random_.below(static_cast<std::int64_t>(end - taken)));
            gather(candidates_[pick], from, to);
            range = rangeOf(from, to);
            if (range.low < range.high) {
                std::swap(candidates_[pick], candidates_[taken]);
                return end;
            }
            end--;
            std::swap(candidates_[pick], candidates_[end]);
        }
        return 0;
    }

    void gather(std::int32_t feature, std::size_t from, std::size_t to) {
        double const* const column = fit_.x + feature;
        for (std::size_t i = from; i < to; i++) dots_[i] = column[static_cast<std::size_t>(rows_[i]) * fit_.cols];
    }

    // Smallest and largest value present in dots_[from … to); low is not below high when there are no two.
    Range rangeOf(std::size_t from, std::size_t to) const {
        constexpr std::size_t kLanes = 4;
        double low[kLanes], high[kLanes];
        for (std::size_t lane = 0; lane < kLanes; lane++) {
            low[lane] = std::numeric_limits<double>::infinity();
            high[lane] = -std::numeric_limits<double>::infinity();
        }
        std::size_t i = from;
        for (; i + kLanes <= to; i += kLanes) {
            for (std::size_t lane = 0; lane < kLanes; lane++) {
                double const v = dots_[i + lane];
                low[lane] = v < low[lane] ? v : low[lane];
                high[lane] = v > high[lane] ? v : high[lane];
            }
        }
        for (; i < to; i++) {
            low[0] = dots_[i] < low[0] ? dots_[i] : low[0];
            high[0] = dots_[i] > high[0] ? dots_[i] : high[0];
        }
        Range range{low[0], high[0]};
        for (std::size_t lane = 1; lane < kLanes; lane++) {
            range.low = low[lane] < range.low ? low[lane] : range.low;
            range.high = high[lane] > range.high ? high[lane] : range.high;
        }
        if (range.low ==
            0) {  // 0 and −0 are equal: the reference keeps the one that comes first, and it may be the threshold
            for (i = from; i < to; i++) {
                if (dots_[i] == 0) {
                    range.low = dots_[i];
                    break;
                }
            }
        }
        return range;
    }

    // Left rows first; rows whose value is missing join the larger side. Returns where the right side begins.
    std::size_t partition(std::size_t node, std::size_t from, std::size_t to) {
        double const threshold = fit_.value[node];
        std::size_t lefts = 0, rights = 0;
        for (std::size_t i = from; i < to; i++) {
            lefts += dots_[i] <= threshold;
            rights += dots_[i] > threshold;
        }
        bool const missingLeft = lefts >= rights;
        fit_.missing_left[node] = missingLeft;
        std::size_t middle = from, right = 0;
        for (std::size_t i = from; i < to; i++) {
            double const dot = dots_[i];
            bool const left = missingLeft ? !(dot > threshold) : dot <= threshold;
            std::int32_t const row = rows_[i];
            rows_[middle] = row;  // written to both sides; only one of them moves on
            behind_[right] = row;
            middle += left;
            right += !left;
        }
        for (std::size_t i = 0; i < right; i++) rows_[middle + i] = behind_[i];
        return middle;
    }

    IsolationForestFit const& fit_;
    RowSampler sampler_;
    std::vector<std::int32_t> rows_;
    std::vector<std::int32_t> behind_;
    std::vector<double> dots_;
    std::vector<std::int32_t> candidates_;  // those that may still vary stand in front; constant ones behind
    Random random_;
    std::size_t base_ = 0, next_ = 0;
};

}  // namespace

void isolationForestFit(int threads, IsolationForestFit const& fit) {
    // A thread is worth starting for some hundred microseconds of work. A grower's memory grows with the sample, so
    // each serves several trees.
    constexpr std::size_t kRowsPerThread = 4096;
    std::size_t const worthwhile = fit.trees * fit.sample_size / kRowsPerThread + 1;
    std::size_t const workers = std::min(static_cast<std::size_t>(std::max(threads, 1)), worthwhile);
    std::size_t const grain = workers == 1 ? fit.trees : fit.trees / (workers * 4) + 1;
    parallelFor(fit.trees, grain, static_cast<int>(workers), [&](std::size_t begin, std::size_t end) {
        TreeGrower grower(fit);
        for (std::size_t tree = begin; tree < end; tree++) grower.grow(tree);
    });
}

}  // namespace telltale
