#include "kernels/isolation-forest/largest-gain.h"

#include <algorithm>
#include <cmath>

namespace telltale {

namespace {

constexpr std::int32_t kFew = 16;  // up to so many values are sorted by insertion

// 0 for what rounding may have made negative.
double positive(double square) { return square > 0 ? square : 0; }

void insert(double* first, double* last) {
    for (double* i = first + 1; i < last; i++) {
        double const v = *i;
        double* at = i;
        for (; at > first && at[-1] > v; at--) *at = at[-1];
        *at = v;
    }
}

}  // namespace

GainSplit GainSearch::largest(double const* values, std::size_t count, Range range, bool averaged) {
    double const low = finiteOf(range.low) / 2;
    double const width = finiteOf(range.high) / 2 - low;
    // Without a width: an infinite value beside the largest finite one.
    if (!(width > 0)) return {0, pointBetween(0.5, range)};
    std::size_t const n = sort(values, count, low, width);
    for (std::size_t i = 0; i < n; i++) unit_[i] = (finiteOf(sorted_[i]) / 2 - low) / width;
    return averaged ? search<true>(n) : search<false>(n);
}

// Puts the values that are there in order; returns how many. As many buckets as values, each sorted on its own.
std::size_t GainSearch::sort(double const* values, std::size_t count, double low, double width) {
    std::size_t n = 0;
    if (count <= static_cast<std::size_t>(kFew)) {
        for (std::size_t i = 0; i < count; i++) {
            sorted_[n] = values[i];
            n += values[i] == values[i];
        }
        insert(sorted_.data(), sorted_.data() + n);
        return n;
    }
    auto const buckets = static_cast<std::int32_t>(count);
    std::fill_n(ends_.begin(), count + 1, 0);
    for (std::size_t i = 0; i < count; i++) {
        double const v = values[i];
        if (!(v == v)) {
            bucket_[i] = -1;
            continue;
        }
        auto const place = static_cast<std::int32_t>((finiteOf(v) / 2 - low) / width * buckets);
        std::int32_t const bucket = place < buckets ? place : buckets - 1;
        bucket_[i] = bucket;
        ends_[static_cast<std::size_t>(bucket) + 1]++;
        n++;
    }
    for (std::size_t b = 0; b < count; b++) ends_[b + 1] += ends_[b];
    for (std::size_t i = 0; i < count; i++) {
        if (bucket_[i] < 0) continue;
        std::int32_t& end = ends_[static_cast<std::size_t>(bucket_[i])];
        sorted_[static_cast<std::size_t>(end++)] = values[i];
    }
    std::int32_t from = 0;
    for (std::size_t b = 0; b < count; b++) {
        std::int32_t const to = ends_[b];
        if (to - from > kFew) {
            std::sort(sorted_.begin() + from, sorted_.begin() + to);
        } else if (to - from > 1) {
            insert(sorted_.data() + from, sorted_.data() + to);
        }
        from = to;
    }
    return n;
}

template <bool kAveraged>
GainSplit GainSearch::search(std::size_t count) {
    double const n = static_cast<double>(count);
    double sum = 0;
    for (std::size_t i = 0; i < count; i++) sum += unit_[i];
    double const mean = sum / n;
    double total = 0, squares = 0;
    for (std::size_t i = 0; i < count; i++) {
        double const d = unit_[i] - mean;
        total += d;
        squares += d * d;
        sums_[i] = total;
        squares_[i] = squares;
    }
    double const spread = n * squares - total * total;
    // What a split leaves of the spread takes the place of the sums.
    for (std::size_t i = 0; i + 1 < count; i++) {
        double const k = static_cast<double>(static_cast<std::int32_t>(i + 1)), m = n - k;
        double const left = sums_[i], right = total - left;
        double const lower = positive(k * squares_[i] - left * left);
        double const upper = positive(m * (squares - squares_[i]) - right * right);
        sums_[i] = kAveraged ? std::sqrt(lower) / k + std::sqrt(upper) / m : lower / k + upper / m;
    }
    double least = std::numeric_limits<double>::infinity();
    std::size_t place = 0;
    for (std::size_t i = 0; i + 1 < count; i++) {
        if (sums_[i] < least && unit_[i] < unit_[i + 1]) {
            least = sums_[i];
            place = i;
        }
    }
    double const gain = 1 - (least * n) / (kAveraged ? 2 * std::sqrt(spread) : spread);
    return {gain, pointBetween(0.5, {sorted_[place], sorted_[place + 1]})};
}

}  // namespace telltale
