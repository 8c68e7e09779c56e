#include "kernels/trees/sliced-plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/trees/sliced-encoding.h"

namespace telltale {

namespace {

constexpr std::int32_t kNodesOfGroup = 16384;    // keeps the masks of a block near the first-level cache
constexpr std::uint32_t kMostMasks = 65535 / 8;  // places count words in 16 bits, and a mask has up to 8
constexpr std::uint8_t kNowhere = 64;            // where rows that reached a leaf go: behind all triples of a level

struct Split {
    double threshold;
    std::int32_t column;
    std::int32_t node;
};

class Planner {
  public:
    Planner(PreorderTrees const& forest, double const* x, std::size_t rows, std::size_t cols, std::uint32_t maskWords)
        : forest_(forest),
          x_(x),
          rows_(rows),
          cols_(cols),
          maskWords_(maskWords),
          tests_(static_cast<std::size_t>(forest.nodes)),
          used_(cols, 0) {}

    ForestPlan plan() {
        plan_.trees = forest_.trees;
        for (std::int32_t first = 0; first < forest_.trees;) first = addGroup(first);
        return std::move(plan_);
    }

  private:
    template <typename T>
    T* copy(std::vector<T> const& values) {
        T* const to = allocate<T>(plan_.blocks, values.size());
        std::copy(values.begin(), values.end(), to);
        return to;
    }

    // Masks that a group needs at most when it cuts ranks at that bit.
    static std::uint64_t masksNeeded(std::uint64_t features, std::uint64_t nodes, std::uint32_t lowBits) {
        return 2 + features * ((1u << lowBits) + 3) + (nodes >> lowBits);
    }

    static std::uint32_t bestLowBits(std::uint64_t features, std::uint64_t nodes) {
        std::uint32_t best = 1;
        for (std::uint32_t k = 2; k <= 5; k++) {
            if (masksNeeded(features, nodes, k) < masksNeeded(features, nodes, best)) best = k;
        }
        return best;
    }

    // Plans trees from `first` until their masks are too many; returns the tree behind them.
    std::int32_t addGroup(std::int32_t first) {
        std::vector<Split> splits;
        std::uint64_t features = 0;
        std::int32_t last = first;
        for (; last < forest_.trees; last++) {
            if (last > first && forest_.tree_start[last + 1] - forest_.tree_start[first] > kNodesOfGroup) break;
            std::size_t const before = splits.size();
            std::uint64_t const featuresBefore = features;
            for (std::int32_t i = forest_.tree_start[last]; i < forest_.tree_start[last + 1]; i++) {
                if (forest_.right[i] == 0) continue;
                splits.push_back({forest_.value[i], forest_.feature[i], i});
                char& used = used_[static_cast<std::size_t>(forest_.feature[i])];
                features += used == 0 ? 1 : 0;
                used = 1;
            }
            std::uint32_t const k = bestLowBits(features, splits.size());
            if (last > first && masksNeeded(features, splits.size(), k) > kMostMasks) {
                splits.resize(before);
                features = featuresBefore;
                break;
            }
        }
        std::sort(splits.begin(), splits.end(), [](Split const& a, Split const& b) {
            return a.column != b.column ? a.column < b.column : a.threshold < b.threshold;
        });
        lowBits_ = bestLowBits(features, splits.size());
        masks_ = 2;  // two empty masks: the empty test reads the first, the second and the first again
        std::vector<PlanFeature> planned;
        for (std::size_t i = 0; i < splits.size();) {
            std::size_t end = i;
            while (end < splits.size() && splits[end].column == splits[i].column) end++;
            planned.push_back(planFeature(splits.data() + i, end - i));
            i = end;
        }
        std::vector<PlanTree> trees;
        for (std::int32_t t = first; t < last; t++) trees.push_back(planTree(t));
        plan_.masks = std::max(plan_.masks, masks_);
        plan_.groups.push_back({lowBits_, copy(planned), planned.size(), copy(trees), trees.size()});
        std::fill(used_.begin(), used_.end(), char{0});
        return last;
    }

    PlanFeature planFeature(Split const* splits, std::size_t count) {
        PlanFeature feature{};
        feature.column = static_cast<std::size_t>(splits[0].column);
        std::vector<double> thresholds;
        std::vector<std::uint32_t> rankOf(count);
        for (std::size_t i = 0; i < count; i++) {
            if (i == 0 || splits[i].threshold != splits[i - 1].threshold) thresholds.push_back(splits[i].threshold);
            rankOf[i] = static_cast<std::uint32_t>(thresholds.size());
        }
        feature.count = static_cast<std::uint32_t>(thresholds.size());
        while ((1u << feature.bits) <= feature.count) feature.bits++;
        feature.below = masks_;
        feature.above = feature.below + (1u << lowBits_);
        feature.missing = feature.above + (feature.count >> lowBits_) + 2;
        masks_ = feature.missing + 1;
        for (std::size_t i = 0; i < count; i++) {
            auto const node = static_cast<std::size_t>(splits[i].node);
            tests_[node].above = word(feature.above + (rankOf[i] >> lowBits_));
            tests_[node].below = word(feature.below + (rankOf[i] & ((1u << lowBits_) - 1)));
            tests_[node].missing = forest_.missing_left[node] == 1 ? std::uint16_t{0} : word(feature.missing);
        }
        encodeFeature(feature, thresholds, x_, rows_, cols_, plan_.blocks);
        return feature;
    }

