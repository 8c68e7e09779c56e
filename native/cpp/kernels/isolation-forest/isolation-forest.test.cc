// Every instruction set and thread count against the baseline on one thread, over random shapes, with arrays that end
// where they end: what the sanitizers are to look at. That the baseline is right, the tests in TypeScript say.
#include "kernels/isolation-forest/isolation-forest.h"

#include <cmath>
#include <limits>

#include "kernels/isolation-forest/isolation-forest-walk.h"
#include "math/elementary.h"
#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

struct Forest {
    std::size_t trees, capacity, ndim;
    std::vector<std::int32_t> node_count, right, count, features, tree_start;
    std::vector<double> value, coefficients;
    std::vector<std::uint8_t> missing_left;

    IsolationForestView view() const {
        return {static_cast<std::int32_t>(trees),
                tree_start.data(),
                right.data(),
                value.data(),
                missing_left.data(),
                static_cast<std::int32_t>(ndim),
                features.data(),
                coefficients.data(),
                static_cast<std::int64_t>(right.size())};
    }
};

struct Problem {
    std::size_t rows, cols, trees, sample, depth, ndim;
    std::uint64_t seed;
    std::vector<double> x;
    double pooled_gain = 0, averaged_gain = 0;
    std::size_t candidates = 1;
    bool standardize = false, density = false;

    bool separates() const { return ndim == 1 || standardize || density || pooled_gain + averaged_gain > 0; }
};

double nasty(Random& random) {
    static double const kValues[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0, 5e-324, -5e-324, 1e308, -1e308, 1, 2, 3};
    return kValues[random.below(sizeof kValues / sizeof(double))];
}

Problem randomProblem(Random& random, std::size_t mostRows) {
    Problem p;
    p.rows = 1 + static_cast<std::size_t>(random.below(static_cast<std::int64_t>(mostRows)));
    p.cols = 1 + static_cast<std::size_t>(random.below(random.below(4) == 0 ? 70 : 9));
    p.trees = 1 + static_cast<std::size_t>(random.below(12));
    p.sample = 1 + static_cast<std::size_t>(random.below(static_cast<std::int64_t>(p.rows < 300 ? p.rows : 300)));
    p.depth = 1 + static_cast<std::size_t>(random.below(10));
    p.ndim = random.below(3) != 0 ? 1 : 1 + static_cast<std::size_t>(random.below(static_cast<std::int64_t>(p.cols)));
    p.seed = static_cast<std::uint64_t>(random.below(std::int64_t{1} << 53));
    p.x.resize(p.rows * p.cols);
    if (random.below(2) == 0) {
        p.pooled_gain = 0.25 * static_cast<double>(random.below(4));
        p.averaged_gain = random.below(2) == 0 ? 0 : 0.25;
        p.candidates = 1 + static_cast<std::size_t>(random.below(5));
        p.standardize = random.below(2) == 0;
        p.density = random.below(2) == 0;
    }
    bool const calm = random.below(2) == 0;
    for (double& v : p.x) v = calm || random.below(3) != 0 ? random.normal() : nasty(random);
    return p;
}

Forest grow(int threads, Problem const& p) {
    Forest f;
    f.trees = p.trees;
    f.ndim = p.ndim;
    std::size_t const byDepth = (std::size_t{2} << p.depth) - 1;
    std::size_t const byRows = p.separates() ? 2 * p.sample - 1 : 2 * p.sample * p.depth + 1;
    f.capacity = byDepth < byRows ? byDepth : byRows;
    std::size_t const places = f.trees * f.capacity;
    f.node_count.resize(f.trees);
    f.right.resize(places);
    f.value.resize(places);
    f.count.resize(places);
    f.missing_left.resize(places);
    f.features.resize(places * f.ndim);
    f.coefficients.resize(f.ndim == 1 ? 0 : places * f.ndim);
    std::vector<double> averagePath(p.sample + 1);
    for (std::size_t n = 2; n <= p.sample; n++) averagePath[n] = 2 * std::log(static_cast<double>(n));
    IsolationForestFit const fit{p.x.data(),
                                 p.rows,
                                 p.cols,
                                 p.trees,
                                 0,
                                 p.sample,
                                 p.depth,
                                 p.ndim,
                                 p.pooled_gain,
                                 p.averaged_gain,
                                 p.candidates,
                                 p.standardize,
                                 p.density,
                                 p.seed,
                                 averagePath.data(),
                                 f.capacity,
                                 f.node_count.data(),
                                 f.right.data(),
                                 f.value.data(),
                                 f.count.data(),
                                 f.missing_left.data(),
                                 f.features.data(),
                                 f.coefficients.data()};
    isolationForestFit(threads, fit);
    return f;
}

