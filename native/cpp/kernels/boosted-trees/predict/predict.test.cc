// Every instruction set and thread count against rows walked one by one, with arrays that end where they end: what the
// sanitizers are to look at. That this is what the reference says, the tests in TypeScript say.
#include "kernels/boosted-trees/predict/predict.h"

#include <limits>
#include <string>

#include "kernels/boosted-trees/shap.h"
#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

struct Trees {
    std::vector<std::int32_t> start{0}, output, left, right, feature, category_start, category_words;
    std::vector<float> threshold, base_margin;
    std::vector<std::uint8_t> default_left;
    std::vector<std::uint32_t> bits;

    TreeEnsembleView view() const {
        return {static_cast<std::int32_t>(output.size()),
                start.data(),
                output.data(),
                left.size(),
                left.data(),
                right.data(),
                feature.data(),
                threshold.data(),
                default_left.data(),
                category_start.data(),
                category_words.data(),
                bits.size(),
                bits.data(),
                base_margin.size(),
                base_margin.data()};
    }
};

struct TreeShape {
    std::size_t trees, depth, cols, outputs;
    bool categorical;
};

std::int32_t below(Random& random, std::size_t n) {
    return static_cast<std::int32_t>(random.below(static_cast<std::int64_t>(n)));
}

float oddValue(Random& random) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    static constexpr float kOdd[] = {0.0f,  -0.0f,   1e-45f,         -1e-45f,   1.0f,
                                     32.0f, 3.4e38f, -3.4028235e38f, kInfinity, -kInfinity};
    return kOdd[below(random, 10)];
}

std::int32_t grow(Random& random, TreeShape const& shape, Trees& trees, std::int32_t root, std::size_t level) {
    std::size_t const at = trees.left.size();
    bool const leaf = level == shape.depth || below(random, 9) == 0;
    bool const set = !leaf && shape.categorical && below(random, 3) == 0;
    bool const odd = !leaf && below(random, 6) == 0;
    trees.left.push_back(-1);
    trees.right.push_back(-1);
    trees.feature.push_back(leaf ? 0 : below(random, shape.cols));
    trees.threshold.push_back(odd ? oddValue(random) : static_cast<float>(random.normal()));
    trees.default_left.push_back(static_cast<std::uint8_t>(below(random, 2)));
    trees.category_start.push_back(set ? static_cast<std::int32_t>(trees.bits.size()) : -1);
    trees.category_words.push_back(set ? below(random, 3) : 0);
    for (std::int32_t w = 0; w < trees.category_words[at]; w++) {
        trees.bits.push_back(static_cast<std::uint32_t>(random.below(std::int64_t{1} << 32)));
    }
    auto const place = static_cast<std::int32_t>(at) - root;
    if (leaf) return place;
    trees.left[at] = grow(random, shape, trees, root, level + 1);
    trees.right[at] = grow(random, shape, trees, root, level + 1);
    return place;
}

Trees randomTrees(Random& random, TreeShape const& shape) {
    Trees trees;
    for (std::size_t t = 0; t < shape.trees; t++) {
        grow(random, shape, trees, trees.start.back(), 0);
        trees.start.push_back(static_cast<std::int32_t>(trees.left.size()));
        trees.output.push_back(below(random, shape.outputs));
    }
    for (std::size_t k = 0; k < shape.outputs; k++) trees.base_margin.push_back(static_cast<float>(random.normal()));
    return trees;
}

std::vector<double> randomRows(Random& random, std::size_t values) {
    std::vector<double> x(values);
    for (double& v : x) {
        std::int32_t const kind = below(random, 8);
        v = kind == 0   ? std::numeric_limits<double>::quiet_NaN()
            : kind == 1 ? static_cast<double>(oddValue(random))
            : kind == 2 ? 1e300
            : kind == 3 ? below(random, 80)
                        : random.normal();
    }
    return x;
}

std::vector<float> plainMargins(TreeEnsembleView const& model, std::vector<double> const& x, std::size_t rows,
                                std::size_t cols) {
    std::vector<float> margins;
    for (std::size_t i = 0; i < rows; i++) {
        std::vector<float> sums(model.base_margin, model.base_margin + model.outputs);
        for (std::int32_t t = 0; t < model.trees; t++) {
            auto const root = static_cast<std::size_t>(model.tree_start[t]);
            std::size_t node = root;
            while (model.left[node] >= 0) {
                auto const column = static_cast<std::size_t>(model.feature[node]);
                bool const left = goesLeft(model, node, static_cast<float>(x[i * cols + column]));
                node = root + static_cast<std::size_t>(left ? model.left[node] : model.right[node]);
            }
            sums[static_cast<std::size_t>(model.tree_output[t])] += model.threshold[node];
        }
        margins.insert(margins.end(), sums.begin(), sums.end());
    }
    return margins;
}

