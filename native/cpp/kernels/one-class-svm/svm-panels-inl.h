// Kernel values between a few rows and a panel of 64: a tile of rows x vectors of panel rows stays in registers.

#include "kernels/one-class-svm/svm-lanes-inl.h"

namespace telltale::TT_TARGET {

#if TT_AVX512 || TT_NEON
constexpr std::size_t kTileVectors = 4;  // 32 registers: 16 sums, 4 of the panel, the rest for what becomes of the sums
constexpr std::size_t kTileRows = 4;
#else
constexpr std::size_t kTileVectors = 2;  // 16 registers: 12 sums, 2 of the panel
constexpr std::size_t kTileRows = 6;
#endif
static_assert(kSvmRowsStep % kTileRows == 0 && kSvmPart % kTileRows == 0, "whole tiles only");

// base^exponent, exponent >= 1.
template <typename V>
static inline V wholePower(V base, int exponent) {
    V result = V{} + 1;
    for (V power = base; exponent > 0; exponent >>= 1, power *= power) {
        if (exponent & 1) result *= power;
    }
    return result;
}

// K from what the dot product and the biases add up to.
template <typename T, int kKernel>
static inline typename SvmLanes<T>::V valueOf(typename SvmLanes<T>::V sum, SvmShape const& shape) {
    using V = typename SvmLanes<T>::V;
    if constexpr (kKernel == 0) {
        return powerOfTwo<T>(sum);
    } else if constexpr (kKernel == 1) {
        return sum;
    } else {
        V const inner = sum * static_cast<T>(shape.gamma) + static_cast<T>(shape.coef0);
        if constexpr (kKernel == 2) {
            return wholePower(inner, shape.degree);
        } else {
            // tanh |z| = 1 - 2 / (e^2|z| + 1), which is 1 long before the bound
            V const size = inner < 0 ? -inner : inner;
            V const bounded = size > 40 ? V{} + 40 : size;
            V const t = 1 - 2 / (powerOfTwo<T>(bounded * static_cast<T>(2.8853900817779268)) + 1);
            return inner < 0 ? -t : t;
        }
    }
}

// The values of kRows rows with kVectors vectors of the panel.
template <typename T, int kKernel, std::size_t kRows, std::size_t kVectors>
static inline __attribute__((always_inline)) void tile(SvmShape const& shape, T const* panel, T const* panelBias,
                                                       T const* rows, T const* bias,
                                                       typename SvmLanes<T>::V (&value)[kRows][kVectors]) {
    using V = typename SvmLanes<T>::V;
    constexpr std::size_t kLanes = kSvmBytes / sizeof(T);
    std::size_t const cols = shape.cols;
    V sum[kRows][kVectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; v++) {
        V const b = loadLanes<V>(panelBias + v * kLanes);
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kRows; r++) sum[r][v] = b + bias[r];
    }
    for (std::size_t k = 0; k < cols; k++) {
        V column[kVectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; v++) column[v] = loadLanes<V>(panel + k * kSvmPanel + v * kLanes);
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kRows; r++) {
            V const one = rows[r * cols + k] - V{};  // x - 0 is x, so this is a load; 0 + x is an addition
#pragma GCC unroll 8
            for (std::size_t v = 0; v < kVectors; v++) sum[r][v] = multiplyAdd(one, column[v], sum[r][v]);
        }
    }
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; v++) value[r][v] = valueOf<T, kKernel>(sum[r][v], shape);
    }
}

template <typename T, int kKernel, std::size_t kRows, std::size_t kVectors>
static void rowsOf(SvmShape const& shape, T const* panel, T const* panelBias, std::size_t panels, T const* rows,
                   T const* bias, T* const* out) {
    using V = typename SvmLanes<T>::V;
    constexpr std::size_t kLanes = kSvmBytes / sizeof(T);
    constexpr std::size_t kStep = kVectors * kLanes;
    for (std::size_t p = 0; p < panels; p++) {
        for (std::size_t q = 0; q < kSvmPanel; q += kStep) {
            V value[kRows][kVectors];
            tile<T, kKernel, kRows, kVectors>(shape, panel + p * shape.cols * kSvmPanel + q,
                                              panelBias + p * kSvmPanel + q, rows, bias, value);
#pragma GCC unroll 8
            for (std::size_t r = 0; r < kRows; r++) {
#pragma GCC unroll 8
                for (std::size_t v = 0; v < kVectors; v++) {
                    storeLanes(out[r] + p * kSvmPanel + q + v * kLanes, value[r][v]);
                }
            }
        }
    }
}