// Without the unused places: arrays end at the last node.
Forest compact(Forest const& grown) {
    Forest f;
    f.trees = grown.trees;
    f.ndim = grown.ndim;
    f.tree_start.push_back(0);
    for (std::size_t t = 0; t < grown.trees; t++) {
        std::size_t const from = t * grown.capacity;
        std::size_t const to = from + static_cast<std::size_t>(grown.node_count[t]);
        for (std::size_t i = from; i < to; i++) {
            f.right.push_back(grown.right[i]);
            f.value.push_back(grown.value[i]);
            f.missing_left.push_back(grown.missing_left[i]);
            for (std::size_t k = i * f.ndim; k < (i + 1) * f.ndim; k++) {
                f.features.push_back(grown.features[k]);
                if (f.ndim > 1) f.coefficients.push_back(grown.coefficients[k]);
            }
        }
        f.tree_start.push_back(static_cast<std::int32_t>(f.right.size()));
    }
    for (auto* const array : {&f.right, &f.features, &f.tree_start}) array->shrink_to_fit();
    for (auto* const array : {&f.value, &f.coefficients}) array->shrink_to_fit();
    f.missing_left.shrink_to_fit();
    return f;
}

// The score of one row by the definition.
double plainScore(IsolationForestView const& forest, double const* row, double normalizer) {
    double sum = 0;
    for (std::int32_t t = 0; t < forest.trees; t++) {
        std::int32_t node = forest.tree_start[t];
        while (forest.right[node] != 0) {
            double v = forest.ndim == 1 ? row[forest.features[node]] : 0;
            for (std::int32_t k = 0; forest.ndim > 1 && k < forest.ndim; k++) {
                std::int32_t const at = node * forest.ndim + k;
                if (forest.features[at] < 0) break;
                v += forest.coefficients[at] * row[forest.features[at]];
            }
            bool const left = v <= forest.value[node] || (!(v > forest.value[node]) && forest.missing_left[node] == 1);
            node += left ? 1 : forest.right[node];
        }
        sum += forest.value[node];
    }
    return normalizer > 0 ? exp2(-(sum / forest.trees / normalizer)) : 0.5;
}

void compareAll(Problem const& p, double normalizer) {
    Forest const grown = grow(1, p);
    Forest const forest = compact(grown);
    std::vector<double> expected(p.rows);
    for (std::size_t i = 0; i < p.rows; i++) {
        expected[i] = plainScore(forest.view(), p.x.data() + i * p.cols, normalizer);
    }
    std::vector<double> credits;
    for (Isa const isa : kAllIsas) {
        if (!isaSupported(isa)) continue;
        std::string const name = isaName(isa);
        std::vector<double> walked(p.rows, -1);
        isolationForestWalk(isa)(forest.view(), walkNodes(forest.view()).get(), p.x.data(), p.rows, p.cols, normalizer,
                                 walked.data());
        testing::expectSame(walked, expected, name + " walk");
        for (int threads = 1; threads <= 4; threads++) {
            Forest const again = grow(threads, p);
            testing::expectSame(again.node_count, grown.node_count, name + " node_count");
            testing::expectSame(again.right, grown.right, name + " right");
            testing::expectSame(again.value, grown.value, name + " value");
            testing::expectSame(again.features, grown.features, name + " features");
            testing::expectSame(again.coefficients, grown.coefficients, name + " coefficients");
            testing::expectSame(again.missing_left, grown.missing_left, name + " missing_left");
            std::vector<double> scores(p.rows, -1);
            isolationForestScore(isa, threads, forest.view(), p.x.data(), p.rows, p.cols, normalizer, scores.data());
            testing::expectSame(scores, expected, name + " scores");
            std::vector<double> contributions(p.rows * p.cols, -1);
            isolationForestContributions(threads, forest.view(), forest.value.data(), p.x.data(), p.rows, p.cols,
                                         normalizer, contributions.data());
            if (credits.empty()) credits = contributions;
            testing::expectSame(contributions, credits, name + " contributions");
        }
    }
}

}  // namespace

