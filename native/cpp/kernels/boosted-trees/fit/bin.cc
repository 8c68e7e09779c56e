#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/boosted-trees/fit/fit.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kRowBlock = 1024;
constexpr int kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

// Floats as integers in the same order.
std::uint32_t keyOf(float v) {
    std::uint32_t bits;
    std::memcpy(&bits, &v, sizeof bits);
    return bits ^ ((bits >> 31) != 0 ? 0xffffffffU : 0x80000000U);
}

float valueOf(std::uint32_t key) {
    std::uint32_t const bits = key ^ ((key >> 31) != 0 ? 0x80000000U : 0xffffffffU);
    float v;
    std::memcpy(&v, &bits, sizeof v);
    return v;
}

// Sorts by the upper or only 32 bits of the items, three digits of eleven bits; `spare` is as long.
template <typename Item, int kShift>
void radixSort(std::vector<Item>& items, std::vector<Item>& spare) {
    std::array<std::array<std::uint32_t, kDigits>, 3> counts{};
    for (Item const item : items) {
        auto const key = static_cast<std::uint32_t>(item >> kShift);
        for (std::size_t d = 0; d < 3; d++) counts[d][(key >> (d * kDigitBits)) & (kDigits - 1)]++;
    }
    spare.resize(items.size());
    for (std::size_t d = 0; d < 3; d++) {
        std::uint32_t from = 0;
        for (std::uint32_t& count : counts[d]) {
            std::uint32_t const here = count;
            count = from;
            from += here;
        }
        for (Item const item : items) {
            auto const key = static_cast<std::uint32_t>(item >> kShift);
            spare[counts[d][(key >> (d * kDigitBits)) & (kDigits - 1)]++] = item;
        }
        items.swap(spare);
    }
}

// Distinct values in order, with the weight before each; chooses those that bins end at.
class Cutter {
  public:
    void clear() {
        values_.clear();
        before_.assign(1, 0.0);
    }

    void add(float value, double weight) {
        values_.push_back(value);
        before_.push_back(before_.back() + weight);
    }

    // Writes where bins end, at most `limit`; how many they are.
    std::size_t cut(std::size_t limit, float* ends) {
        constexpr std::size_t kFiner = 8;  // values of a first choice for each bin, as XGBoost's sketch has them
        chosen_.resize(values_.size());
        for (std::size_t i = 0; i < chosen_.size(); i++) chosen_[i] = i;
        choose(kFiner * limit);
        choose(limit + 1);
        std::size_t count = 0;
        for (std::size_t i = 1; i < std::min(chosen_.size(), limit); i++) ends[count++] = values_[chosen_[i]];
        ends[count++] = kTopCut;
        return count;
    }

  private:
    // Leaves at most `most`, at even steps of weight: as evenRanks of the reference.
    void choose(std::size_t most) {
        if (chosen_.size() <= most) return;
        std::size_t const last = chosen_.size() - 1;
        auto const low = [&](std::size_t i) { return before_[chosen_[i]]; };
        auto const high = [&](std::size_t i) { return before_[chosen_[i] + 1]; };
        double const begin = high(0), range = low(last) - begin;
        taken_.assign(1, 0);
        std::size_t i = 1;
        for (std::size_t k = 1; k < most - 1; k++) {
            double const twice = 2 * ((static_cast<double>(k) * range) / static_cast<double>(most - 1) + begin);
            while (i < last && twice >= high(i + 1) + low(i + 1)) i++;
            if (i == last) break;
            std::size_t const nearest = twice < high(i) + low(i + 1) ? i : i + 1;
            if (nearest != taken_.back()) taken_.push_back(nearest);
        }
        if (taken_.back() != last) taken_.push_back(last);
        for (std::size_t& each : taken_) each = chosen_[each];
        chosen_.swap(taken_);
    }

    std::vector<float> values_;
    std::vector<double> before_;
    std::vector<std::size_t> chosen_, taken_;
};

// The columns of a group, cut and coded; one group after the other in the same room.
class ColumnGroup {
  public:
    explicit ColumnGroup(BoostedTreesBin const& work) : work_(work) {}

    void run(std::size_t first) {
        first_ = first;
        count_ = std::min(kCodeColumns, work_.end_column - first);
        for (std::size_t c = 0; c < count_; c++) values_[c].resize(work_.rows);
        read();
        for (std::size_t c = 0; c < count_; c++) cut(c);
        if (work_.code_bytes == 1) {
            write<std::uint8_t>();
        } else {
            write<std::uint16_t>();
        }
    }

  private:
    void read() {
        for (std::size_t i = 0; i < work_.rows; i++) {
            double const* const row = work_.x + i * work_.cols + first_;
            for (std::size_t c = 0; c < count_; c++) values_[c][i] = static_cast<float>(row[c]) + 0.0F;
        }
    }

    void cut(std::size_t c) {
        std::size_t const column = first_ + c;
        std::vector<float> const& values = values_[c];
        bool missing = false;
        for (float const v : values) missing |= v != v;
        work_.missing[column] = missing ? 1 : 0;
        auto const categories = static_cast<std::size_t>(work_.categories[column]);
        std::size_t bins = categories;
        if (categories == 0) {
            std::size_t const most = work_.code_bytes == 1 ? 256 - (missing ? 1 : 0) : 65536;
            bins = work_.weights == nullptr ? cutEqual(c, std::min(work_.max_bin, most))
                                            : cutWeighted(c, std::min(work_.max_bin, most));
        } else {
            for (float const v : values) {
                if (v >= 0 && v < static_cast<float>(categories)) continue;
                if (v != v) continue;
                throw std::invalid_argument("x: a value of column " + std::to_string(column) + " is no category");
            }
        }
        work_.bins[column] = static_cast<std::int32_t>(bins);
    }

