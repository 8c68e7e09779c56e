// Which numbers the codes of rows stand for.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/nearest/nearest-plan.h"

namespace telltale {

namespace {

constexpr std::size_t kSample = 256;

// Every so many, so that no more than kSample are looked at.
std::size_t strideOf(std::size_t count) { return (count + kSample - 1) / kSample; }

double select(std::vector<double>& values, double quantile) {
    auto const at =
        static_cast<std::vector<double>::difference_type>(quantile * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

}  // namespace

double nearestTypical(double const* limits, std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; i += strideOf(count)) values.push_back(limits[i]);
    return select(values, 0.5);
}

NearestGrid nearestGrid(double const* rows, std::size_t count, std::size_t padded, std::size_t cols, double const* low,
                        double const* high, double limit, double* centre) {
    // Columns in which neighbours differ by more than this are few.
    constexpr double kDifferences = 2;
    // Between the 10th and the 90th percentile are 2.56 deviations of a normal column; codes reach 3.2 to both sides.
    constexpr double kSpreads = 1.25;
    double const least = kDifferences * std::sqrt(limit / static_cast<double>(cols));
    double widest = 0;
    std::vector<double> values;
    for (std::size_t c = 0; c < padded; c++) {
        values.clear();
        for (std::size_t i = 0; i < count; i += strideOf(count)) values.push_back(rows[i * padded + c]);
        double const below = select(values, 0.1), above = select(values, 0.9);
        double const half = std::max(kSpreads * (above - below), least);
        double const middle = below + (above - below) / 2;
        double const from = std::max(middle - half, low[c]), to = std::min(middle + half, high[c]);
        centre[c] = from + (to - from) / 2;
        widest = std::max(widest, to - from);
    }
    double const inverse = 2 * kNearestCodeMost / widest;
    if (!(widest < 1e300)) return {centre, 0};
    return {centre, inverse > 1e300 ? 1 : inverse};  // 1 where no column has a range
}

}  // namespace telltale
