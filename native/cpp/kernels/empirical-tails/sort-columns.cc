#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/empirical-tails/empirical-tails.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kColumnsTogether = 8;  // a cache line of a row
constexpr int kDigitBits = 11;
constexpr int kDigits = 6;
constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;
constexpr std::size_t kSortBelow = 1024;  // fewer are sorted faster than the histograms are cleared
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

// Bits whose unsigned order is that of the doubles, -0 before 0.
std::uint64_t keyOf(double value) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits ^ ((bits & kSign) != 0 ? ~std::uint64_t{0} : kSign);
}

double valueOf(std::uint64_t key) {
    std::uint64_t const bits = key ^ ((key & kSign) != 0 ? kSign : ~std::uint64_t{0});
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

std::size_t digitOf(std::uint64_t key, int digit) { return (key >> (digit * kDigitBits)) & (kBuckets - 1); }

// Working arrays of one thread.
struct Room {
    std::vector<std::uint64_t> keys, spare;
    std::vector<std::uint32_t> counts;
};

// Least significant digit first; a digit that all keys share is left out. Returns where the sorted keys are.
std::uint64_t const* radixSort(std::uint64_t* keys, std::uint64_t* spare, std::size_t count,
                               std::vector<std::uint32_t>& counts) {
    std::fill(counts.begin(), counts.end(), 0);
    for (std::size_t i = 0; i < count; i++) {
        for (int d = 0; d < kDigits; d++) counts[static_cast<std::size_t>(d) * kBuckets + digitOf(keys[i], d)]++;
    }
    for (int d = 0; d < kDigits; d++) {
        std::uint32_t* const places = counts.data() + static_cast<std::size_t>(d) * kBuckets;
        if (places[digitOf(keys[0], d)] == count) continue;
        std::uint32_t before = 0;
        for (std::size_t b = 0; b < kBuckets; b++) {
            std::uint32_t const here = places[b];
            places[b] = before;
            before += here;
        }
        for (std::size_t i = 0; i < count; i++) spare[places[digitOf(keys[i], d)]++] = keys[i];
        std::swap(keys, spare);
    }
    return keys;
}

void sortTogether(SortColumns const& work, std::size_t from, std::size_t to, Room& room) {
    std::size_t const rows = work.rows;
    room.keys.resize(rows * (to - from));
    for (std::size_t i = 0; i < rows; i++) {
        double const* const row = work.x + i * work.cols;
        for (std::size_t j = from; j < to; j++) room.keys[(j - from) * rows + i] = keyOf(row[j]);
    }
    for (std::size_t j = from; j < to; j++) {
        std::uint64_t* const keys = room.keys.data() + (j - from) * rows;
        std::uint64_t const* sorted = keys;
        if (rows < kSortBelow) {
            std::sort(keys, keys + rows);
        } else {
            room.spare.resize(rows);
            room.counts.resize(kDigits * kBuckets);
            sorted = radixSort(keys, room.spare.data(), rows, room.counts);
        }
        double* const out = work.sorted + j * rows;
        for (std::size_t i = 0; i < rows; i++) out[i] = valueOf(sorted[i]);
    }
}

}  // namespace

void sortColumns(int threads, SortColumns const& work) {
    std::size_t const columns = work.to - work.from;
    std::size_t const workers = static_cast<std::size_t>(std::max(threads, 1));
    std::size_t const share = (columns + workers - 1) / workers;
    std::size_t const grain = std::min(kColumnsTogether, std::max<std::size_t>(share, 1));
    parallelFor(columns, grain, threads, [&](std::size_t begin, std::size_t end) {
        Room room;
        sortTogether(work, work.from + begin, work.from + end, room);
    });
}

}  // namespace telltale