    std::size_t cutEqual(std::size_t c, std::size_t limit) {
        keys_.clear();
        for (std::size_t i = 0; i < work_.train_rows; i++) {
            if (values_[c][i] == values_[c][i]) keys_.push_back(keyOf(values_[c][i]));
        }
        radixSort<std::uint32_t, 0>(keys_, spare_keys_);
        std::size_t const rows = keys_.size();
        cutter_.clear();
        for (std::size_t i = 0; i < rows;) {
            std::size_t end = i + 1;
            while (end < rows && keys_[end] == keys_[i]) end++;
            cutter_.add(valueOf(keys_[i]), static_cast<double>(end - i));
            i = end;
        }
        return cutter_.cut(limit, work_.cuts + (first_ + c) * work_.max_bin);
    }

    std::size_t cutWeighted(std::size_t c, std::size_t limit) {
        items_.clear();
        for (std::size_t i = 0; i < work_.train_rows; i++) {
            float const v = values_[c][i];
            if (v != v || work_.weights[i] == 0) continue;
            items_.push_back(std::uint64_t{keyOf(v)} << 32 | i);
        }
        radixSort<std::uint64_t, 32>(items_, spare_items_);
        std::size_t const rows = items_.size();
        cutter_.clear();
        for (std::size_t i = 0; i < rows;) {
            double weight = 0;
            std::uint64_t const key = items_[i] >> 32;
            for (; i < rows && items_[i] >> 32 == key; i++) weight += work_.weights[items_[i] & 0xffffffffU];
            cutter_.add(valueOf(static_cast<std::uint32_t>(key)), weight);
        }
        return cutter_.cut(limit, work_.cuts + (first_ + c) * work_.max_bin);
    }

    // How many bins of a numeric column end at or below each value; values that are missing come behind all.
    template <typename Code>
    void codeNumeric(std::size_t c, std::size_t from, std::size_t count, Code* out) const {
        std::size_t const column = first_ + c;
        float const* const ends = work_.cuts + column * work_.max_bin;
        auto const bins = static_cast<std::uint32_t>(work_.bins[column]);
        float const* const values = values_[c].data() + from;
        for (std::size_t i = 0; i < count; i++) {
            float const v = values[i];
            std::uint32_t at = 0;
            std::uint32_t length = bins - 1;
            // Arithmetic on the outcome: where a value goes cannot be predicted, and a branch would try.
            while (length > 1) {
                std::uint32_t const half = length / 2;
                at += half & (0U - static_cast<std::uint32_t>(ends[at + half - 1] <= v));
                length -= half;
            }
            at += length & static_cast<std::uint32_t>(ends[at] <= v);
            std::uint32_t const none = 0U - static_cast<std::uint32_t>(v != v);
            out[i] = static_cast<Code>((at & ~none) | (bins & none));
        }
    }

    template <typename Code>
    void codeCategories(std::size_t c, std::size_t from, std::size_t count, Code* out) const {
        auto const bins = static_cast<std::uint32_t>(work_.bins[first_ + c]);
        for (std::size_t i = 0; i < count; i++) {
            float const v = values_[c][from + i];
            out[i] = static_cast<Code>(v == v ? static_cast<std::uint32_t>(v) : bins);
        }
    }

    template <typename Code>
    void write() const {
        std::vector<Code> of_columns(kRowBlock * kCodeColumns), of_rows(kRowBlock * kCodeColumns);
        for (std::size_t from = 0; from < work_.rows; from += kRowBlock) {
            std::size_t const count = std::min(kRowBlock, work_.rows - from);
            for (std::size_t c = 0; c < count_; c++) {
                Code* const own = of_columns.data() + c * kRowBlock;
                if (work_.categories[first_ + c] == 0) {
                    codeNumeric(c, from, count, own);
                } else {
                    codeCategories(c, from, count, own);
                }
                std::memcpy(work_.column_codes + ((first_ + c) * work_.rows + from) * sizeof(Code), own,
                            count * sizeof(Code));
                for (std::size_t i = 0; i < count; i++) of_rows[i * kCodeColumns + c] = own[i];
            }
            for (std::size_t i = 0; i < count; i++) {
                std::memcpy(work_.codes + ((from + i) * work_.stride + first_) * sizeof(Code),
                            of_rows.data() + i * kCodeColumns, count_ * sizeof(Code));
            }
        }
    }

    BoostedTreesBin const& work_;
    std::size_t first_ = 0, count_ = 0;
    std::array<std::vector<float>, kCodeColumns> values_;
    std::vector<std::uint32_t> keys_, spare_keys_;
    std::vector<std::uint64_t> items_, spare_items_;
    Cutter cutter_;
};

}  // namespace

void boostedTreesBin(int threads, BoostedTreesBin const& work) {
    std::size_t const columns = work.end_column - work.first_column;
    std::size_t const groups = (columns + kCodeColumns - 1) / kCodeColumns;
    parallelFor(groups, threads > 1 ? 1 : groups, threads, [&](std::size_t begin, std::size_t end) {
        ColumnGroup group(work);
        for (std::size_t g = begin; g < end; g++) group.run(work.first_column + g * kCodeColumns);
    });
}

}  // namespace telltale