template <typename T, int kKernel>
static void rowsOfKernel(SvmShape const& shape, T const* panel, T const* panelBias, std::size_t panels, T const* rows,
                         T const* bias, std::size_t count, T* const* out) {
    // A tile must not be wider than a panel.
    constexpr std::size_t kMost = kSvmPanel / (kSvmBytes / sizeof(T));
    constexpr std::size_t kWide = kMost < 8 ? kMost : (2 * kTileVectors);
    if (count == 4) {
        rowsOf<T, kKernel, 4, kTileVectors>(shape, panel, panelBias, panels, rows, bias, out);
    } else if (count == 2) {
        rowsOf<T, kKernel, 2, kTileVectors>(shape, panel, panelBias, panels, rows, bias, out);
    } else {
        rowsOf<T, kKernel, 1, kWide>(shape, panel, panelBias, panels, rows, bias, out);
    }
}

// Sums of a part are kept in numbers of type T, and there are as many terms in one as a panel has rows.
// Without coefficients the values are summed as they are.
template <typename T, int kKernel, bool kWeighted>
static void sumsOfKernel(SvmShape const& shape, T const* panel, T const* panelBias, std::size_t used, T const* rows,
                         T const* bias, T const* coefficients, std::size_t count, double* sums) {
    using V = typename SvmLanes<T>::V;
    constexpr std::size_t kLanes = kSvmBytes / sizeof(T);
    constexpr std::size_t kStep = kTileVectors * kLanes;
    for (std::size_t first = 0; first < count; first += kSvmPart) {
        std::size_t const end = count - first < kSvmPart ? count : first + kSvmPart;
        for (std::size_t q = 0; q < used; q += kStep) {
            V sum[kTileVectors];
#pragma GCC unroll 8
            for (std::size_t v = 0; v < kTileVectors; v++) sum[v] = V{};
            for (std::size_t r = first; r < end; r += kTileRows) {
                V value[kTileRows][kTileVectors];
                tile<T, kKernel, kTileRows, kTileVectors>(shape, panel + q, panelBias + q, rows + r * shape.cols,
                                                          bias + r, value);
#pragma GCC unroll 8
                for (std::size_t k = 0; k < kTileRows; k++) {
                    V const one = (kWeighted ? coefficients[r + k] : 1) - V{};
#pragma GCC unroll 8
                    for (std::size_t v = 0; v < kTileVectors; v++) {
                        sum[v] = kWeighted ? multiplyAdd(one, value[k][v], sum[v]) : sum[v] + value[k][v];
                    }
                }
            }
            T part[kStep];
            for (std::size_t v = 0; v < kTileVectors; v++) storeLanes(part + v * kLanes, sum[v]);
            for (std::size_t i = 0; i < kStep; i++) sums[q + i] += static_cast<double>(part[i]);
        }
    }
}

template <typename T, int kKernel>
static void weightedSums(SvmShape const& shape, T const* panel, T const* panelBias, std::size_t used, T const* rows,
                         T const* bias, T const* coefficients, std::size_t count, double* sums) {
    sumsOfKernel<T, kKernel, true>(shape, panel, panelBias, used, rows, bias, coefficients, count, sums);
}

#define TT_SVM_BY_KERNEL(name, T, ...)             \
    switch (shape.kernel) {                        \
        case 0:                                    \
            return name<T, 0>(shape, __VA_ARGS__); \
        case 1:                                    \
            return name<T, 1>(shape, __VA_ARGS__); \
        case 2:                                    \
            return name<T, 2>(shape, __VA_ARGS__); \
        default:                                   \
            return name<T, 3>(shape, __VA_ARGS__); \
    }

void svmRowsDoubles(SvmShape const& shape, double const* panel, double const* panelBias, std::size_t panels,
                    double const* rows, double const* bias, std::size_t count, double* const* out) {
    TT_SVM_BY_KERNEL(rowsOfKernel, double, panel, panelBias, panels, rows, bias, count, out)
}

// Only rbf has a form in floats: the others have no bound on their values.
void svmRowsFloats(SvmShape const& shape, float const* panel, float const* panelBias, std::size_t panels,
                   float const* rows, float const* bias, std::size_t count, float* const* out) {
    rowsOfKernel<float, 0>(shape, panel, panelBias, panels, rows, bias, count, out);
}

void svmSumsDoubles(SvmShape const& shape, double const* panel, double const* panelBias, std::size_t used,
                    double const* rows, double const* bias, double const* coefficients, std::size_t count,
                    double* sums) {
    if (coefficients == nullptr) {
        return sumsOfKernel<double, 0, false>(shape, panel, panelBias, used, rows, bias, nullptr, count, sums);
    }
    TT_SVM_BY_KERNEL(weightedSums, double, panel, panelBias, used, rows, bias, coefficients, count, sums)
}

void svmSumsFloats(SvmShape const& shape, float const* panel, float const* panelBias, std::size_t used,
                   float const* rows, float const* bias, float const* coefficients, std::size_t count, double* sums) {
    if (coefficients == nullptr) {
        return sumsOfKernel<float, 0, false>(shape, panel, panelBias, used, rows, bias, nullptr, count, sums);
    }
    weightedSums<float, 0>(shape, panel, panelBias, used, rows, bias, coefficients, count, sums);
}

#undef TT_SVM_BY_KERNEL

}  // namespace telltale::TT_TARGET
