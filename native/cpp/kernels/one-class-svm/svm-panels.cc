#include "kernels/one-class-svm/svm-panels.h"

#include <cmath>

#include "simd/dispatch.h"

#if defined(TT_X86)
#include <immintrin.h>
#elif defined(TT_ARM)
#include <arm_neon.h>
#endif

#define TT_BODY "kernels/one-class-svm/svm-panels-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

SvmMap::SvmMap(SvmFunction const& given, double const* x, std::size_t rows, std::size_t columns)
    : function(given), cols(columns), scale(1) {
    if (function.kernel != SvmKernel::kRbf) return;
    // K = 2^(-gamma log2(e) |x - v|^2) = 2^(u.v - |u|^2 / 2 - |v|^2 / 2) with the roots of 2 gamma log2(e) in both.
    scale = std::sqrt(2 * function.gamma * 1.4426950408889634);
    centre.assign(cols, 0);
    for (std::size_t i = 0; i < rows; i++) {
        for (std::size_t j = 0; j < cols; j++) centre[j] += x[i * cols + j];
    }
    for (double& mean : centre) {
        mean /= static_cast<double>(rows);
        if (!std::isfinite(mean)) mean = 0;
    }
}

template <typename T>
T SvmMap::place(double const* row, T* out, std::size_t stride) const {
    if (centre.empty()) {
        for (std::size_t j = 0; j < cols; j++) out[j * stride] = static_cast<T>(row[j]);
        return 0;
    }
    double squares = 0;
    for (std::size_t j = 0; j < cols; j++) {
        T const u = static_cast<T>((row[j] - centre[j]) * scale);
        out[j * stride] = u;
        squares += static_cast<double>(u) * static_cast<double>(u);
    }
    return static_cast<T>(-0.5 * squares);
}

template float SvmMap::place(double const*, float*, std::size_t) const;
template double SvmMap::place(double const*, double*, std::size_t) const;

template <>
SvmRowsFn<double> svmRows(Isa isa) {
    static constexpr SvmRowsFn<double> kVariants[] = TT_VARIANTS(svmRowsDoubles);
    return pick(kVariants, isa);
}

template <>
SvmRowsFn<float> svmRows(Isa isa) {
    static constexpr SvmRowsFn<float> kVariants[] = TT_VARIANTS(svmRowsFloats);
    return pick(kVariants, isa);
}

template <>
SvmSumsFn<double> svmSums(Isa isa) {
    static constexpr SvmSumsFn<double> kVariants[] = TT_VARIANTS(svmSumsDoubles);
    return pick(kVariants, isa);
}

template <>
SvmSumsFn<float> svmSums(Isa isa) {
    static constexpr SvmSumsFn<float> kVariants[] = TT_VARIANTS(svmSumsFloats);
    return pick(kVariants, isa);
}

}  // namespace telltale
