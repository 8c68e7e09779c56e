// Every instruction set and thread count against rows made one by one, with arrays that end where they end: what the
// sanitizers are to look at. That this is what the reference makes, the tests in TypeScript say.
#include "kernels/smote/smote.h"

#include <algorithm>
#include <limits>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

struct Problem {
    std::size_t sources, cols, k, rows;
    std::uint64_t seed;
    std::uint32_t first;
    std::vector<double> x;
    std::vector<std::int32_t> bases, neighbours, shares;
    std::vector<std::uint8_t> halfway;
};

struct Made {
    std::vector<double> synthetic;
    std::vector<std::int32_t> origins, towards;
};

std::size_t below(Random& random, std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
}

Problem randomProblem(Random& random, std::size_t mostRows) {
    Problem p;
    p.sources = 1 + below(random, 40);
    p.cols = 1 + below(random, 20);
    p.k = 1 + below(random, 6);
    p.rows = below(random, mostRows);
    p.seed = static_cast<std::uint64_t>(random.below(std::int64_t{1} << 53));
    p.first = static_cast<std::uint32_t>(below(random, 1000));
    p.x.resize(p.sources * p.cols);
    for (double& v : p.x) {
        std::size_t const kind = below(random, 8);
        v = kind == 0 ? 0.0 : kind == 1 ? -0.0 : kind == 2 ? 1.7e308 * random.normal() / 9 : random.normal();
    }
    std::size_t const bases = 1 + below(random, 30);
    for (std::size_t i = 0; i < bases; i++) p.bases.push_back(static_cast<std::int32_t>(below(random, p.sources)));
    for (std::size_t i = 0; i < bases * p.k; i++) {
        p.neighbours.push_back(static_cast<std::int32_t>(below(random, p.sources)));
    }
    if (below(random, 2) == 0) {
        for (std::size_t i = 0; i < bases; i++) {
            p.shares.push_back(static_cast<std::int32_t>(below(random, p.first + p.rows + 1)));
        }
        p.shares.push_back(0);
        std::sort(p.shares.begin(), p.shares.end());
        p.shares[bases] = static_cast<std::int32_t>(p.first + p.rows);
    }
    if (below(random, 2) == 0) {
        for (std::size_t i = 0; i < p.sources; i++) p.halfway.push_back(static_cast<std::uint8_t>(below(random, 2)));
    }
    return p;
}

Made make(Isa isa, int threads, Problem const& p) {
    Made made{std::vector<double>(p.rows * p.cols), std::vector<std::int32_t>(p.rows),
              std::vector<std::int32_t>(p.rows)};
    smoteInterpolate(isa, threads,
                     {p.x.data(), p.sources, p.cols, p.bases.data(), p.bases.size(), p.neighbours.data(), p.k,
                      p.shares.empty() ? nullptr : p.shares.data(), p.halfway.empty() ? nullptr : p.halfway.data(),
                      p.seed, p.first, p.rows, made.synthetic.data(), made.origins.data(), made.towards.data()});
    return made;
}

// By the definition, with the generator of math/random.h.
Made plain(Problem const& p) {
    Made made;
    for (std::size_t i = 0; i < p.rows; i++) {
        auto const stream = static_cast<std::uint32_t>(p.first + i);
        Random random(p.seed, stream);
        std::size_t base = 0;
        std::size_t pick = 0;
        if (p.shares.empty()) {
            pick = below(random, p.bases.size() * p.k);
            base = pick / p.k;
            pick %= p.k;
        } else {
            pick = below(random, p.k);
            while (p.shares[base + 1] <= static_cast<std::int32_t>(stream)) base++;
        }
        auto const end = static_cast<std::size_t>(p.neighbours[base * p.k + pick]);
        double const step = random.uniform() * (!p.halfway.empty() && p.halfway[end] == 1 ? 0.5 : 1.0);
        made.origins.push_back(static_cast<std::int32_t>(base));
        made.towards.push_back(static_cast<std::int32_t>(end));
        for (std::size_t j = 0; j < p.cols; j++) {
            double const a = p.x[static_cast<std::size_t>(p.bases[base]) * p.cols + j];
            double const b = p.x[end * p.cols + j];
            double const low = a < b ? a : b;
            double const high = a < b ? b : a;
            double value = a + step * (b - a);
            if (!(value >= low)) value = low;
            made.synthetic.push_back(value > high ? high : value);
        }
    }
    return made;
}

bool throws(Problem const& p) {
    bool thrown = true;
    for (Isa const isa : kAllIsas) {
        if (!isaSupported(isa)) continue;
        try {
            make(isa, 2, p);
            thrown = false;
        } catch (std::invalid_argument const&) {
        }
    }
    return thrown;
}

}  // namespace

TEST(smoteIsTheSameEverywhere) {
    Random random(41, 0);
    for (int round = 0; round < 120; round++) {
        Problem const p = randomProblem(random, round % 10 == 9 ? 40000 : 200);
        Made const expected = plain(p);
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int threads = 1; threads <= 3; threads++) {
                Made const found = make(isa, threads, p);
                testing::expectSame(found.origins, expected.origins, "origins");
                testing::expectSame(found.towards, expected.towards, "towards");
                testing::expectSame(found.synthetic, expected.synthetic, std::string("synthetic on ") + isaName(isa));
            }
        }
    }
}

TEST(smoteRefusesRowsThatAreNotThere) {
    Random random(42, 0);
    for (int round = 0; round < 20; round++) {
        Problem p = randomProblem(random, 5000);
        p.rows = 5000;
        p.shares.clear();
        Problem wrong = p;
        wrong.bases[below(random, p.bases.size())] = static_cast<std::int32_t>(p.sources);
        CHECK(throws(wrong));
        wrong = p;
        wrong.neighbours[below(random, p.neighbours.size())] = -1;
        CHECK(throws(wrong));
        wrong = p;
        wrong.shares.assign(p.bases.size() + 1, 4000);  // the last rows are of no base
        CHECK(throws(wrong));
    }
}

}  // namespace telltale