TEST(smallShapes) {
    Random random(11, 0);
    for (int i = 0; i < 120; i++) compareAll(randomProblem(random, 60), i % 5 == 0 ? 1e-3 : 3);
}

TEST(largerShapes) {
    Random random(12, 0);
    for (int i = 0; i < 6; i++) compareAll(randomProblem(random, 3000), 8);
}

TEST(manyRows) {
    Random random(13, 0);
    Problem p{20001, 5, 12, 256, 8, 1, 99, {}, 0, 0, 1, false, false};
    p.x.resize(p.rows * p.cols);
    for (double& v : p.x) v = random.below(100) == 0 ? nasty(random) : random.normal();
    compareAll(p, 10);
}

TEST(aForestThatLiesIsRefused) {
    Random random(14, 0);
    Problem p{2500, 3, 5, 128, 7, 1, 5, {}, 0, 0, 1, false, false};
    p.x.resize(p.rows * p.cols);
    for (double& v : p.x) v = random.normal();
    Forest const good = compact(grow(1, p));
    std::vector<double> scores(p.rows);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
        Forest bad = good;
        auto const node = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(bad.right.size())));
        auto const wild = static_cast<std::int32_t>(random.bits());
        switch (random.below(3)) {
            case 0:
                bad.right[node] = wild;
                break;
            case 1:
                bad.features[node] = wild;
                break;
            default:
                bad.tree_start[static_cast<std::size_t>(random.below(6))] = wild;
        }
        std::size_t const rows = i % 8 == 0 ? p.rows : i % 2 == 0 ? 300 : 1;  // enough for every way of scoring
        try {
            isolationForestScore(bestIsa(), 1, bad.view(), p.x.data(), rows, p.cols, 3, scores.data());
        } catch (std::invalid_argument const&) {
            refused++;
        }
    }
    CHECK(refused > 1000);
}

TEST(tooLittleRoomIsAnError) {
    Random random(15, 0);
    Problem p{100, 2, 2, 64, 1, 1, 5, {}, 0, 0, 1, false, false};
    p.x.resize(p.rows * p.cols);
    for (double& v : p.x) v = random.normal();
    std::vector<double> averagePath(p.sample + 1);
    std::vector<std::int32_t> count(2), right(2), counts(2), features(2);
    std::vector<double> value(2);
    std::vector<std::uint8_t> missing(2);
    IsolationForestFit const fit{p.x.data(),
                                 p.rows,
                                 p.cols,
                                 2,
                                 0,
                                 64,
                                 6,
                                 1,
                                 0,
                                 0,
                                 1,
                                 false,
                                 false,
                                 1,
                                 averagePath.data(),
                                 1,
                                 count.data(),
                                 right.data(),
                                 value.data(),
                                 counts.data(),
                                 missing.data(),
                                 features.data(),
                                 nullptr};
    for (int threads = 1; threads <= 2; threads++) {
        bool thrown = false;
        try {
            isolationForestFit(threads, fit);
        } catch (std::length_error const&) {
            thrown = true;
        }
        CHECK(thrown);
    }
}

}  // namespace telltale
