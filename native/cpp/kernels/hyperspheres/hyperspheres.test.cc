// Every instruction set and thread count against distances taken one by one, with arrays that end where they end.
#include "kernels/hyperspheres/hyperspheres.h"

#include <algorithm>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

std::size_t below(Random& random, std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
}

double squaredDistance(double const* a, double const* b, std::size_t cols) {
    double sum = 0;
    for (std::size_t j = 0; j < cols; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

std::vector<double> plain(HypersphereScore const& work) {
    std::vector<double> scores(work.rows);
    for (std::size_t i = 0; i < work.rows; i++) {
        for (std::size_t set = 0; set < work.sets; set++) {
            double value = 1;
            for (std::size_t s = (set + 1) * work.spheres; s-- > set * work.spheres;) {
                double const d = squaredDistance(work.x + i * work.cols, work.centres + s * work.cols, work.cols);
                if (d <= work.radii[s]) value = work.values[s];
            }
            scores[i] += value;
        }
        scores[i] /= static_cast<double>(work.sets);
    }
    return scores;
}

}  // namespace

TEST(hyperspheresHoldTheirRows) {
    Random random(5, 0);
    double const scales[] = {1, 1e-25, 1e-160, 1e14, 1e60};
    for (int trial = 0; trial < 60; trial++) {
        std::size_t const sets = 1 + below(random, 5), spheres = 1 + below(random, 11), cols = 1 + below(random, 20);
        std::size_t const rows = below(random, 150);
        double const scale = scales[below(random, 5)];
        double const offset = below(random, 3) == 0 ? 1e6 * scale : 0;
        std::vector<double> x(rows * cols), centres(sets * spheres * cols), radii(sets * spheres),
            values(sets * spheres);
        for (double& v : centres) v = offset + scale * random.normal();
        for (double& v : x) v = offset + scale * random.normal();
        for (double& v : values) v = random.uniform();
        for (std::size_t i = 0; i < rows; i++) {
            if (below(random, 4) != 0) continue;
            std::size_t const s = below(random, sets * spheres);  // a row that is a centre
            std::copy_n(centres.data() + s * cols, cols, x.data() + i * cols);
        }
        for (std::size_t set = 0; set < sets; set++) {
            for (std::size_t s = set * spheres; s < (set + 1) * spheres; s++) {
                // Often a radius that a row lies on.
                std::size_t const row = rows == 0 ? 0 : below(random, rows);
                bool const touching = rows > 0 && below(random, 2) == 0;
                radii[s] = touching ? squaredDistance(x.data() + row * cols, centres.data() + s * cols, cols)
                                    : scale * scale * 4 * random.uniform();
            }
            std::sort(radii.begin() + static_cast<std::ptrdiff_t>(set * spheres),
                      radii.begin() + static_cast<std::ptrdiff_t>((set + 1) * spheres));
        }
        std::vector<double> scores(rows, 7);
        HypersphereScore const work = {sets,     spheres, centres.data(), radii.data(), values.data(),
                                       x.data(), rows,    cols,           scores.data()};
        std::vector<double> const expected = plain(work);
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int const threads : {1, 3}) {
                std::fill(scores.begin(), scores.end(), 7);
                hypersphereScore(isa, threads, work);
                testing::expectSame(scores, expected, std::string("scores, ") + isaName(isa));
            }
        }
    }
}

}  // namespace telltale
