// Growing isolation trees. Without splits by gain a node only looks at minima, maxima and counts of its rows, so
// nothing but the order of the random draws and of the rows fixes the bits. The values of the drawn feature are
// gathered once a node, straight from the matrix: the loads do not depend on each other, and a tree touches only the
// features that it draws.

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/isolation-forest/isolation-forest.h"
#include "kernels/isolation-forest/largest-gain.h"
#include "kernels/isolation-forest/sample-rows.h"
#include "kernels/isolation-forest/spread.h"
#include "math/elementary.h"
#include "math/random.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr double kLeastShare = 0x1p-53;  // less of the volume would be a rounding error of the threshold
constexpr double kLog2E = 1.4426950408889634;

class TreeGrower {
  public:
    explicit TreeGrower(IsolationForestFit const& fit)
        : fit_(fit),
          projects_(fit.standardize || fit.density || fit.pooled_gain + fit.averaged_gain > 0),
          sampler_(fit.rows, fit.sample_size),
          rows_(fit.sample_size),
          behind_(fit.sample_size),
          dots_(fit.sample_size),
          search_(fit.pooled_gain + fit.averaged_gain > 0 ? fit.sample_size : 0),
          best_features_(fit.ndim),
          best_coefficients_(fit.ndim),
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
        node(0, fit_.sample_size, 0, fit_.cols, 0);
        fit_.node_count[tree] = static_cast<std::int32_t>(next_);
    }

  private:
    static constexpr std::size_t kPrefetchedColumns = 32;  // of wider rows most of what is fetched would not be used

    void prefetchRow(double const* row) const {
        for (std::size_t j = 0; j < fit_.cols; j += 8) __builtin_prefetch(row + j);
        __builtin_prefetch(row + fit_.cols - 1);
    }

    // Writes the node of rows_[from … to) and, after it, its left and then its right subtree. log_volume: natural
    // logarithm of its share of the volume, 0 where nobody asks.
    void node(std::size_t from, std::size_t to, std::size_t depth, std::size_t candidates, double log_volume) {
        if (next_ >= fit_.node_capacity) {
            throw std::length_error("a tree needs more than nodeCapacity = " + std::to_string(fit_.node_capacity) +
                                    " nodes");
        }
        std::size_t const node = base_ + next_++;
        std::size_t const size = to - from;
        fit_.count[node] = static_cast<std::int32_t>(size);
        fit_.right[node] = 0;
        fit_.missing_left[node] = 0;
        clearFeatures(node);

        std::size_t const varying = size <= 1 || depth >= fit_.max_depth ? 0 : split(node, from, to, candidates);
        if (varying == 0) {
            fit_.value[node] =
                fit_.density
                    ? (log(static_cast<double>(size) / static_cast<double>(fit_.sample_size)) - log_volume) * kLog2E
                    : static_cast<double>(depth) + fit_.average_path[size];
            return;
        }
        double lefts = 0, rights = 0;
        if (fit_.density) {
            lefts = log_volume + log(share(fit_.value[node], range_.low));
            rights = log_volume + log(share(range_.high, fit_.value[node]));
        }
        std::size_t const middle = partition(node, from, to);
        this->node(from, middle, depth + 1, varying, lefts);
        fit_.right[node] = static_cast<std::int32_t>(base_ + next_ - node);
        this->node(middle, to, depth + 1, varying, rights);
    }

    void clearFeatures(std::size_t node) {
        for (std::size_t k = node * fit_.ndim; k < (node + 1) * fit_.ndim; k++) fit_.features[k] = -1;
    }

    // The share of the split's range that lies between two points of it.
    double share(double above, double below) const {
        double const share =
            (finiteOf(above) / 2 - finiteOf(below) / 2) / (finiteOf(range_.high) / 2 - finiteOf(range_.low) / 2);
        return share > kLeastShare ? share : kLeastShare;
    }

    // Splits the node's rows, whose places on the split's axis or normal it leaves in dots_, and their least and
    // largest in range_ (but for planeSplit). Returns how many candidates are left for the children, 0 for a leaf.
    std::size_t split(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates) {
        double const guided = fit_.pooled_gain + fit_.averaged_gain;
        if (guided > 0) {
            double const u = random_.uniform();
            if (u < guided) {
                bool const averaged = u >= fit_.pooled_gain;
                return fit_.ndim == 1 ? bestAxis(node, from, to, candidates, averaged)
                                      : bestPlane(node, from, to, candidates, averaged);
            }
        }
        if (fit_.ndim == 1) return axisSplit(node, from, to, candidates);
        return projects_ ? projectedSplit(node, from, to, candidates) : planeSplit(node, from, to, candidates);
    }

    // Draws a feature that varies in the node, and a threshold.
    std::size_t axisSplit(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates) {
        std::size_t const left = drawVarying(from, to, candidates, 0);
        if (left == 0) return 0;
        fit_.features[node] = candidates_[0];
        fit_.value[node] = pointBetween(random_.uniform(), range_);
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
            std::size_t const remaining = drawVarying(from, to, left, taken);
            if (remaining == 0) {
                left = taken;  // the rest is constant here
                break;
            }
            left = remaining;
            double const coefficient = random_.normal();
            features[taken] = candidates_[taken];
            coefficients[taken] = coefficient;
            threshold += coefficient * pointBetween(random_.uniform(), range_);
            taken++;
        }
        if (taken == 0) return 0;
        fit_.value[node] = threshold;
        project(node, from, to);
        return left;
    }

    // Draws the normal of a hyperplane, and a threshold between the least and the largest of the rows along it.
    std::size_t projectedSplit(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates) {
        std::size_t const left = drawNormal(node, from, to, candidates);
        if (left == 0) return 0;
        double const u = random_.uniform();
        project(node, from, to);
        range_ = rangeOf(from, to);
        if (!(range_.low < range_.high)) return noSplit(node);
        fit_.value[node] = pointBetween(u, range_);
        return left;
    }

    // Takes back the features of a node whose rows all lie on one point of its normal.
    std::size_t noSplit(std::size_t node) {
        clearFeatures(node);
        return 0;
    }

    // Of `candidates` different features the one whose best threshold gains most.
    std::size_t bestAxis(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates, bool averaged) {
        std::size_t left = candidates;
        double best = -std::numeric_limits<double>::infinity();
        std::size_t place = 0;
        bool gathered = false;  // dots_ are those of the best
        for (std::size_t tried = 0; tried < fit_.candidates && tried < left; tried++) {
            std::size_t const remaining = drawVarying(from, to, left, tried);
            gathered = false;
            if (remaining == 0) {
                left = tried;  // the rest is constant here
                break;
            }
            left = remaining;
            GainSplit const found = gain(from, to, averaged);
            if (found.gain > best) {
                best = found.gain;
                place = tried;
                gathered = true;
                fit_.value[node] = found.threshold;
            }
        }
        if (left == 0) return 0;
        fit_.features[node] = candidates_[place];
        if (!gathered) {
            gather(candidates_[place], from, to);
            range_ = rangeOf(from, to);
        }
        return left;
    }

    // Of as many random hyperplanes the one whose best threshold gains most.
    std::size_t bestPlane(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates, bool averaged) {
        std::int32_t* const features = fit_.features + node * fit_.ndim;
        double* const coefficients = fit_.coefficients + node * fit_.ndim;
        double constexpr kNone = -std::numeric_limits<double>::infinity();
        std::size_t left = candidates;
        double best = kNone;
        for (std::size_t tried = 0; tried < fit_.candidates; tried++) {
            left = drawNormal(node, from, to, left);
            if (left == 0) return 0;
            project(node, from, to);
            range_ = rangeOf(from, to);
            if (!(range_.low < range_.high)) continue;
            GainSplit const found = gain(from, to, averaged);
            if (found.gain > best) {
                best = found.gain;
                std::copy_n(features, fit_.ndim, best_features_.begin());
                std::copy_n(coefficients, fit_.ndim, best_coefficients_.begin());
                fit_.value[node] = found.threshold;
            }
        }
        if (best == kNone) return noSplit(node);
        std::copy_n(best_features_.begin(), fit_.ndim, features);
        std::copy_n(best_coefficients_.begin(), fit_.ndim, coefficients);
        project(node, from, to);
        range_ = rangeOf(from, to);
        return left;
    }

    // The largest gain of the values in dots_[from … to), of which range_ has the least and the largest.
    GainSplit gain(std::size_t from, std::size_t to, bool averaged) {
        return search_.largest(dots_.data() + from, to - from, range_, averaged);
    }

    // Draws up to ndim features that vary, and their coefficients; returns how many candidates are left, 0 for none.
    std::size_t drawNormal(std::size_t node, std::size_t from, std::size_t to, std::size_t candidates) {
        std::int32_t* const features = fit_.features + node * fit_.ndim;
        double* const coefficients = fit_.coefficients + node * fit_.ndim;
        std::size_t left = candidates;
        clearFeatures(node);
        std::fill_n(coefficients, fit_.ndim, 0.0);
        for (std::size_t taken = 0; taken < fit_.ndim && taken < left; taken++) {
            std::size_t const remaining = drawVarying(from, to, left, taken);
            if (remaining == 0) return taken;  // the rest is constant here
            left = remaining;
            features[taken] = candidates_[taken];
            double const deviation = fit_.standardize ? deviationOf(dots_.data() + from, to - from, range_) : 1;
            coefficients[taken] = random_.normal() / deviation;
        }
        return left;
    }

    // The place of each row of the node on the normal of its split.
    void project(std::size_t node, std::size_t from, std::size_t to) {
        std::int32_t const* const features = fit_.features + node * fit_.ndim;
        double const* const coefficients = fit_.coefficients + node * fit_.ndim;
        std::size_t taken = 0;
        while (taken < fit_.ndim && features[taken] >= 0) taken++;
        for (std::size_t i = from; i < to; i++) {
            double const* const row = fit_.x + static_cast<std::size_t>(rows_[i]) * fit_.cols;
            double dot = 0;
            for (std::size_t k = 0; k < taken; k++) dot += coefficients[k] * row[features[k]];
            dots_[i] = dot;
        }
    }

    // Draws a feature among candidates_[taken … candidates) until one varies, and swaps it to place `taken`; those
    // found constant go behind the end. Returns the new end, or 0 when none varies; the values of the one found are in
    // dots_, their least and largest in range_.
    std::size_t drawVarying(std::size_t from, std::size_t to, std::size_t candidates, std::size_t taken) {
        for (std::size_t end = candidates; end > taken;) {
            std::size_t const pick =
                taken + static_cast<std::size_t>(random_.below(static_cast<std::int64_t>(end - taken)));
            gather(candidates_[pick], from, to);
            range_ = rangeOf(from, to);
            if (range_.low < range_.high) {
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

    Range rangeOf(std::size_t from, std::size_t to) const { return telltale::rangeOf(dots_.data() + from, to - from); }

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
    bool const projects_;  // thresholds of hyperplanes lie between the rows
    RowSampler sampler_;
    std::vector<std::int32_t> rows_;
    std::vector<std::int32_t> behind_;
    std::vector<double> dots_;
    GainSearch search_;
    std::vector<std::int32_t> best_features_;
    std::vector<double> best_coefficients_;
    Range range_{0, 0};
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