std::vector<double> asDoubles(std::vector<float> const& values) { return {values.begin(), values.end()}; }

void expectPlain(TreeShape const& shape, std::size_t rows, std::uint64_t seed) {
    Random random(seed, 0);
    Trees const trees = randomTrees(random, shape);
    std::vector<double> const x = randomRows(random, rows * shape.cols);
    std::vector<double> const expected = asDoubles(plainMargins(trees.view(), x, rows, shape.cols));
    for (Isa const isa : kAllIsas) {
        if (!isaSupported(isa)) continue;
        for (int const threads : {1, 3}) {
            std::vector<float> margins(rows * shape.outputs);
            boostedTreesPredict(isa, threads, trees.view(), x.data(), rows, shape.cols, margins.data());
            testing::expectSame(asDoubles(margins), expected, std::string("margins, ") + isaName(isa));
        }
    }
}

TEST(boostedTreesAreAsWalkedOneByOne) {
    for (std::uint64_t seed = 0; seed < 30; seed++) {
        Random random(seed, 1);
        auto const some = [&](std::size_t most) { return 1 + static_cast<std::size_t>(below(random, most)); };
        TreeShape const shape{some(12), some(10), some(9), some(3), below(random, 2) == 0};
        expectPlain(shape, static_cast<std::size_t>(below(random, 40)), seed);
    }
}

TEST(boostedTreesInBlocks) {
    expectPlain({40, 6, 5, 1, false}, 1500, 1);
    expectPlain({30, 8, 11, 2, false}, 2100, 2);
    expectPlain({20, 7, 3, 2, true}, 700, 3);
}

// A stump and a leaf alone, by hand: x0 < 0.5 ? -1 : 3 with covers 1 and 3 of 4.
TEST(contributionsOfAStump) {
    Trees trees;
    trees.start = {0, 3, 4};
    trees.output = {0, 0};
    trees.left = {1, -1, -1, -1};
    trees.right = {2, -1, -1, -1};
    trees.feature = {1, 0, 0, 0};
    trees.threshold = {0.5f, -1.0f, 3.0f, 7.0f};
    trees.default_left = {1, 0, 0, 0};
    trees.category_start = {-1, -1, -1, -1};
    trees.category_words = {0, 0, 0, 0};
    trees.base_margin = {0.25f};
    std::vector<std::int32_t> const tree_leaf{0, 2, 3}, output{0, 0, 0}, element{0, 1, 2, 2}, feature{1, 1},
        first{0, 1, 2}, condition{1, 0};
    std::vector<double> const value{-1, 3, 7}, zero{0.25, 0.75}, bias{9.25}, points{0.5}, weights{1};
    TreeShapPathsView const paths{tree_leaf.data(),
                                  3,
                                  output.data(),
                                  value.data(),
                                  element.data(),
                                  2,
                                  feature.data(),
                                  zero.data(),
                                  first.data(),
                                  2,
                                  condition.data(),
                                  bias.data(),
                                  1,
                                  points.data(),
                                  weights.data()};
    constexpr std::size_t kRows = 70;
    std::vector<double> x(kRows * 2, 0.0);
    for (std::size_t i = 0; i < kRows; i++) {
        x[2 * i + 1] = i % 3 == 0 ? 0.0 : i % 3 == 1 ? 1.0 : std::numeric_limits<double>::quiet_NaN();
    }
    for (Isa const isa : kAllIsas) {
        if (!isaSupported(isa)) continue;
        std::vector<double> found(kRows * 3), expected;
        treeShap(isa, 2, trees.view(), paths, x.data(), kRows, 2, found.data());
        for (std::size_t i = 0; i < kRows; i++) {
            for (double const v : {0.0, i % 3 == 1 ? 1.0 : -3.0, 9.25}) expected.push_back(v);
        }
        testing::expectSame(found, expected, std::string("contributions, ") + isaName(isa));
    }
}

}  // namespace

}  // namespace telltale