    std::uint16_t word(std::uint32_t mask) const { return static_cast<std::uint16_t>(mask * maskWords_); }

    PlanTree planTree(std::int32_t t) {
        leaves_.clear();
        std::vector<NodeTriple> triples;
        std::vector<Reached> level, next;
        PlanTree tree{};
        visit({forest_.tree_start[t], 0}, level);
        for (int pair = 0; pair < kPlanPairs; pair++) {
            tree.counts[pair] = static_cast<std::uint8_t>(level.size());
            next.clear();
            for (Reached const& reached : level) triples.push_back(planTriple(reached, pair, next));
            level.swap(next);
        }
        tree.triples = copy(triples);
        planLeaves(tree);
        return tree;
    }

    // A node and the path byte of the rows in it: bit l is set when they went left at level l.
    struct Reached {
        std::int32_t node;
        std::uint8_t path;
    };

    // Notes a leaf, or puts an inner node in the list of its level; returns its place there.
    std::uint8_t visit(Reached reached, std::vector<Reached>& level) {
        if (forest_.right[reached.node] == 0) {
            leaves_.push_back(reached);
            return kNowhere;
        }
        level.push_back(reached);
        return static_cast<std::uint8_t>(level.size() - 1);
    }

    NodeTriple planTriple(Reached const& root, int pair, std::vector<Reached>& next) {
        NodeTriple triple{};
        triple.test[0] = tests_[static_cast<std::size_t>(root.node)];
        for (int side = 0; side < 2; side++) {
            std::int32_t const child = root.node + (side == 0 ? 1 : forest_.right[root.node]);
            auto const path = static_cast<std::uint8_t>(root.path | (side == 0 ? 1u << (2 * pair) : 0u));
            triple.reach[2 * side] = triple.reach[2 * side + 1] = kNowhere;
            if (forest_.right[child] == 0) {
                leaves_.push_back({child, path});
                continue;
            }
            triple.test[1 + side] = tests_[static_cast<std::size_t>(child)];
            auto const left = static_cast<std::uint8_t>(path | (2u << (2 * pair)));
            triple.reach[2 * side] = visit({child + 1, left}, next);
            triple.reach[2 * side + 1] = visit({child + forest_.right[child], path}, next);
        }
        return triple;
    }

    void planLeaves(PlanTree& tree) {
        double* const values = allocate<double>(plan_.blocks, 256);
        double different[kPlanCodes];
        int count = 0;
        std::uint8_t codes[256] = {};
        for (Reached const& leaf : leaves_) {
            double const value = forest_.value[leaf.node];
            values[leaf.path] = value;
            int code = 0;
            while (code < count && different[code] != value) code++;
            if (code == count && count < kPlanCodes) different[count] = value;
            if (code == count) count++;
            if (count > kPlanCodes) break;
            codes[leaf.path] = static_cast<std::uint8_t>(code);
        }
        if (count > kPlanCodes) {
            for (Reached const& leaf : leaves_) values[leaf.path] = forest_.value[leaf.node];
        } else {
            auto* const table = allocate<std::uint8_t>(plan_.blocks, 256);
            std::copy(codes, codes + 256, table);
            auto* const halves = allocate<std::uint32_t>(plan_.blocks, 2 * kPlanCodes);
            for (int i = 0; i < count; i++) {
                std::uint64_t bits;
                std::memcpy(&bits, &different[i], sizeof bits);
                halves[i] = static_cast<std::uint32_t>(bits);
                halves[kPlanCodes + i] = static_cast<std::uint32_t>(bits >> 32);
            }
            tree.leafCode = table;
            tree.codeValue = halves;
        }
        tree.leafValue = values;
    }

    PreorderTrees const& forest_;
    double const* x_;
    std::size_t rows_, cols_;
    std::uint32_t maskWords_;
    std::vector<NodeTest> tests_;
    std::vector<char> used_;  // by column: whether the group splits on it
    std::vector<Reached> leaves_;
    std::uint32_t lowBits_ = 0, masks_ = 0;
    ForestPlan plan_;
};

int depthFrom(PreorderTrees const& forest, std::int32_t node, int depth) {
    if (depth > kPlanDepth || forest.right[node] == 0) return depth;
    return std::max(depthFrom(forest, node + 1, depth + 1), depthFrom(forest, node + forest.right[node], depth + 1));
}

}  // namespace

bool planFits(PreorderTrees const& forest) {
    for (std::int32_t t = 0; t < forest.trees; t++) {
        if (depthFrom(forest, forest.tree_start[t], 0) > kPlanDepth) return false;
    }
    return true;
}

ForestPlan makePlan(PreorderTrees const& forest, double const* x, std::size_t rows, std::size_t cols,
                    std::uint32_t maskWords) {
    return Planner(forest, x, rows, cols, maskWords).plan();
}

}  // namespace telltale
