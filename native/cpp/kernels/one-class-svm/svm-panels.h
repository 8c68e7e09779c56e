// Rows laid out for the one-class SVM kernels: panels of 64 rows, column after column, and rows as they are, both
// centred and scaled so that a kernel value is a function of one dot product and two biases.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/one-class-svm/one-class-svm.h"

namespace telltale {

inline constexpr std::size_t kSvmPanel = 64;
// The sums take rows in whole tiles: of 4 or 6. A sum in the precision of the values holds so many of them.
inline constexpr std::size_t kSvmRowsStep = 12;
inline constexpr std::size_t kSvmPart = 60;

// How rows become operands: rbf 2^(u.v + bias(u) + bias(v)) with u = (x - centre) * scale; the others on x itself.
struct SvmMap {
    SvmFunction function;
    std::size_t cols;
    std::vector<double> centre;  // empty for none
    double scale;

    // Centred on the mean of these rows.
    SvmMap(SvmFunction const& function, double const* x, std::size_t rows, std::size_t cols);

    // One row; `stride` places between its values. Returns its bias.
    template <typename T>
    T place(double const* row, T* out, std::size_t stride) const;
};

// Rows one after the other.
template <typename T>
struct SvmRows {
    std::vector<T> values, bias;
};

// What a kernel body needs of the function.
struct SvmShape {
    int kernel, degree;
    double gamma, coef0;
    std::size_t cols;
};

inline SvmShape shapeOf(SvmMap const& map) {
    return {static_cast<int>(map.function.kernel), map.function.degree, map.function.gamma, map.function.coef0,
            map.cols};
}

// K of `count` rows (1, 2 or 4, row after row) with the rows of `panels` panels, into out[r][64 * panel + place].
template <typename T>
using SvmRowsFn = void (*)(SvmShape const& shape, T const* panel, T const* panel_bias, std::size_t panels,
                           T const* rows, T const* bias, std::size_t count, T* const* out);

// Adds sum over `count` rows (a multiple of kSvmRowsStep) of coefficient * K to 64 sums; only the first `used` need be
// right. No coefficients, for rbf only: all are 1.
template <typename T>
using SvmSumsFn = void (*)(SvmShape const& shape, T const* panel, T const* panel_bias, std::size_t used, T const* rows,
                           T const* bias, T const* coefficients, std::size_t count, double* sums);

template <typename T>
SvmRowsFn<T> svmRows(Isa isa);
template <typename T>
SvmSumsFn<T> svmSums(Isa isa);

}  // namespace telltale
