// Every instruction set and thread count against the baseline, over random networks, with arrays that end where they
// end: what the sanitizers are to look at. That the baseline is right, the tests in TypeScript say.
#include "kernels/dense-network/dense-network.h"

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

using testing::expectSame;

namespace {

std::size_t upTo(Random& random, std::int64_t most) { return 1 + static_cast<std::size_t>(random.below(most)); }

struct Problem {
    std::size_t rows, cols, batch;
    std::vector<std::int32_t> layers, order;
    std::vector<double> x;
    std::vector<float> weights, noise, dropout;
    DenseLoss loss;
    DenseOptimizer optimizer;
    double clip, penalty;
};

Problem randomProblem(Random& random) {
    Problem p{};
    p.rows = upTo(random, 300);
    p.cols = upTo(random, 20);
    p.batch = upTo(random, 100);
    p.loss = static_cast<DenseLoss>(random.below(3));
    p.optimizer = static_cast<DenseOptimizer>(random.below(4));
    p.clip = static_cast<double>(random.below(2));
    p.penalty = 0.01 * static_cast<double>(random.below(2));
    std::int64_t const hidden = random.below(4);
    std::int64_t const sampled = random.below(5);
    std::size_t inputs = p.cols, weights = 0, drawn = 0;
    for (std::int64_t l = 0; l <= hidden; l++) {
        bool const last = l == hidden;
        auto const drawn_kind = static_cast<std::int32_t>(random.below(3));
        std::int32_t const kind = l == sampled && !last ? 2 : drawn_kind == 2 ? 3 : last ? 0 : drawn_kind;
        std::size_t const units = last ? p.cols * (p.loss == DenseLoss::kGaussian ? 2 : 1) : upTo(random, 40);
        std::size_t const sums = kind == 2 ? 2 * units : units;
        if (kind == 2) drawn = units;
        for (std::size_t const v : {inputs, units}) p.layers.push_back(static_cast<std::int32_t>(v));
        p.layers.push_back(static_cast<std::int32_t>(random.below(6)));
        p.layers.push_back(kind);
        p.dropout.push_back(random.below(3) == 0 ? 0.3F : 0.0F);
        weights += inputs * sums + (kind == 3 ? 4 * sums : kind == 1 ? 0 : sums);
        inputs = units;
    }
    for (std::size_t i = 0; i < p.rows * p.cols; i++) p.x.push_back(random.normal());
    for (std::size_t i = 0; i < weights; i++) p.weights.push_back(static_cast<float>(0.5 * random.normal()));
    for (DenseLayer const& layer : denseLayers(p.layers.data(), p.layers.size() / 4, weights)) {
        if (layer.kind != DenseKind::kNormalized) continue;
        float* const variance = DenseNormalization<float>(layer, p.weights.data()).variance;
        for (std::size_t u = 0; u < layer.units; u++) variance[u] = variance[u] * variance[u];
    }
    for (std::size_t i = 0; i < p.rows * drawn; i++) p.noise.push_back(static_cast<float>(random.normal()));
    for (std::size_t i = 0; i < p.rows; i++) {
        p.order.push_back(static_cast<std::int32_t>(random.below(static_cast<std::int64_t>(p.rows))));
    }
    return p;
}

DenseNetworkTrain trainingOf(Problem const& p, std::vector<DenseLayer> const& layers) {
    DenseNetworkTrain work{};
    work.x = p.x.data();
    work.rows = p.rows;
    work.cols = p.cols;
    work.layers = layers.data();
    work.layer_count = layers.size();
    work.dropout = p.dropout.data();
    work.loss = p.loss;
    work.loss_scale = 0.5;
    work.kl_weight = 0.1;
    work.order = p.order.data();
    work.to = p.rows;
    work.batch = p.batch;
    work.noise = p.noise.empty() ? nullptr : p.noise.data();
    work.optimizer = p.optimizer;
    work.rate = 0.01;
    work.beta1 = 0.9;
    work.beta2 = 0.99;
    work.epsilon = 1e-7;
    work.l1 = work.l2 = p.penalty;
    work.clip = p.clip;
    work.seed = 3;
    return work;
}

// Weights after an epoch, the sum of the losses, and what the first rows then become.
std::vector<double> make(Isa isa, int threads, Problem const& p) {
    std::vector<float> weights = p.weights, moments1(weights.size()), moments2(weights.size());
    std::vector<double> powers(2, 1.0), losses(1);
    std::vector<DenseLayer> const layers = denseLayers(p.layers.data(), p.layers.size() / 4, weights.size());
    CHECK(!layers.empty());
    DenseNetworkTrain work = trainingOf(p, layers);
    work.weights = weights.data();
    work.moments1 = moments1.data();
    work.moments2 = moments2.data();
    work.powers = powers.data();
    work.losses = losses.data();
    denseNetworkTrain(isa, work);
    std::vector<float> outputs(p.rows * layers.back().sums);
    denseNetworkForward(
        isa, threads,
        {p.x.data(), p.rows, p.cols, layers.data(), layers.size(), weights.data(), nullptr, outputs.data()});
    std::vector<double> made(weights.begin(), weights.end());
    made.insert(made.end(), outputs.begin(), outputs.end());
    made.push_back(losses[0]);
    return made;
}

}  // namespace

TEST(denseNetworksAreTheSameEverywhere) {
    Random random(83, 0);
    for (int round = 0; round < 60; round++) {
        Problem const p = randomProblem(random);
        std::vector<double> const expected = make(Isa::kScalar, 1, p);
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            expectSame(make(isa, 3, p), expected, std::string("dense network on ") + isaName(isa));
        }
    }
}

TEST(layersThatAreNone) {
    std::vector<std::int32_t> const good{3, 2, 1, 0, 2, 3, 0, 0};
    CHECK(denseLayers(good.data(), 2, 17).size() == 2);
    CHECK(denseLayers(good.data(), 2, 16).empty());
    for (std::size_t at = 0; at < good.size(); at++) {
        for (std::int32_t const wrong : {-1, 6, 2147483647}) {
            if ((at % 4 == 0 || at % 4 == 1) && wrong == 6) continue;
            std::vector<std::int32_t> bad = good;
            bad[at] = wrong;
            CHECK(denseLayers(bad.data(), 2, 17).empty());
        }
    }
}

TEST(rowsToLearnFromThatAreNotThere) {
    std::vector<double> x(10), powers(2, 1.0), losses(1);
    std::vector<float> weights(12, 0.1F), moments1(12), moments2(12), dropout(2);
    std::vector<std::int32_t> const numbers{2, 2, 0, 0, 2, 2, 0, 0};
    std::vector<DenseLayer> const layers = denseLayers(numbers.data(), 2, 12);
    for (std::int32_t const wrong : {-1, 5}) {
        std::vector<std::int32_t> const order{0, wrong};
        DenseNetworkTrain work{};
        work.x = x.data();
        work.rows = 5;
        work.cols = 2;
        work.layers = layers.data();
        work.layer_count = layers.size();
        work.dropout = dropout.data();
        work.order = order.data();
        work.to = 2;
        work.batch = 2;
        work.weights = weights.data();
        work.moments1 = moments1.data();
        work.moments2 = moments2.data();
        work.powers = powers.data();
        work.losses = losses.data();
        bool thrown = false;
        try {
            denseNetworkTrain(Isa::kScalar, work);
        } catch (std::invalid_argument const&) {
            thrown = true;
        }
        CHECK(thrown);
    }
}

}  // namespace telltale
