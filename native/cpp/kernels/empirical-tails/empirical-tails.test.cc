// Any number of threads against sorts and counts of the standard library, with arrays that end where they end.
#include "kernels/empirical-tails/empirical-tails.h"

#include <algorithm>
#include <cmath>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

std::size_t below(Random& random, std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
}

// Normal, heavy-tailed, of few values, or constant.
std::vector<double> values(Random& random, std::size_t count) {
    std::size_t const kind = below(random, 4);
    std::vector<double> out(count);
    for (double& v : out) {
        double const z = random.normal();
        v = kind == 0 ? z : kind == 1 ? z * z * z * 1e100 : kind == 2 ? std::floor(z) : -0.0;
    }
    return out;
}

bool keyLess(double a, double b) { return a < b || (a == b && std::signbit(a) && !std::signbit(b)); }

std::vector<double> plainSorted(std::vector<double> const& x, std::size_t rows, std::size_t cols) {
    std::vector<double> sorted(rows * cols);
    for (std::size_t j = 0; j < cols; j++) {
        for (std::size_t i = 0; i < rows; i++) sorted[j * rows + i] = x[i * cols + j];
        std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(j * rows),
                  sorted.begin() + static_cast<std::ptrdiff_t>((j + 1) * rows), keyLess);
    }
    return sorted;
}

}  // namespace

TEST(columnsAreSorted) {
    Random random(3, 0);
    for (int trial = 0; trial < 60; trial++) {
        std::size_t const rows = 1 + below(random, trial % 3 == 0 ? 3000 : 40);
        std::size_t const cols = 1 + below(random, 20);
        std::vector<double> const x = values(random, rows * cols);
        std::vector<double> const expected = plainSorted(x, rows, cols);
        for (int const threads : {1, 3}) {
            std::vector<double> sorted(rows * cols, 7);
            sortColumns(threads, {x.data(), rows, cols, 0, cols, sorted.data()});
            testing::expectSame(sorted, expected, "sorted");
        }
    }
}

TEST(tailsAreCounted) {
    Random random(4, 0);
    for (int trial = 0; trial < 60; trial++) {
        std::size_t const trained = 1 + below(random, trial % 3 == 0 ? 2000 : 90);
        std::size_t const cols = 1 + below(random, 5);
        std::size_t const rows = below(random, trial % 2 == 0 ? 2000 : 20);
        std::vector<double> const train = values(random, trained * cols);
        std::vector<double> const sorted = plainSorted(train, trained, cols);
        std::vector<double> x = values(random, rows * cols);
        for (double& v : x) {
            if (below(random, 2) == 0) v = train[below(random, train.size())];
        }
        std::vector<double> surprise(trained + 1);
        for (double& v : surprise) v = random.uniform();
        std::vector<std::int32_t> skew(cols);
        for (std::int32_t& s : skew) s = static_cast<std::int32_t>(below(random, 3)) - 1;
        bool const mean = below(random, 2) == 0;
        std::vector<double> expected(rows), parts(rows * cols);
        for (std::size_t i = 0; i < rows; i++) {
            for (std::size_t j = 0; j < cols; j++) {
                std::size_t notAbove = 0, notBelow = 0;
                for (std::size_t k = 0; k < trained; k++) {
                    double const v = sorted[j * trained + k];
                    notAbove += v <= x[i * cols + j] ? 1 : 0;
                    notBelow += v >= x[i * cols + j] ? 1 : 0;
                }
                double const left = surprise[notAbove], right = surprise[notBelow];
                double const skewed = skew[j] < 0 ? left : skew[j] > 0 ? right : left + right;
                double const plain = mean ? (left + right) / 2 : std::max(left, right);
                parts[i * cols + j] = std::max(skewed, plain);
                expected[i] += parts[i * cols + j];
            }
        }
        for (int const threads : {1, 3}) {
            std::vector<double> scores(rows, 7), contributions(rows * cols, 7);
            TailScore work = {sorted.data(), trained, surprise.data(), skew.data(),         mean, x.data(),
                              rows,          cols,    scores.data(),   contributions.data()};
            tailScore(threads, work);
            testing::expectSame(scores, expected, "scores");
            testing::expectSame(contributions, parts, "contributions");
            work.contributions = nullptr;
            std::fill(scores.begin(), scores.end(), 7);
            tailScore(threads, work);
            testing::expectSame(scores, expected, "scores alone");
        }
    }
}

}  // namespace telltale
