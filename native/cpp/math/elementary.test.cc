#include "math/elementary.h"

#include <cmath>
#include <limits>
#include <set>

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

// Distance in units in the last place of b.
static double ulps(double a, double b) {
    double const unit = std::nextafter(std::fabs(b), INFINITY) - std::fabs(b);
    return std::fabs(a - b) / unit;
}

TEST(exp2StaysWithinItsBound) {
    Random random(1, 0);
    for (int i = 0; i < 200000; i++) {
        double const x = -1022 + random.uniform() * 2045;
        CHECK(ulps(exp2(x), std::exp2(x)) <= 1);
    }
    CHECK(exp2(0) == 1);
    CHECK(exp2(-0.0) == 1);
    CHECK(exp2(-1022) == std::numeric_limits<double>::min());
    CHECK(exp2(1023) == 0x1p1023);
    CHECK(exp2(-1022.5) == 0);
    CHECK(exp2(1023.5) == INFINITY);
    CHECK(std::isnan(exp2(NAN)));
}

TEST(logStaysWithinItsBound) {
    Random random(2, 0);
    for (int i = 0; i < 200000; i++) {
        double const x = std::exp2(-1022 + random.uniform() * 2045);
        CHECK(ulps(log(x), std::log(x)) <= 2);
        double const near = 0.5 + random.uniform();
        CHECK(ulps(log(near), std::log(near)) <= 2);
    }
    CHECK(log(1) == 0);
    CHECK(std::isnan(log(0)) && std::isnan(log(-1)) && std::isnan(log(INFINITY)) && std::isnan(log(NAN)));
}

TEST(randomStreamsDiffer) {
    std::set<std::uint32_t> first;
    for (std::uint32_t stream = 0; stream < 1000; stream++) first.insert(Random(7, stream).bits());
    CHECK(first.size() > 990);
    Random random(9007199254740991ULL, 4294967295U);
    for (int i = 0; i < 10000; i++) {
        double const u = random.uniform();
        CHECK(u >= 0 && u < 1);
        std::int64_t const n = random.below(7);
        CHECK(n >= 0 && n < 7);
    }
}

}  // namespace telltale
