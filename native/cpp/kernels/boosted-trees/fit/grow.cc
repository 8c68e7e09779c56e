#include "kernels/boosted-trees/fit/grow.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace telltale {

TreeGrower::TreeGrower(BoostedTreesRound const& work, std::size_t output, DerivativePair const* pairs,
                       GrowthRoom const& room, ColumnSample& columns, HistogramBuilder& builder,
                       SplitSearch const& search, int threads)
    : work_(work),
      output_(output),
      pairs_(pairs),
      room_(room),
      columns_(columns),
      builder_(builder),
      search_(search),
      threads_(threads) {
    builder_.use(columns.tree());
}

void TreeGrower::grow() {
    plant();
    while (!waiting_.empty()) {
        Leaf leaf = std::move(waiting_.back());
        waiting_.pop_back();
        if (work_.max_leaves > 0 && leaves_ >= work_.max_leaves) {
            settled_.push_back(std::move(leaf));
        } else {
            expand(std::move(leaf));
        }
    }
    for (Leaf const& leaf : settled_) settle(leaf);
    work_.node_count[output_] = static_cast<std::int32_t>(nodes_);
}

void TreeGrower::addToMargins() {
    std::size_t const outputs = work_.outputs;
    bool const all = room_.count == work_.train_rows;
    std::vector<std::uint8_t> seen(all ? 0 : work_.train_rows);
    for (Leaf const& leaf : settled_) {
        float const value = work_.threshold[at(leaf.node)];
        for (std::size_t k = leaf.from; k < leaf.to; k++) {
            std::size_t const row = room_.rows[k];
            work_.margins[row * outputs + output_] += value;
            if (!all) seen[row] = 1;
        }
    }
    for (std::size_t row = all ? work_.train_rows : 0; row < work_.rows; row++) {
        if (row < seen.size() && seen[row] != 0) continue;
        work_.margins[row * outputs + output_] += work_.threshold[at(leafOf(row))];
    }
}

void TreeGrower::plant() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Leaf root{{0, 0, -kInfinity, kInfinity}, 0, 0, 0, room_.count, nullptr, {}};
    for (std::size_t k = 0; k < room_.count; k++) {
        root.sums.first += pairs_[room_.rows[k]].first;
        root.sums.second += pairs_[room_.rows[k]].second;
    }
    if (mayBeSplit(root)) build(root);
    place(std::move(root));
}

bool TreeGrower::mayBeSplit(Leaf const& leaf) const {
    if (work_.max_depth > 0 && leaf.depth >= work_.max_depth) return false;
    if (work_.max_leaves > 0 && leaves_ >= work_.max_leaves) return false;
    return leaf.to - leaf.from >= 2 && search_.second(leaf.sums) >= 2 * work_.min_child_weight;
}

void TreeGrower::place(Leaf&& leaf) {
    if (leaf.histogram != nullptr) {
        std::vector<std::int32_t> const columns = columns_.node(leaf.depth);
        leaf.split = search_.best(leaf.sums, leaf.histogram, columns, threads_);
    }
    if (leaf.split.column < 0) {
        release(leaf);
        settled_.push_back(std::move(leaf));
        return;
    }
    // The last one is split next: the newest, or where leaves are counted the first one, or the one of greatest gain.
    auto where = waiting_.end();
    if (work_.max_leaves > 0) {
        where = std::partition_point(waiting_.begin(), waiting_.end(),
                                     [&](Leaf const& other) { return sooner(leaf, other); });
    }
    waiting_.insert(where, std::move(leaf));
}

bool TreeGrower::sooner(Leaf const& a, Leaf const& b) const {
    if (work_.lossguide && a.split.gain != b.split.gain) return a.split.gain > b.split.gain;
    return a.node < b.node;
}

void TreeGrower::expand(Leaf leaf) {
    if (nodes_ + 2 > work_.node_capacity) throw std::invalid_argument("nodeCapacity: the tree has more nodes");
    write(leaf);
    std::size_t const middle = divide(leaf);
    std::size_t const depth = leaf.depth + 1;
    Leaf left{{}, nodes_, depth, leaf.from, middle, nullptr, {}};
    Leaf right{{}, nodes_ + 1, depth, middle, leaf.to, nullptr, {}};
    search_.bound(leaf.sums, leaf.split, left.sums, right.sums);
    nodes_ += 2;
    leaves_ += 1;
    bool const left_is_few = middle - leaf.from <= leaf.to - middle;
    Leaf& few = left_is_few ? left : right;
    Leaf& many = left_is_few ? right : left;
    bool const may_few = mayBeSplit(few), may_many = mayBeSplit(many);
    if (may_many && leaf.histogram != nullptr) {
        build(few);
        many.histogram = std::exchange(leaf.histogram, nullptr);
        builder_.subtract(many.histogram, few.histogram);
        if (!may_few) release(few);
    } else {
        release(leaf);
        if (may_few) build(few);
        if (may_many) build(many);
    }
    // Draws of columns go left to right; without a limit on leaves the smaller one is split first.
    std::size_t const placed = waiting_.size();
    place(std::move(left));
    place(std::move(right));
    if (work_.max_leaves == 0 && waiting_.size() == placed + 2 && left_is_few) {
        std::swap(waiting_[placed], waiting_[placed + 1]);
    }
}

