// Every instruction set and thread count against the baseline on one thread, over random rows and rules: what the
// sanitizers are to look at. That the baseline is right, the tests in TypeScript say.
#include "kernels/boosted-trees/fit/fit.h"

#include <algorithm>
#include <limits>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

using testing::expectSame;

namespace {

struct Rows {
    std::size_t rows, train_rows, cols, stride, max_bin, code_bytes;
    std::vector<double> x, labels, weights;
    std::vector<std::int32_t> categories, bins;
    std::vector<float> cuts;
    std::vector<std::uint8_t> missing, codes, column_codes;
    double max_weight = 0;
};

struct Trees {
    std::vector<float> margins, threshold, gain, cover;
    std::vector<std::int32_t> node_count, left, right, feature, category_bits;
    std::vector<std::uint8_t> default_left;
};

std::size_t upTo(Random& random, std::int64_t most) { return 1 + static_cast<std::size_t>(random.below(most)); }

Rows randomRows(Random& random) {
    Rows r;
    r.train_rows = 2 + upTo(random, random.below(4) == 0 ? 3000 : 200);
    r.rows = r.train_rows + static_cast<std::size_t>(random.below(20));
    r.cols = upTo(random, 18);
    r.stride = (r.cols + kCodeColumns - 1) / kCodeColumns * kCodeColumns;
    r.max_bin = random.below(3) == 0 ? 300 : 2 + static_cast<std::size_t>(random.below(255));
    r.code_bytes = r.max_bin > 256 ? 2 : 1;
    std::int64_t const kinds = upTo(random, 60);
    bool const categorical = random.below(2) == 0;
    r.categories.assign(r.cols, 0);
    for (std::size_t j = 2; categorical && j < r.cols; j += 3) r.categories[j] = static_cast<std::int32_t>(kinds);
    for (std::size_t i = 0; i < r.rows * r.cols; i++) {
        bool const kind = r.categories[i % r.cols] > 0;
        double const v = kind ? static_cast<double>(random.below(kinds)) : random.normal();
        r.x.push_back(random.below(9) == 0 ? std::numeric_limits<double>::quiet_NaN() : v);
    }
    for (std::size_t i = 0; i < r.train_rows; i++) {
        r.labels.push_back(static_cast<double>(random.below(2)));
        r.weights.push_back(static_cast<double>(random.below(4)));
        r.max_weight = std::max(r.max_weight, r.weights.back());
    }
    r.weights[0] = r.max_weight = 4;
    r.cuts.resize(r.cols * r.max_bin);
    r.bins.resize(r.cols);
    r.missing.resize(r.cols);
    r.codes.resize(r.rows * r.stride * r.code_bytes);
    r.column_codes.resize(r.rows * r.cols * r.code_bytes);
    return r;
}

void bin(int threads, Rows& r) {
    boostedTreesBin(threads, {r.x.data(), r.rows, r.cols, r.train_rows, r.weights.data(), r.max_bin,
                              r.categories.data(), 0, r.cols, r.cuts.data(), r.bins.data(), r.missing.data(),
                              r.code_bytes, r.stride, r.codes.data(), r.column_codes.data()});
}

// Two rounds of the same rules; the seed says which.
Trees boost(Isa isa, int threads, Rows const& r, std::uint64_t seed) {
    Random random(seed, 1);
    std::vector<std::int32_t> start(1), missing_bin, monotone;
    std::vector<float> cuts;
    std::size_t words = 0;
    for (std::size_t j = 0; j < r.cols; j++) {
        start.push_back(start.back() + r.bins[j] + r.missing[j]);
        missing_bin.push_back(r.missing[j] != 0 ? r.bins[j] : -1);
        monotone.push_back(r.categories[j] > 0 ? 0 : static_cast<std::int32_t>(random.below(3)) - 1);
        words = std::max(words, (static_cast<std::size_t>(r.categories[j]) + 31) / 32);
        cuts.insert(cuts.end(), r.cuts.begin() + static_cast<std::ptrdiff_t>(j * r.max_bin),
                    r.cuts.begin() + static_cast<std::ptrdiff_t>((j + 1) * r.max_bin));
        cuts.resize(static_cast<std::size_t>(start.back()));
    }
    BoostedTreesRound work{};
    work.rows = r.rows;
    work.train_rows = r.train_rows;
    work.cols = r.cols;
    work.code_bytes = r.code_bytes;
    work.stride = r.stride;
    work.codes = r.codes.data();
    work.column_codes = r.column_codes.data();
    work.bin_start = start.data();
    work.missing_bin = missing_bin.data();
    work.categories = r.categories.data();
    work.cuts = cuts.data();
    work.labels = r.labels.data();
    work.weights = random.below(2) == 0 ? nullptr : r.weights.data();
    work.max_weight = work.weights == nullptr ? 1 : r.max_weight;
    work.objective = static_cast<BoostingObjective>(random.below(3));
    work.outputs = work.objective == BoostingObjective::kSoftmax ? 3 : 1;
    work.seed = seed;
    work.lossguide = random.below(2) == 0;
    work.max_depth = static_cast<std::size_t>(random.below(6));
    work.max_leaves = random.below(2) == 0 ? 0 : upTo(random, 30);
    work.eta = 0.3;
    work.lambda = 1;
    work.alpha = random.below(2) == 0 ? 0 : 0.3;
    work.min_child_weight = 0.1;
    work.subsample = random.below(2) == 0 ? 1 : 0.6;
    work.by_tree = work.by_level = 1;
    work.by_node = random.below(2) == 0 ? 1 : 0.5;
    work.monotone = random.below(3) == 0 ? monotone.data() : nullptr;
    work.max_cat_to_onehot = 4;
    work.max_cat_threshold = 64;
    work.histograms = 3 + static_cast<std::size_t>(random.below(4));
    work.node_capacity = 2 * r.train_rows + 1;
    work.category_words = words;
    std::vector<double> workspace(roundWorkspace(work));
    work.workspace = workspace.data();
    work.workspace_length = workspace.size();
    Trees t;
    std::size_t const nodes = work.outputs * work.node_capacity;
    t.margins.resize(r.rows * work.outputs);
    t.node_count.resize(work.outputs);
    for (auto* array : {&t.threshold, &t.gain, &t.cover}) array->resize(nodes);
    for (auto* array : {&t.left, &t.right, &t.feature}) array->resize(nodes);
    t.default_left.resize(nodes);
    t.category_bits.resize(nodes * words);
    work.margins = t.margins.data();
    work.node_count = t.node_count.data();
    work.left = t.left.data();
    work.right = t.right.data();
    work.feature = t.feature.data();
    work.threshold = t.threshold.data();
    work.default_left = t.default_left.data();
    work.gain = t.gain.data();
    work.cover = t.cover.data();
    work.category_bits = t.category_bits.data();
    for (work.round = 0; work.round < 2; work.round++) boostedTreesRound(isa, threads, work);
    return t;
}

}  // namespace

