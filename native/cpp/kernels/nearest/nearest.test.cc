#include "kernels/nearest/nearest.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "testing/test.h"

namespace telltale {
namespace {

using testing::expectSame;

struct Problem {
    std::size_t rows, cols, queries, k;
    std::vector<double> x, q;
    std::vector<std::int32_t> order;
    std::vector<double> boxes;
};

// `kind`: 0 spread out, 1 many ties, 2 tight clusters far apart, 3 all equal.
Problem problem(std::size_t rows, std::size_t cols, std::size_t queries, std::size_t k, int kind) {
    Problem made{rows, cols, queries, k, {}, {}, {}, {}};
    std::uint64_t state = 7 + rows * 31 + cols;
    auto const next = [&] {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double const u = static_cast<double>(state >> 11) * 0x1p-53;
        if (kind == 1) return std::floor(u * 3);
        if (kind == 2) return std::floor(u * 4) * 1e3 + u * 1e-6;
        return kind == 3 ? 2.5 : u * 8 - 4;
    };
    for (std::size_t i = 0; i < rows * cols; i++) made.x.push_back(next());
    for (std::size_t i = 0; i < queries * cols; i++) made.q.push_back(next());
    made.order.resize(rows);
    made.boxes.resize(nearestLeaves(rows) * 2 * cols);
    return made;
}

double total(double const* a, double const* b, std::size_t cols) {
    double sum[8] = {};
    for (std::size_t c = 0; c < cols; c++) sum[c & 7] += (a[c] - b[c]) * (a[c] - b[c]);
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

void searchAll(Problem const& given, double const* query, std::int32_t own, std::vector<double>& distances,
               std::vector<std::int32_t>& indices) {
    std::vector<std::pair<double, std::int32_t>> all;
    for (std::size_t i = 0; i < given.rows; i++) {
        if (static_cast<std::int32_t>(i) == own) continue;
        all.emplace_back(total(query, given.x.data() + i * given.cols, given.cols), static_cast<std::int32_t>(i));
    }
    std::sort(all.begin(), all.end());
    for (std::size_t n = 0; n < given.k; n++) {
        distances.push_back(std::sqrt(all[n].first));
        indices.push_back(all[n].second);
    }
}

void expectExact(Problem given) {
    for (bool const self : {true, false}) {
        std::size_t const queries = self ? given.rows : given.queries;
        std::vector<double> expectedDistances;
        std::vector<std::int32_t> expectedIndices;
        for (std::size_t i = 0; i < queries; i++) {
            double const* const query = (self ? given.x : given.q).data() + i * given.cols;
            searchAll(given, query, self ? static_cast<std::int32_t>(i) : -1, expectedDistances, expectedIndices);
        }
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            nearestIndex(isa, 2, given.x.data(), given.rows, given.cols, given.order.data(), given.boxes.data());
            for (NearestMethod const method : {NearestMethod::kAuto, NearestMethod::kTree, NearestMethod::kBlocked}) {
                for (int const threads : {1, 3}) {
                    std::vector<double> distances(queries * given.k);
                    std::vector<std::int32_t> indices(queries * given.k);
                    NearestIndexView const train{given.x.data(), given.rows, given.cols, given.order.data(),
                                                 given.boxes.data()};
                    // In two parts, the second beginning in the middle of a leaf.
                    for (bool const second : {false, true}) {
                        std::size_t const from = second ? queries / 3 : 0, to = second ? queries : queries / 3;
                        nearest(isa, threads,
                                {train, given.q.data(), queries, self, from, to, given.k, NearestMetric::kEuclidean, 2,
                                 method, distances.data(), indices.data()});
                    }
                    expectSame(indices, expectedIndices, isaName(isa));
                    expectSame(distances, expectedDistances, isaName(isa));
                }
            }
        }
    }
}

TEST(nearestRowsAreExact) {
    for (int kind = 0; kind < 4; kind++) {
        expectExact(problem(700, 5, 300, 7, kind));
        expectExact(problem(333, 19, 150, 20, kind));
        expectExact(problem(131, 1, 70, 100, kind));
        expectExact(problem(2, 9, 3, 1, kind));
    }
}

TEST(nearestOverManyBlocks) {
    expectExact(problem(2500, 3, 1400, 5, 0));
    expectExact(problem(1300, 9, 400, 70, 1));
    expectExact(problem(1300, 9, 400, 70, 2));
}

TEST(nearestRefusesWhatItCannotRead) {
    Problem given = problem(200, 3, 140, 4, 0);
    nearestIndex(bestIsa(), 1, given.x.data(), 200, 3, given.order.data(), given.boxes.data());
    std::vector<double> distances(200 * 4);
    std::vector<std::int32_t> indices(200 * 4);
    auto const run = [&] {
        NearestIndexView const train{given.x.data(), 200, 3, given.order.data(), given.boxes.data()};
        nearest(bestIsa(), 1,
                {train, given.q.data(), 140, false, 0, 140, 4, NearestMetric::kEuclidean, 2, NearestMethod::kAuto,
                 distances.data(), indices.data()});
    };
    run();
    auto const refused = [&] {
        try {
            run();
        } catch (std::invalid_argument const&) {
            return true;
        }
        return false;
    };
    given.order[5] = 200;
    CHECK(refused());
    given.order[5] = -1;
    CHECK(refused());
    given.order[5] = given.order[6];  // a row twice and one never: other neighbours, no crash
    run();
    given.q[7] = std::nan("");
    CHECK(refused());
    given.q[7] = 0;
    given.boxes.assign(given.boxes.size(), 1e300);  // boxes that lie: other neighbours, no crash
    run();
    given.x[3] = INFINITY;
    CHECK(refused());
}

}  // namespace
}  // namespace telltale
