#include "kernels/boosted-trees/fit/splits.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/elementary.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr double kLeastGain = 1e-6;
constexpr std::int64_t kRounderBits = 0x4338000000000000;
constexpr std::size_t kScanLanes = 8;
constexpr std::size_t kColumnsPerRange = 8;

double shrunk(double first, double alpha) { return first > alpha ? first - alpha : first < -alpha ? first + alpha : 0; }

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/boosted-trees/fit/scan-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using ScanFn = void (*)(ScanRules const& rules, std::int64_t const* first, std::int64_t const* second, std::size_t last,
                        ScanBest& best);

}  // namespace

// The best split so far while columns are looked at in their order.
struct SplitSearch::Candidates {
    SplitSearch const& search;
    NodeSums const& node;
    std::int64_t const* sums;
    ScanFn scan;
    ScanRules rules;
    double best = -std::numeric_limits<double>::infinity();
    Split split{};
    std::vector<std::int64_t> first{}, second{};
    std::vector<double> keys{};
    std::vector<std::int32_t> order{};

    struct Bins {
        std::int64_t const* sums;
        std::size_t count;
        std::int64_t missing_first, missing_second;
        bool some;
    };

    Bins binsOf(std::int32_t column) const {
        BoostedTreesRound const& work = search.work_;
        auto const j = static_cast<std::size_t>(column);
        std::int64_t const* const own = sums + 2 * search.place_[j];
        std::int32_t const missing = work.missing_bin[j];
        auto const all = static_cast<std::size_t>(work.bin_start[j + 1] - work.bin_start[j]);
        if (missing < 0) return {own, all, 0, 0, false};
        std::int64_t const f = own[2 * missing], s = own[2 * missing + 1];
        return {own, static_cast<std::size_t>(missing), f, s, f != 0 || s != 0};
    }

    double score(double f, double s) const {
        BoostedTreesRound const& work = search.work_;
        if (work.monotone == nullptr) {
            double const t = shrunk(f, work.alpha);
            return (t * t) / (s + work.lambda);
        }
        double const w = search.clampedWeight(f, s, node.low, node.high);
        return -(2 * f * w + (s + work.lambda) * (w * w) + 2 * work.alpha * std::fabs(w));
    }

    void consider(std::int32_t column, std::int64_t left_first, std::int64_t left_second, std::int32_t bin,
                  bool default_left, std::int32_t const* right, std::size_t rights) {
        double const lf = static_cast<double>(left_first) * rules.first_unit;
        double const ls = static_cast<double>(left_second) * rules.second_unit;
        double const rf = rules.first - lf, rs = rules.second - ls;
        if (!(ls > 0 && rs > 0 && ls >= rules.least_second && rs >= rules.least_second)) return;
        double const found = score(lf, ls) + score(rf, rs);
        if (!(found > best)) return;
        std::int32_t const direction = search.work_.monotone == nullptr ? 0 : search.work_.monotone[column];
        if (direction != 0) {
            double const l = search.clampedWeight(lf, ls, node.low, node.high);
            double const r = search.clampedWeight(rf, rs, node.low, node.high);
            if (direction > 0 ? l > r : l < r) return;
        }
        best = found;
        split.column = column;
        split.bin = bin;
        split.default_left = default_left;
        split.left_first = left_first;
        split.left_second = left_second;
        split.right.assign(right, right + rights);
    }

    void numeric(std::int32_t column) {
        Bins const bins = binsOf(column);
        first.resize(bins.count + kScanLanes);
        second.resize(bins.count + kScanLanes);
        for (int pass = 0; pass < (bins.some ? 2 : 1); pass++) {
            bool const default_left = pass == 1;
            std::size_t const last = bins.some && !default_left ? bins.count : bins.count - 1;
            if (search.work_.monotone != nullptr) {
                std::int64_t f = default_left ? bins.missing_first : 0, s = default_left ? bins.missing_second : 0;
                for (std::size_t b = 0; b < last; b++) {
                    f += bins.sums[2 * b];
                    s += bins.sums[2 * b + 1];
                    consider(column, f, s, static_cast<std::int32_t>(b), default_left, nullptr, 0);
                }
                continue;
            }
            std::int64_t f = default_left ? bins.missing_first : 0, s = default_left ? bins.missing_second : 0;
            for (std::size_t b = 0; b < last; b++) {
                f += bins.sums[2 * b];
                s += bins.sums[2 * b + 1];
                first[b] = f;
                second[b] = s;
            }
            ScanBest found{best, -1};
            scan(rules, first.data(), second.data(), last, found);
            if (found.bin < 0) continue;
            auto const b = static_cast<std::size_t>(found.bin);
            best = found.score;
            split = {0, column, static_cast<std::int32_t>(b), default_left, first[b], second[b], {}};
        }
    }

