#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/one-class-svm/one-class-svm.h"
#include "kernels/one-class-svm/svm-panels.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

// Added to the exponent of a row that counts for nothing.
constexpr float kNothing = -1e6F;

// Whether the coefficients can be part of the exponents, c 2^e = 2^(e + log2 c): one multiplication less for every
// value. They are powers of two times a value as long as all are positive, as those of the solver, and far from the
// ends of the exponents' range.
bool foldsCoefficients(OneClassSvmScore const& score) {
    return score.function.kernel == SvmKernel::kRbf && std::all_of(score.coefficients, score.coefficients + score.count,
                                                                   [](double c) { return c > 0x1p-60 && c < 0x1p60; });
}

template <typename T>
void scoreAs(Isa isa, int threads, OneClassSvmScore const& score) {
    std::size_t const cols = score.cols;
    SvmMap const map(score.function, score.vectors, score.count, cols);
    SvmShape const shape = shapeOf(map);
    // Filled up to whole tiles with rows that count for nothing.
    std::size_t const count = (score.count + kSvmRowsStep - 1) / kSvmRowsStep * kSvmRowsStep;
    std::vector<T> vectors(count * cols), bias(count), coefficients(count);
    for (std::size_t i = 0; i < score.count; i++) {
        bias[i] = map.place(score.vectors + i * cols, vectors.data() + i * cols, 1);
        coefficients[i] = static_cast<T>(score.coefficients[i]);
    }
    bool const folded = foldsCoefficients(score);
    if (folded) {
        for (std::size_t i = 0; i < count; i++) {
            bias[i] += i < score.count ? static_cast<T>(std::log2(score.coefficients[i])) : kNothing;
        }
    }
    SvmSumsFn<T> const sums = svmSums<T>(isa);
    std::size_t const panels = (score.rows + kSvmPanel - 1) / kSvmPanel;
    parallelFor(panels, 16, threads, [&](std::size_t from, std::size_t to) {
        std::vector<T> panel(cols * kSvmPanel), panelBias(kSvmPanel);
        double sum[kSvmPanel];
        for (std::size_t p = from; p < to; p++) {
            std::size_t const first = p * kSvmPanel;
            std::size_t const used = std::min(kSvmPanel, score.rows - first);
            for (std::size_t i = 0; i < used; i++) {
                panelBias[i] = map.place(score.x + (first + i) * cols, panel.data() + i, kSvmPanel);
            }
            std::fill(sum, sum + kSvmPanel, 0.0);
            sums(shape, panel.data(), panelBias.data(), used, vectors.data(), bias.data(),
                 folded ? nullptr : coefficients.data(), count, sum);
            for (std::size_t i = 0; i < used; i++) score.scores[first + i] = score.offset - sum[i];
        }
    });
}

}  // namespace

void oneClassSvmScore(Isa isa, int threads, OneClassSvmScore const& score) {
    if (score.floats && score.function.kernel == SvmKernel::kRbf) {
        scoreAs<float>(isa, threads, score);
    } else {
        scoreAs<double>(isa, threads, score);
    }
}

}  // namespace telltale
