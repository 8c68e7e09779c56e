#include "kernels/one-class-svm/one-class-svm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/one-class-svm/linear-one-class-svm.h"
#include "math/random.h"
#include "testing/test.h"

namespace telltale {

using testing::expectSame;

namespace {

constexpr SvmKernel kKernels[] = {SvmKernel::kRbf, SvmKernel::kLinear, SvmKernel::kPolynomial, SvmKernel::kSigmoid};

std::vector<double> table(std::size_t rows, std::size_t cols, std::uint64_t seed) {
    Random random(seed, 0);
    std::vector<double> x(rows * cols);
    for (double& v : x) v = random.normal() + 1;
    return x;
}

double valueOf(SvmFunction const& f, double const* u, double const* v, std::size_t cols) {
    double dot = 0, distance = 0;
    for (std::size_t j = 0; j < cols; j++) {
        dot += u[j] * v[j];
        distance += (u[j] - v[j]) * (u[j] - v[j]);
    }
    switch (f.kernel) {
        case SvmKernel::kRbf:
            return std::exp(-f.gamma * distance);
        case SvmKernel::kLinear:
            return dot;
        case SvmKernel::kPolynomial:
            return std::pow(f.gamma * dot + f.coef0, f.degree);
        default:
            return std::tanh(f.gamma * dot + f.coef0);
    }
}

std::vector<Isa> isas() {
    std::vector<Isa> found;
    for (Isa const isa : kAllIsas) {
        if (isaSupported(isa)) found.push_back(isa);
    }
    return found;
}

}  // namespace

TEST(svmScoresAreSumsOfKernelValues) {
    for (Isa const isa : isas()) {
        for (SvmKernel const kernel : kKernels) {
            for (std::size_t const rows : {1, 63, 64, 150}) {
                SvmFunction const f{kernel, 0.1, 0.5, 3};
                std::size_t const count = 70, cols = 5;
                std::vector<double> const vectors = table(count, cols, 1), x = table(rows, cols, 2);
                std::vector<double> const coefficients = table(count, 1, 3);
                for (bool const floats : {false, true}) {
                    std::vector<double> scores(rows), again(rows);
                    OneClassSvmScore score{f,    vectors.data(), coefficients.data(), count, 2, x.data(), rows,
                                           cols, floats,         scores.data()};
                    oneClassSvmScore(isa, 1, score);
                    for (std::size_t i = 0; i < rows; i++) {
                        double expected = 2, size = 1;
                        for (std::size_t k = 0; k < count; k++) {
                            double const term = coefficients[k] * valueOf(f, &vectors[k * cols], &x[i * cols], cols);
                            expected -= term;
                            size += std::fabs(term);
                        }
                        CHECK(std::fabs(scores[i] - expected) < (floats ? 1e-5 : 1e-11) * size);
                    }
                    score.scores = again.data();
                    oneClassSvmScore(isa, 3, score);
                    expectSame(again, scores, "scores on three threads");
                }
            }
        }
    }
}

TEST(svmFitMeetsTheOptimalityConditions) {
    for (Isa const isa : isas()) {
        for (SvmKernel const kernel : kKernels) {
            for (double const tolerance : {1e-3, 1e-9}) {
                SvmFunction const f{kernel, 0.05, 0.1, 2};
                std::size_t const rows = 600, cols = 3;
                std::vector<double> const x = table(rows, cols, 7);
                std::vector<double> alpha(rows), gradient(rows), status(kSvmStatusLength);
                double const weight = 100.4;
                std::fill(alpha.begin(), alpha.begin() + 100, 1.0);
                alpha[100] = weight - 100;
                for (std::size_t i = 0; i < rows; i++) {
                    for (std::size_t k = 0; k <= 100; k++) {
                        gradient[i] += alpha[k] * valueOf(f, &x[k * cols], &x[i * cols], cols);
                    }
                }
                oneClassSvmFit(isa, 2,
                               {f, x.data(), rows, cols, tolerance, 1e6, 5 * 8 * 640, 400, false, alpha.data(),
                                gradient.data(), status.data()});
                CHECK(status[kSvmPhase] == kSvmConverged);
                double sum = 0, most = -1e300, least = 1e300;
                for (std::size_t i = 0; i < rows; i++) {
                    double g = 0;
                    for (std::size_t k = 0; k < rows; k++) {
                        if (alpha[k] > 0) g += alpha[k] * valueOf(f, &x[k * cols], &x[i * cols], cols);
                    }
                    CHECK(std::fabs(g - gradient[i]) < 1e-4 * (1 + std::fabs(g)));
                    CHECK(alpha[i] >= 0 && alpha[i] <= 1);
                    sum += alpha[i];
                    if (alpha[i] > 0) most = std::max(most, g);
                    if (alpha[i] < 1) least = std::min(least, g);
                }
                CHECK(std::fabs(sum - weight) < 1e-9);
                CHECK(most - least < 1.2 * tolerance + 1e-8);
            }
        }
    }
}

TEST(linearSvmIsTheSameOnEveryInstructionSetAndThread) {
    for (std::size_t const count : {0, 8, 16, 45}) {
        std::size_t const rows = 700, cols = 9, width = count > 0 ? count : cols;
        std::vector<double> const x = table(rows, cols, 1), frequencies = table(cols, count, 2);
        std::vector<double> const phases = table(count, 1, 3);
        std::vector<double> expectedMean, expectedScores;
        for (Isa const isa : isas()) {
            for (int const threads : {1, 3}) {
                std::vector<double> weights(width), mean(width), scores(rows);
                FourierFeatures const features{frequencies.data(), phases.data(), count};
                linearOneClassSvmFit(isa, threads,
                                     {features, x.data(), rows, cols, 0.1, 640, 5, 0, 11, weights.data(), mean.data()});
                linearOneClassSvmScore(isa, threads,
                                       {features, mean.data(), 0.5, 2, x.data(), rows, cols, scores.data()});
                if (expectedMean.empty()) {
                    expectedMean = mean;
                    expectedScores = scores;
                }
                expectSame(mean, expectedMean, "weights");
                expectSame(scores, expectedScores, "scores");
            }
        }
    }
}

}  // namespace telltale
