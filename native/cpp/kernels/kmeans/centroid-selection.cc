#include "kernels/kmeans/centroid-selection.h"

#include <algorithm>
#include <cmath>

#include "simd/dispatch.h"

#if defined(TT_X86)
#include <immintrin.h>
#elif defined(TT_ARM)
#include <arm_neon.h>
#endif

namespace telltale {

// Rows and centroids farther from the offset than this are left to doubles: their products would leave the range of
// floats.
inline constexpr double kFarthestFloat = 1e15;
inline constexpr double kMostSquares = kFarthestFloat * kFarthestFloat;

}  // namespace telltale

#define TT_BODY "kernels/kmeans/centroid-selection-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

CentroidSelection const& centroidSelection(Isa isa) {
    static constexpr CentroidSelection const* kVariants[] = TT_VARIANTS(kCentroidSelection);
    return *pick(kVariants, isa);
}

std::vector<double> centroidMedian(double const* centroids, std::size_t k, std::size_t cols) {
    std::vector<double> median(cols), column(k);
    for (std::size_t j = 0; j < cols; j++) {
        for (std::size_t c = 0; c < k; c++) column[c] = centroids[c * cols + j];
        std::nth_element(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(k / 2), column.end());
        median[j] = column[k / 2];
    }
    return median;
}

void fillCentroidTable(CentroidTable& table, double const* centroids, std::size_t k, std::size_t cols,
                       double const* offset, std::size_t group) {
    constexpr double kUp = 1.0001;  // room for rounding the bounds themselves to floats
    double const g = (2 * static_cast<double>(cols) + 12) * 0x1p-24 * 1.05;
    std::size_t const groups = (k + group - 1) / group;
    table.k = k;
    table.cols = cols;
    table.groups = groups;
    std::size_t const places = groups * group, all = places * (cols + 1);
    table.storage.assign(all + 3 * places, 0);
    float* const allWeights = table.storage.data();
    float* const bias = allWeights + all;
    float* const perNorm = bias + places;
    float* const fixed = perNorm + places;
    std::fill(bias, bias + places, 1e38F);
    table.weights = allWeights;
    table.bias = bias;
    table.perNorm = perNorm;
    table.fixed = fixed;
    table.worstPerNorm = table.worstFixed = 0;
    table.perSquare = static_cast<float>(4 * (static_cast<double>(cols) + 16) * 0x1p-53 * kUp);
    table.usable = g < 0.04;
    double const least = 1.2e-38 * (static_cast<double>(cols) + 1);  // what may be lost below the normal floats
    for (std::size_t c = 0; c < k; c++) {
        float* const weights = allWeights + (c / group) * (cols + 1) * group + c % group;
        double squares = 0;
        for (std::size_t j = 0; j < cols; j++) {
            double const v = centroids[c * cols + j] - offset[j];
            if (!(std::fabs(v) <= kFarthestFloat)) table.usable = false;
            squares += v * v;
            weights[(j + 1) * group] = table.usable ? static_cast<float>(-v) : 0;
        }
        if (!table.usable) return;
        double const norm = std::sqrt(squares);
        weights[0] = static_cast<float>(-g * norm * kUp);
        bias[c] = static_cast<float>((squares / 2) * (1 - g * kUp));
        perNorm[c] = static_cast<float>(2 * g * norm * 1.01);
        fixed[c] = static_cast<float>(g * squares * 1.01 + least);
        table.worstPerNorm = std::max(table.worstPerNorm, perNorm[c]);
        table.worstFixed = std::max(table.worstFixed, fixed[c]);
    }
}

}  // namespace telltale