    void oneHot(std::int32_t column) {
        Bins const bins = binsOf(column);
        for (int pass = 0; pass < (bins.some ? 2 : 1); pass++) {
            bool const default_left = pass == 0;
            for (std::size_t c = 0; c < bins.count; c++) {
                std::int64_t f = bins.sums[2 * c], s = bins.sums[2 * c + 1];
                if (s <= 0) continue;
                if (!default_left) {
                    f += bins.missing_first;
                    s += bins.missing_second;
                }
                auto const category = static_cast<std::int32_t>(c);
                consider(column, node.first - f, node.second - s, -1, default_left, &category, 1);
            }
        }
    }

    void partition(std::int32_t column) {
        BoostedTreesRound const& work = search.work_;
        Bins const bins = binsOf(column);
        keys.resize(bins.count);
        order.clear();
        for (std::size_t c = 0; c < bins.count; c++) {
            if (bins.sums[2 * c + 1] <= 0) continue;
            double const f = static_cast<double>(bins.sums[2 * c]) * rules.first_unit;
            double const s = static_cast<double>(bins.sums[2 * c + 1]) * rules.second_unit;
            keys[c] = -f / (s + work.lambda);
            order.push_back(static_cast<std::int32_t>(c));
        }
        std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
            double const ka = keys[static_cast<std::size_t>(a)], kb = keys[static_cast<std::size_t>(b)];
            return ka != kb ? ka < kb : a < b;
        });
        std::size_t const most = std::min(work.max_cat_threshold, order.size());
        for (int end = 0; end < 2; end++) {
            for (int pass = 0; pass < (bins.some ? 2 : 1); pass++) {
                bool const default_left = pass == 0;
                std::int64_t f = default_left ? 0 : bins.missing_first, s = default_left ? 0 : bins.missing_second;
                for (std::size_t k = 0; k < most; k++) {
                    f += bins.sums[2 * order[k]];
                    s += bins.sums[2 * order[k] + 1];
                    consider(column, node.first - f, node.second - s, -1, default_left, order.data(), k + 1);
                }
            }
            std::reverse(order.begin(), order.end());
        }
    }
};

SplitSearch::SplitSearch(Isa isa, BoostedTreesRound const& work, DerivativeUnits units, std::size_t const* place)
    : isa_(isa), work_(work), units_(units), place_(place) {}

Split SplitSearch::best(NodeSums const& node, std::int64_t const* sums, std::vector<std::int32_t> const& columns,
                        int threads) const {
    static constexpr ScanFn kVariants[] = TT_VARIANTS(scanCuts);
    ScanRules const rules{static_cast<double>(node.first) * units_.first,
                          static_cast<double>(node.second) * units_.second,
                          units_.first,
                          units_.second,
                          work_.lambda,
                          work_.alpha,
                          work_.min_child_weight};
    if (!(rules.second > 0)) return {};
    std::size_t const grain = threads > 1 ? kColumnsPerRange : columns.size();
    std::size_t const ranges = (columns.size() + grain - 1) / grain;
    std::vector<Candidates> found;
    found.reserve(ranges);
    for (std::size_t r = 0; r < ranges; r++) found.push_back({*this, node, sums, pick(kVariants, isa_), rules});
    parallelFor(ranges, 1, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; r++) {
            for (std::size_t k = r * grain; k < std::min((r + 1) * grain, columns.size()); k++) {
                auto const categories = static_cast<std::size_t>(work_.categories[columns[k]]);
                if (categories == 0) {
                    found[r].numeric(columns[k]);
                } else if (categories < work_.max_cat_to_onehot) {
                    found[r].oneHot(columns[k]);
                } else {
                    found[r].partition(columns[k]);
                }
            }
        }
    });
    Candidates* winner = &found[0];
    for (Candidates& each : found) winner = each.best > winner->best ? &each : winner;
    if (winner->split.column < 0) return {};
    double const gain = winner->best - winner->score(rules.first, rules.second);
    if (!(gain > kLeastGain && gain >= work_.gamma)) return {};
    winner->split.gain = gain;
    return std::move(winner->split);
}

double SplitSearch::clampedWeight(double first, double second, double low, double high) const {
    double const w = -shrunk(first, work_.alpha) / (second + work_.lambda);
    return w < low ? low : w > high ? high : w;
}

double SplitSearch::weight(NodeSums const& node) const {
    double const sum = second(node);
    if (sum <= 0 || sum < work_.min_child_weight) return 0;
    return clampedWeight(static_cast<double>(node.first) * units_.first, sum, node.low, node.high);
}

void SplitSearch::bound(NodeSums const& node, Split const& split, NodeSums& left, NodeSums& right) const {
    left = {split.left_first, split.left_second, node.low, node.high};
    right = {node.first - split.left_first, node.second - split.left_second, node.low, node.high};
    std::int32_t const direction = work_.monotone == nullptr ? 0 : work_.monotone[split.column];
    if (direction == 0) return;
    double const l = clampedWeight(static_cast<double>(left.first) * units_.first,
                                   static_cast<double>(left.second) * units_.second, node.low, node.high);
    double const r = clampedWeight(static_cast<double>(right.first) * units_.first,
                                   static_cast<double>(right.second) * units_.second, node.low, node.high);
    double const middle = (l + r) / 2;
    (direction > 0 ? left : right).high = middle;
    (direction > 0 ? right : left).low = middle;
}

}  // namespace telltale