TEST(boostedTreesFitSameOnEveryPath) {
    Random random(31, 0);
    for (std::uint64_t trial = 0; trial < 40; trial++) {
        Rows rows = randomRows(random);
        Rows again = rows;
        bin(1, rows);
        bin(3, again);
        expectSame(again.codes, rows.codes, "codes");
        expectSame(again.cuts, rows.cuts, "cuts");
        Trees const expected = boost(Isa::kScalar, 1, rows, trial);
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int const threads : {1, 3}) {
                Trees const found = boost(isa, threads, rows, trial);
                std::string const what = std::string(isaName(isa)) + " ";
                expectSame(found.node_count, expected.node_count, what + "node_count");
                expectSame(found.left, expected.left, what + "left");
                expectSame(found.feature, expected.feature, what + "feature");
                expectSame(found.threshold, expected.threshold, what + "threshold");
                expectSame(found.gain, expected.gain, what + "gain");
                expectSame(found.category_bits, expected.category_bits, what + "category_bits");
                expectSame(found.margins, expected.margins, what + "margins");
            }
        }
    }
}

// Codes that lead to no bin may make nonsense, but nothing outside the arrays is touched.
TEST(boostedTreesFitSurvivesWildCodes) {
    Random random(32, 0);
    for (std::uint64_t trial = 0; trial < 20; trial++) {
        Rows rows = randomRows(random);
        bin(1, rows);
        for (std::uint8_t& code : rows.codes) code = static_cast<std::uint8_t>(random.below(256));
        for (std::uint8_t& code : rows.column_codes) code = static_cast<std::uint8_t>(random.below(256));
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            try {
                boost(isa, 2, rows, trial);
            } catch (std::invalid_argument const&) {
                continue;  // more nodes than rows allow
            }
        }
    }
}

}  // namespace telltale
