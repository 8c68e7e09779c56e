// Every instruction set and thread count against values looked up one by one, with arrays that end where they end.
#include "kernels/histograms/histograms.h"

#include <algorithm>
#include <cmath>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

std::size_t below(Random& random, std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
}

std::size_t binOf(double t, std::int32_t bins) {
    if (t < 0) return 0;
    return t < bins ? static_cast<std::size_t>(t) : static_cast<std::size_t>(bins - 1);
}

}  // namespace

TEST(valuesFallIntoHistograms) {
    Random random(7, 0);
    for (int trial = 0; trial < 40; trial++) {
        std::size_t const rows = below(random, trial % 8 == 0 ? 9000 : 40), cols = 1 + below(random, 19);
        std::vector<double> x(rows * cols), low(cols), scale(cols), lowest(cols), highest(cols), rarest(cols);
        for (double& v : x) v = trial % 4 == 0 ? std::floor(random.normal() * 2) : random.normal();
        if (trial % 5 == 0 && !x.empty()) x[below(random, x.size())] = trial % 2 == 0 ? NAN : INFINITY;
        std::vector<std::int32_t> bins(cols);
        std::size_t total = 0;
        for (std::size_t j = 0; j < cols; j++) {
            bins[j] = static_cast<std::int32_t>(1 + below(random, 12));
            low[j] = random.normal() - 2;  // some values are below, some above
            scale[j] = trial % 7 == 0 ? 0 : bins[j] / 4.0;
            lowest[j] = low[j] - 0.125;
            highest[j] = low[j] + 4.125;
            rarest[j] = random.uniform();
            total += static_cast<std::size_t>(bins[j]);
        }
        std::vector<double> levels(total), expected(rows), parts(rows * cols);
        for (double& v : levels) v = random.uniform();
        std::vector<std::int32_t> counts(total, 3);
        for (std::size_t i = 0; i < rows; i++) {
            std::size_t first = 0;
            for (std::size_t j = 0; j < cols; j++) {
                double const v = x[i * cols + j];
                std::size_t const place = first + binOf((v - low[j]) * scale[j], bins[j]);
                counts[place]++;
                parts[i * cols + j] = v >= lowest[j] && v <= highest[j] ? levels[place] : rarest[j];
                expected[i] += parts[i * cols + j];
                first += static_cast<std::size_t>(bins[j]);
            }
        }
        Histograms const work = {x.data(), rows, cols, low.data(), scale.data(), bins.data(), total};
        HistogramLevels const own = {lowest.data(), highest.data(), rarest.data(), levels.data()};
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int const threads : {1, 3}) {
                std::string const which = std::string(", ") + isaName(isa);
                std::vector<std::int32_t> found(total, 3);
                histogramCount(isa, threads, work, found.data());
                testing::expectSame(found, counts, "counts" + which);
                std::vector<double> scores(rows, 7), alone(rows, 7), foundParts(rows * cols, 7);
                histogramScore(isa, threads, work, own, scores.data(), foundParts.data());
                testing::expectSame(scores, expected, "scores" + which);
                testing::expectSame(foundParts, parts, "contributions" + which);
                histogramScore(isa, threads, work, own, alone.data(), nullptr);
                testing::expectSame(alone, expected, "scores alone" + which);
            }
        }
    }
}

}  // namespace telltale
