// Every instruction set and thread count against projections taken one by one, with arrays that end where they end.
#include "kernels/projections/projections.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

std::size_t below(Random& random, std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
}

double project(Projections const& work, std::size_t row, std::size_t cut) {
    double sum = 0;
    for (std::size_t k = cut * work.perCut; k < (cut + 1) * work.perCut; k++) {
        double const product = work.weights[k] * work.x[row * work.cols + static_cast<std::size_t>(work.features[k])];
        sum = k == cut * work.perCut ? product : sum + product;
    }
    return sum;
}

std::size_t binOf(double offset, double scale, std::size_t bins) {
    double const t = offset * scale;
    return t < static_cast<double>(bins) ? static_cast<std::size_t>(t) : bins - 1;
}

}  // namespace

TEST(projectionsFallIntoBins) {
    Random random(6, 0);
    for (int trial = 0; trial < 40; trial++) {
        std::size_t const rows = 1 + below(random, 1200), cols = 1 + below(random, 9), cuts = 1 + below(random, 7);
        std::size_t const perCut = 1 + below(random, cols), bins = 1 + below(random, 12);
        std::vector<double> x(rows * cols), weights(cuts * perCut);
        for (double& v : x) v = trial % 4 == 0 ? std::floor(random.normal()) : random.normal();
        for (double& v : weights) v = random.normal();
        std::vector<std::int32_t> features(cuts * perCut);
        for (std::int32_t& f : features) f = static_cast<std::int32_t>(below(random, cols));
        Projections const work = {x.data(), rows, cols, cuts, perCut, features.data(), weights.data(), 0, cuts};
        std::vector<double> low(cuts, std::numeric_limits<double>::infinity()), high(cuts), scale(cuts);
        for (std::size_t c = 0; c < cuts; c++) {
            high[c] = -low[c];
            for (std::size_t i = 0; i < rows; i++) {
                low[c] = std::min(low[c], project(work, i, c));
                high[c] = std::max(high[c], project(work, i, c));
            }
            low[c] += 0.0;
            high[c] += 0.0;
            scale[c] = high[c] > low[c] ? static_cast<double>(bins) / (high[c] - low[c]) : 1;
        }
        std::vector<double> levels(cuts * (bins + 1));
        for (double& v : levels) v = random.uniform();
        // Scores with narrower ranges, so that some rows lie outside.
        std::vector<double> narrowLow = low, narrowHigh = high;
        for (std::size_t c = 0; c < cuts; c++) {
            narrowLow[c] += (high[c] - low[c]) / 8;
            narrowHigh[c] -= (high[c] - low[c]) / 8;
        }
        std::vector<std::int32_t> counts(cuts * bins);
        std::vector<double> expected(rows);
        for (std::size_t i = 0; i < rows; i++) {
            for (std::size_t c = 0; c < cuts; c++) {
                double const z = project(work, i, c);
                counts[c * bins + binOf(z - low[c], scale[c], bins)]++;
                bool const inside = z >= narrowLow[c] && z <= narrowHigh[c];
                expected[i] += levels[c * (bins + 1) + (inside ? binOf(z - narrowLow[c], scale[c], bins) : bins)];
            }
            expected[i] /= static_cast<double>(cuts);
        }
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int const threads : {1, 3}) {
                std::string const which = std::string(", ") + isaName(isa);
                std::vector<double> foundLow(cuts, 7), foundHigh(cuts, 7), scores(rows, 7);
                std::vector<std::int32_t> found(cuts * bins, 7);
                projectionRange(isa, threads, work, foundLow.data(), foundHigh.data());
                testing::expectSame(foundLow, low, "low" + which);
                testing::expectSame(foundHigh, high, "high" + which);
                projectionHistogram(isa, threads, work, {bins, low.data(), nullptr, scale.data()}, found.data());
                testing::expectSame(found, counts, "counts" + which);
                ProjectionBins const narrow = {bins, narrowLow.data(), narrowHigh.data(), scale.data()};
                projectionScore(isa, threads, work, narrow, levels.data(), scores.data());
                testing::expectSame(scores, expected, "scores" + which);
            }
        }
    }
}

}  // namespace telltale