void TreeGrower::write(Leaf const& leaf) {
    Split const& split = leaf.split;
    std::size_t const a = at(leaf.node);
    auto const column = static_cast<std::size_t>(split.column);
    work_.left[a] = static_cast<std::int32_t>(nodes_);
    work_.right[a] = static_cast<std::int32_t>(nodes_ + 1);
    work_.feature[a] = split.column;
    work_.default_left[a] = split.default_left ? 1 : 0;
    work_.gain[a] = static_cast<float>(split.gain);
    work_.cover[a] = static_cast<float>(search_.second(leaf.sums));
    work_.threshold[a] = split.bin < 0 ? 0 : work_.cuts[work_.bin_start[column] + split.bin];
    if (split_bin_.size() <= leaf.node) split_bin_.resize(nodes_ + 2);
    split_bin_[leaf.node] = split.bin;
    std::int32_t* const bits = work_.category_bits + a * work_.category_words;
    std::fill(bits, bits + work_.category_words, 0);
    for (std::int32_t const c : split.right) bits[c >> 5] |= static_cast<std::int32_t>(1U << (c & 31));
}

void TreeGrower::settle(Leaf const& leaf) {
    std::size_t const a = at(leaf.node);
    work_.left[a] = -1;
    work_.right[a] = -1;
    work_.feature[a] = 0;
    work_.default_left[a] = 0;
    work_.gain[a] = 0;
    work_.cover[a] = static_cast<float>(search_.second(leaf.sums));
    work_.threshold[a] = static_cast<float>(work_.eta * search_.weight(leaf.sums));
    std::int32_t* const bits = work_.category_bits + a * work_.category_words;
    std::fill(bits, bits + work_.category_words, 0);
}

std::uint32_t TreeGrower::codeOf(std::size_t row, std::size_t column) const {
    std::size_t const place = column * work_.rows + row;
    if (work_.code_bytes == 1) return work_.column_codes[place];
    std::uint16_t code;
    std::memcpy(&code, work_.column_codes + 2 * place, sizeof code);
    return code;
}

bool TreeGrower::goesLeft(std::size_t row, std::size_t node) const {
    std::size_t const a = at(node);
    auto const column = static_cast<std::size_t>(work_.feature[a]);
    std::uint32_t const code = codeOf(row, column);
    if (static_cast<std::int32_t>(code) == work_.missing_bin[column]) return work_.default_left[a] != 0;
    if (split_bin_[node] >= 0) return static_cast<std::int32_t>(code) <= split_bin_[node];
    if (code >= 32 * work_.category_words) return true;
    std::int32_t const word = work_.category_bits[a * work_.category_words + code / 32];
    return (static_cast<std::uint32_t>(word) >> (code % 32) & 1) == 0;
}

std::size_t TreeGrower::leafOf(std::size_t row) const {
    std::size_t node = 0;
    while (work_.left[at(node)] >= 0) {
        std::size_t const a = at(node);
        node = static_cast<std::size_t>(goesLeft(row, node) ? work_.left[a] : work_.right[a]);
    }
    return node;
}

// Puts the rows that go left before the others, each in their order; where the others begin.
std::size_t TreeGrower::divide(Leaf const& leaf) {
    std::uint32_t* const rows = room_.rows;
    std::size_t lefts = leaf.from, rights = 0;
    if (work_.code_bytes == 1) {
        // Where each code goes, worked out once.
        std::uint8_t left_of[256];
        auto const column = static_cast<std::size_t>(leaf.split.column);
        for (std::size_t code = 0; code < 256; code++) {
            bool left = static_cast<std::int32_t>(code) <= leaf.split.bin;
            if (leaf.split.bin < 0) {
                left = std::find(leaf.split.right.begin(), leaf.split.right.end(), static_cast<std::int32_t>(code)) ==
                       leaf.split.right.end();
            }
            if (static_cast<std::int32_t>(code) == work_.missing_bin[column]) left = leaf.split.default_left;
            left_of[code] = left ? 1 : 0;
        }
        std::uint8_t const* const codes = work_.column_codes + column * work_.rows;
        for (std::size_t k = leaf.from; k < leaf.to; k++) {
            std::uint32_t const row = rows[k];
            std::size_t const left = left_of[codes[row]];
            rows[lefts] = row;
            room_.spare[rights] = row;
            lefts += left;
            rights += 1 - left;
        }
    } else {
        for (std::size_t k = leaf.from; k < leaf.to; k++) {
            std::uint32_t const row = rows[k];
            bool const left = goesLeft(row, leaf.node);
            rows[lefts] = row;
            room_.spare[rights] = row;
            lefts += left ? 1 : 0;
            rights += left ? 0 : 1;
        }
    }
    std::copy(room_.spare, room_.spare + rights, rows + lefts);
    return lefts;
}

void TreeGrower::build(Leaf& leaf) {
    leaf.histogram = takeRoom();
    builder_.build(room_.rows + leaf.from, leaf.to - leaf.from, leaf.histogram, threads_);
}

std::int64_t* TreeGrower::takeRoom() {
    if (!free_.empty()) {
        std::int64_t* const room = free_.back();
        free_.pop_back();
        return room;
    }
    if (made_ < room_.histogram_count) return room_.histograms + 2 * builder_.pairs() * made_++;
    // What the longest waiting leaf needs is built again when its turn comes.
    for (Leaf& leaf : waiting_) {
        if (leaf.histogram != nullptr) return std::exchange(leaf.histogram, nullptr);
    }
    return nullptr;  // not with three of them: a node and its children are all that is in use
}

void TreeGrower::release(Leaf& leaf) {
    if (leaf.histogram != nullptr) free_.push_back(std::exchange(leaf.histogram, nullptr));
}

}  // namespace telltale
