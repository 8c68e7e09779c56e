// Every instruction set against cells taken one by one, with arrays that end where they end: what the sanitizers are to
// look at. That this is what the reference makes, the tests in TypeScript say.
#include "kernels/matrix-profile/matrix-profile.h"

#include <limits>
#include <vector>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

struct Moments {
    std::vector<double> step, drift, inverse;

    Moments(Random& random, std::int64_t count) {
        for (std::int64_t i = 0; i < count; i++) {
            step.push_back(i == 0 ? 0.0 : random.normal());
            drift.push_back(i == 0 ? 0.0 : random.normal());
            inverse.push_back(random.below(9) == 0 ? 0.0 : random.uniform());
        }
    }

    WindowMoments view() const {
        return {step.data(), drift.data(), inverse.data(), static_cast<std::int64_t>(step.size())};
    }
};

struct Found {
    std::vector<double> products, best;
    std::vector<std::int32_t> nearest;
};

MatrixProfile workOf(Moments const& query, Moments const& train, std::int64_t low, std::int64_t high, Found& out) {
    MatrixProfile work{};
    work.query = query.view();
    work.train = train.view();
    work.low = low;
    work.high = high;
    work.products = out.products.data();
    work.best = out.best.data();
    work.nearest = out.nearest.data();
    work.from = 0;
    work.to = work.query.count;
    return work;
}

void cellByCell(MatrixProfile const& work) {
    for (std::int64_t i = work.from; i < work.to; i++) {
        work.best[i] = -std::numeric_limits<double>::infinity();
        work.nearest[i] = -1;
        for (std::int64_t d = work.low; d < work.high; d++) {
            std::int64_t const j = i + d;
            if (j < 0 || j >= work.train.count) continue;
            double& product = work.products[d - work.low];
            product = product + (work.query.step[i] * work.train.drift[j] + work.train.step[j] * work.query.drift[i]);
            double const value = product * work.train.inverse[j];
            if (!(value > work.best[i])) continue;
            work.best[i] = value;
            work.nearest[i] = static_cast<std::int32_t>(j);
        }
    }
}

}  // namespace

TEST(matrixProfileIsTheSameEverywhere) {
    Random random(11, 0);
    for (int trial = 0; trial < 60; trial++) {
        std::int64_t const mine = 1 + random.below(trial % 10 == 0 ? 2500 : 90);
        std::int64_t const other = 1 + random.below(trial % 10 == 0 ? 2500 : 90);
        Moments const query(random, mine);
        Moments const train(random, other);
        std::int64_t const low = 1 - mine + random.below(mine + other - 1);
        std::int64_t const high = low + 1 + random.below(other - low);
        Found start;
        for (std::int64_t d = low; d < high; d++) start.products.push_back(random.normal());
        start.best.assign(static_cast<std::size_t>(mine), 7.0);
        start.nearest.assign(static_cast<std::size_t>(mine), 7);
        Found expected = start;
        cellByCell(workOf(query, train, low, high, expected));
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            Found found = start;
            MatrixProfile work = workOf(query, train, low, high, found);
            std::int64_t const middle = random.below(mine + 1);
            work.to = middle;
            matrixProfile(isa, work);
            work.from = middle;
            work.to = mine;
            matrixProfile(isa, work);
            testing::expectSame(found.products, expected.products, std::string("products on ") + isaName(isa));
            testing::expectSame(found.best, expected.best, "best");
            testing::expectSame(found.nearest, expected.nearest, "nearest");
        }
    }
}

}  // namespace telltale
