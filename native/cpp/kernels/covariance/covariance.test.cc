// Every instruction set and thread count against the baseline on one thread, over random shapes, with arrays that end
// where they end: what the sanitizers are to look at. That the baseline is right, the tests in TypeScript say.
#include "kernels/covariance/covariance.h"

#include <numeric>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

using testing::expectSame;

namespace {

std::size_t upTo(Random& random, std::int64_t most) { return 1 + static_cast<std::size_t>(random.below(most)); }

struct Problem {
    std::size_t rows, cols, candidates;
    std::vector<double> x, weights, center, directions, back, means, scatters;
    std::vector<std::int32_t> index, groups;
    bool beside;
};

Problem randomProblem(Random& random) {
    Problem p;
    p.rows = upTo(random, random.below(3) == 0 ? 3000 : 200);
    p.cols = upTo(random, random.below(4) == 0 ? 40 : 12);
    p.x.resize(p.rows * p.cols);
    std::int64_t const kind = random.below(4);
    for (double& v : p.x) {
        v = random.normal();
        if (kind == 0) v = static_cast<double>(random.below(3));
        if (kind == 1) v += 1e9;
        if (kind == 2 && random.below(50) == 0) v *= 1e300;
    }
    if (random.below(2) == 0) {
        for (std::size_t i = upTo(random, 400); i > 0; i--) {
            p.index.push_back(static_cast<std::int32_t>(random.below(static_cast<std::int64_t>(p.rows))));
        }
    }
    if (random.below(2) == 0) {
        // Whole blocks without weight, too.
        for (std::size_t i = 0; i < p.rows; i++) {
            p.weights.push_back(i / 200 % 2 == 1 || random.below(4) == 0 ? 0 : random.uniform());
        }
    }
    for (std::size_t j = 0; j < p.cols; j++) p.center.push_back(random.normal());
    for (std::size_t g = upTo(random, 3); g > 0; g--) p.groups.push_back(static_cast<std::int32_t>(random.below(20)));
    auto const count = static_cast<std::size_t>(std::accumulate(p.groups.begin(), p.groups.end(), 0));
    for (std::size_t i = 0; i < count * p.cols; i++) p.directions.push_back(random.below(3) == 0 ? 0 : random.normal());
    p.beside = random.below(2) == 0;
    for (std::size_t i = 0; p.beside && i < count * p.cols; i++) p.back.push_back(random.normal());
    p.candidates = upTo(random, 5);
    for (std::size_t c = 0; c < p.candidates; c++) {
        for (std::size_t j = 0; j < p.cols; j++) p.means.push_back(random.normal());
        for (std::size_t i = 0; i < p.cols * p.cols; i++) p.scatters.push_back(i % (p.cols + 1) == 0 ? 1 + 1.0 * c : 0);
    }
    return p;
}

struct Made {
    std::vector<double> moments, norms, concentrated;
};

void append(std::vector<double>& to, std::vector<double> const& from) { to.insert(to.end(), from.begin(), from.end()); }

Made make(Isa isa, int threads, Problem const& p) {
    Made made;
    std::vector<double> count(1), mean(p.cols), scatter(p.cols * p.cols);
    std::size_t const listed = p.index.empty() ? p.rows : p.index.size();
    ColumnMoments moments{p.x.data(),
                          p.rows,
                          p.cols,
                          p.index.empty() ? nullptr : p.index.data(),
                          p.weights.empty() ? nullptr : p.weights.data(),
                          0,
                          listed,
                          count.data(),
                          mean.data(),
                          scatter.data()};
    // In two calls where there is a block to end at.
    if (threads == 2 && listed > kMomentBlockRows) {
        moments.to = kMomentBlockRows;
        columnMoments(isa, threads, moments);
        moments.from = kMomentBlockRows;
        moments.to = listed;
    }
    columnMoments(isa, threads, moments);
    append(made.moments, count);
    append(made.moments, mean);
    append(made.moments, scatter);
    made.norms.resize(p.rows * (p.groups.size() + (p.beside ? 1 : 0)));
    squaredProjections(isa, threads,
                       {p.x.data(), p.rows, p.cols, p.center.data(), p.directions.data(), p.groups.data(),
                        p.groups.size(), p.back.data(), p.beside, made.norms.data()});
    std::vector<double> means = p.means, scatters = p.scatters, determinants(p.candidates);
    std::size_t const support = p.rows / 2 + 1 < p.rows ? p.rows / 2 + 1 : p.rows;
    concentration(
        isa, threads,
        {p.x.data(), p.rows, p.cols, support, 4, 0, p.candidates, means.data(), scatters.data(), determinants.data()});
    append(made.concentrated, means);
    append(made.concentrated, scatters);
    append(made.concentrated, determinants);
    return made;
}

}  // namespace

TEST(covarianceIsTheSameEverywhere) {
    Random random(71, 0);
    for (int round = 0; round < 80; round++) {
        Problem const p = randomProblem(random);
        Made const expected = make(Isa::kScalar, 1, p);
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int threads = 1; threads <= 3; threads++) {
                Made const found = make(isa, threads, p);
                expectSame(found.moments, expected.moments, std::string("moments on ") + isaName(isa));
                expectSame(found.norms, expected.norms, std::string("norms on ") + isaName(isa));
                expectSame(found.concentrated, expected.concentrated, std::string("steps on ") + isaName(isa));
            }
        }
    }
}

TEST(momentsOfRowsThatAreNotThere) {
    std::vector<double> x(20), count(1), mean(2), scatter(4);
    for (std::int32_t const wrong : {-1, 10}) {
        std::vector<std::int32_t> const index{0, wrong};
        bool thrown = false;
        try {
            columnMoments(Isa::kScalar, 1,
                          {x.data(), 10, 2, index.data(), nullptr, 0, 2, count.data(), mean.data(), scatter.data()});
        } catch (std::invalid_argument const&) {
            thrown = true;
        }
        CHECK(thrown);
    }
}

}  // namespace telltale
