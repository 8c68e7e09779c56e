#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/empirical-tails/empirical-tails.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kLeastRows = 4096;      // of one thread
constexpr std::size_t kRowsTogether = 65536;  // as many as stay in the cache while they are grouped
constexpr std::size_t kGroups = 128;
constexpr std::size_t kColumnsTogether = 8;  // a cache line of a row
constexpr std::size_t kBlock = 128;  // values looked up together, so that one need not wait for another's memory
constexpr std::size_t kGuidesPerValue = 2;
constexpr std::size_t kFewest = 64;  // training rows below which a guide saves nothing
constexpr std::size_t kScan = 8;     // values that are looked at without a branch

// How many of the training values are less than a value, and how many are not greater.
struct Rank {
    std::uint32_t below, notAbove;
};

// A value to look up: its part of the column's range, and its row of those that are looked up together.
struct Query {
    double value;
    std::uint32_t part, row;
};

// Where the values of equal parts of a column's range begin: a search looks at the values of one part. Parts are found
// with the same arithmetic for training values and others, which never falls, so that no value is looked for in a part
// after or before its own.
class Guide {
  public:
    // The memory of the guide made before is used again.
    void make(double const* sorted, std::size_t count, bool worthIt) {
        sorted_ = sorted;
        count_ = count;
        starts_.clear();
        double const width = sorted[count - 1] - sorted[0];
        std::size_t const parts = count * kGuidesPerValue;
        scale_ = static_cast<double>(parts) / width;
        last_ = static_cast<double>(parts);
        if (!worthIt || count < kFewest || !(width > 0) || !(scale_ > 0) || !(scale_ < 1e300)) return;
        starts_.resize(parts + 2);
        groupShift_ = 0;
        while ((parts >> groupShift_) >= kGroups) groupShift_++;
        std::size_t part = 0;
        for (std::size_t i = 0; i < count; i++) {
            std::size_t const own = partOf(sorted[i]);
            while (part <= own) starts_[part++] = static_cast<std::uint32_t>(i);
        }
        while (part < starts_.size()) starts_[part++] = static_cast<std::uint32_t>(count);
    }

    bool made() const { return !starts_.empty(); }

    // A value below all others is in the first part, one above them, and the greatest itself, in the last.
    std::uint32_t partOf(double value) const {
        double const t = (value - sorted_[0]) * scale_;
        double const clamped = t < 0 ? 0 : t < last_ ? t : last_;
        return static_cast<std::uint32_t>(static_cast<std::int64_t>(clamped));
    }

    // One of kGroups groups of parts next to each other.
    std::size_t groupOf(std::uint32_t part) const { return part >> groupShift_; }

    // The ranks of up to kBlock values of known parts.
    void rank(Query const* queries, std::size_t count, Rank* ranks) const {
        std::uint32_t from[kBlock];
        for (std::size_t i = 0; i < count; i++) {
            // Eight values from there on; less than eight are left only at the end.
            from[i] = std::min(starts_[queries[i].part], static_cast<std::uint32_t>(count_ - kScan));
            __builtin_prefetch(sorted_ + from[i]);
            __builtin_prefetch(sorted_ + from[i] + kScan - 1);
        }
        for (std::size_t i = 0; i < count; i++) {
            double const* const near = sorted_ + from[i];
            double const value = queries[i].value;
            std::uint32_t below = 0, notAbove = 0;
            for (std::size_t k = 0; k < kScan; k++) {
                below += near[k] < value ? 1 : 0;
                notAbove += near[k] <= value ? 1 : 0;
            }
            ranks[i] = {from[i] + below, from[i] + notAbove};
            if (notAbove == kScan) ranks[i] = search(value, from[i]);
        }
    }

    // Among the values from `from` on, before which all are less.
    Rank search(double value, std::size_t from) const {
        double const* const end = sorted_ + count_;
        double const* const first = std::lower_bound(sorted_ + from, end, value);
        double const* const after = std::upper_bound(first, end, value);
        return {static_cast<std::uint32_t>(first - sorted_), static_cast<std::uint32_t>(after - sorted_)};
    }

  private:
    double const* sorted_ = nullptr;
    std::size_t count_ = 0;
    double scale_ = 0, last_ = 0;
    unsigned groupShift_ = 0;
    std::vector<std::uint32_t> starts_;
};

