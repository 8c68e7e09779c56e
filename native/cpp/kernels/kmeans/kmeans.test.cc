// Every instruction set and thread count against the baseline on one thread, over random shapes: what the sanitizers
// are to look at. That the baseline is right, the tests in TypeScript say.
#include "kernels/kmeans/kmeans.h"

#include <limits>

#include "kernels/kmeans/centroid-selection.h"
#include "kernels/kmeans/column-sums.h"
#include "math/random.h"
#include "testing/test.h"

namespace telltale {

using testing::expectSame;

namespace {

struct Clusters {
    std::vector<double> centroids, nearest, distances, status;
    std::vector<std::int32_t> labels, found, own;
};

struct Table {
    std::size_t rows, cols, k;
    std::vector<double> x;
};

std::size_t upTo(Random& random, std::int64_t most) { return 1 + static_cast<std::size_t>(random.below(most)); }

Table randomTable(Random& random) {
    Table t;
    t.rows = upTo(random, random.below(3) == 0 ? 6000 : 300);
    t.cols = upTo(random, random.below(4) == 0 ? 40 : 9);
    t.k = upTo(random, static_cast<std::int64_t>(t.rows < 30 ? t.rows : 30));
    t.x.resize(t.rows * t.cols);
    std::int64_t const kind = random.below(5);
    for (std::size_t i = 0; i < t.rows; i++) {
        auto const place = static_cast<double>(random.below(static_cast<std::int64_t>(t.k)));
        for (std::size_t j = 0; j < t.cols; j++) {
            double v = random.normal();
            if (kind == 0) v = static_cast<double>(random.below(3));
            if (kind == 1) v += 9 * place;
            if (kind == 2) v += 1e9;
            if (kind == 3 && random.below(50) == 0) v *= 1e160;
            t.x[i * t.cols + j] = v;
        }
    }
    return t;
}

Clusters cluster(Isa isa, int threads, Table const& t, double round) {
    Clusters c;
    c.centroids.resize(t.k * t.cols);
    c.nearest.resize(t.rows);
    c.found.resize(1);
    kmeansSeed(isa, threads,
               {t.x.data(), t.rows, t.cols, 3, 11, 4, 0, t.k, c.centroids.data(), c.nearest.data(), c.found.data()});
    auto const k = static_cast<std::size_t>(c.found[0]);
    c.labels.assign(t.rows, -1);
    c.status.resize(kKmeansStatusLength);
    while (c.status[kKmeansPhase] == kKmeansRunning) {
        kmeansFit(isa, threads,
                  {t.x.data(), t.rows, t.cols, k, 0, 40, round, c.centroids.data(), c.labels.data(), c.status.data()});
    }
    c.own.resize(t.rows);
    c.distances.resize(t.rows);
    nearestCentroid(isa, threads, c.centroids.data(), k, t.x.data(), t.rows, t.cols, c.own.data(), c.distances.data());
    return c;
}

}  // namespace

TEST(kmeansSameOnEveryPath) {
    Random random(21, 0);
    for (int trial = 0; trial < 60; trial++) {
        Table const t = randomTable(random);
        Clusters const expected = cluster(Isa::kScalar, 1, t, 1000);
        expectSame(expected.own, expected.labels, "labels of the training rows");
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int const threads : {1, 3}) {
                Clusters const found = cluster(isa, threads, t, threads == 1 ? 1000 : 7);
                std::string const what = std::string(isaName(isa)) + " ";
                expectSame(found.found, expected.found, what + "found");
                expectSame(found.nearest, expected.nearest, what + "nearest");
                expectSame(found.status, expected.status, what + "status");
                expectSame(found.centroids, expected.centroids, what + "centroids");
                expectSame(found.labels, expected.labels, what + "labels");
                expectSame(found.distances, expected.distances, what + "distances");
            }
        }
    }
}

// The slack of a row, after any moves that leave some, must keep its label the nearest; and rows are passed over at
// all.
TEST(kmeansBoundsKeepLabels) {
    Random random(22, 0);
    std::size_t const rows = 4096, cols = 6, k = 9;
    std::vector<double> x(rows * cols), centroids(k * cols);
    for (double& v : centroids) v = 4 * random.normal();
    for (std::size_t i = 0; i < x.size(); i++)
        x[i] = centroids[(i / cols % k) * cols + i % cols] + 0.3 * random.normal();
    for (Isa const isa : kAllIsas) {
        if (!isaSupported(isa)) continue;
        CentroidSelection const& selection = centroidSelection(isa);
        std::vector<double> const offset(cols);
        std::vector<float> panels(rows * (cols + 1)), slack(rows), use(k), gathered(selection.gatherLanes * (cols + 1));
        selection.pack(x.data(), rows, cols, offset.data(), panels.data());
        std::vector<std::int32_t> labels(rows, -1), expected(rows, -1);
        CentroidTable table;
        std::vector<double> places = centroids;
        std::size_t looked = 0;
        for (int step = 0; step < 12; step++) {
            fillCentroidTable(table, places.data(), k, cols, offset.data(), selection.group);
            RowBounds const bounds{slack.data(), step > 0 ? use.data() : nullptr, gathered.data()};
            CentroidAssignment given{&table, places.data(), panels.data(), x.data(),
                                     rows,   labels.data(), nullptr,       &bounds};
            std::size_t const count = selection.assign(given).looked;
            if (step > 0) looked += count;
            given.labels = expected.data();
            given.bounds = nullptr;
            selection.assign(given);
            expectSame(labels, expected, std::string(isaName(isa)) + " labels");
            double const size = 0.02 * (step + 1);
            for (double& v : places) v += size * (2 * random.uniform() - 1);
            for (float& u : use) u = static_cast<float>(2.001 * size * std::sqrt(static_cast<double>(cols)));
        }
        CHECK(looked < 11 * rows / 2);
    }
}

TEST(columnSumsAreExact) {
    Random random(23, 0);
    std::vector<double> x(1000);
    for (double& v : x) v = 0.1;
    x[17] = 1e6;
    ColumnUnits const units = columnUnits({1e6}, x.size());
    double coarse = 0, fine = 0;
    auto const add = [&](double v, double sign) {
        double const high = (v + units.coarse[0]) - units.coarse[0];
        coarse += sign * high;
        fine += sign * (((v - high) + units.fine[0]) - units.fine[0]);
    };
    for (double const v : x) add(v, 1);
    add(x[17], -1);
    CHECK(meanOf(coarse, fine, 999) == 0.1);
}

}  // namespace telltale