struct Combination {
    bool mean;
    std::int32_t skew;

    double operator()(double left, double right) const {
        double const both = left + right;
        double const skewed = skew < 0 ? left : skew > 0 ? right : both;
        return std::max(skewed, mean ? both / 2 : std::max(left, right));
    }
};

// Working arrays of one thread.
struct Room {
    Guide guides[kColumnsTogether];
    std::vector<double> values;  // of the rows that are taken together, column after column
    std::vector<Query> grouped;
};

// Rows from ... to of the columns first ... last, column after column.
void copyColumns(TailScore const& work, std::size_t first, std::size_t last, std::size_t from, std::size_t to,
                 double* values, std::size_t stride) {
    for (std::size_t i = 0; i < to - from; i++) {
        double const* const row = work.x + (from + i) * work.cols;
        for (std::size_t j = first; j < last; j++) values[(j - first) * stride + i] = row[j];
    }
}

// Brings values in neighbouring parts together, so that what they look at is in the cache.
void groupQueries(Guide const& guide, double const* values, std::size_t count, Query* grouped) {
    std::uint32_t places[kGroups] = {};
    for (std::size_t i = 0; i < count; i++) places[guide.groupOf(guide.partOf(values[i]))]++;
    std::uint32_t before = 0;
    for (std::uint32_t& place : places) {
        std::uint32_t const here = place;
        place = before;
        before += here;
    }
    for (std::size_t i = 0; i < count; i++) {
        std::uint32_t const part = guide.partOf(values[i]);
        grouped[places[guide.groupOf(part)]++] = {values[i], part, static_cast<std::uint32_t>(i)};
    }
}

// Rows from ... to of column j, whose values those are.
void scoreColumn(TailScore const& work, Guide const& guide, std::size_t j, std::size_t from, std::size_t to,
                 double const* values, Query* grouped) {
    Combination const combine = {work.mean, work.skew[j]};
    auto const add = [&](std::size_t row, Rank rank) {
        double const left = work.surprise[rank.notAbove];
        double const right = work.surprise[work.trained - rank.below];
        double const part = combine(left, right);
        work.scores[row] += part;
        if (work.contributions != nullptr) work.contributions[row * work.cols + j] = part;
    };
    if (!guide.made()) {
        for (std::size_t row = from; row < to; row++) add(row, guide.search(values[row - from], 0));
        return;
    }
    groupQueries(guide, values, to - from, grouped);
    Rank ranks[kBlock];
    for (std::size_t at = 0; at < to - from; at += kBlock) {
        std::size_t const count = std::min(kBlock, to - from - at);
        guide.rank(grouped + at, count, ranks);
        for (std::size_t i = 0; i < count; i++) add(from + grouped[at + i].row, ranks[i]);
    }
}

}  // namespace

void tailScore(int threads, TailScore const& work) {
    // A guide takes as long as scoring some rows; for a few it is not made. Every thread makes its own.
    bool const worthIt = work.rows >= work.trained / 4;
    auto const workers = static_cast<std::size_t>(std::max(threads, 1));
    std::size_t const share = std::max(kLeastRows, (work.rows + workers - 1) / workers);
    std::fill(work.scores, work.scores + work.rows, 0.0);
    parallelFor(work.rows, share, threads, [&](std::size_t begin, std::size_t end) {
        Room room;
        std::size_t const together = std::min(kRowsTogether, end - begin);
        room.values.resize(std::min(kColumnsTogether, work.cols) * together);
        room.grouped.resize(together);
        for (std::size_t first = 0; first < work.cols; first += kColumnsTogether) {
            std::size_t const last = std::min(work.cols, first + kColumnsTogether);
            for (std::size_t j = first; j < last; j++) {
                room.guides[j - first].make(work.sorted + j * work.trained, work.trained, worthIt);
            }
            for (std::size_t from = begin; from < end; from += together) {
                std::size_t const to = std::min(end, from + together);
                copyColumns(work, first, last, from, to, room.values.data(), together);
                for (std::size_t j = first; j < last; j++) {
                    double const* const values = room.values.data() + (j - first) * together;
                    scoreColumn(work, room.guides[j - first], j, from, to, values, room.grouped.data());
                }
            }
        }
    });
}

}  // namespace telltale
