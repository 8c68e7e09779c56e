// Loops over the distances of kernels/distance/row-distance-inl.h.

#include "kernels/distance/row-distance-inl.h"

namespace telltale::TT_TARGET {

static void toPoint(double const* x, std::size_t rows, std::size_t cols, double const* point, double* out) {
    for (std::size_t i = 0; i < rows; i++) out[i] = squaredDistance(x + i * cols, point, cols);
}

static void toOwn(double const* x, std::size_t rows, std::size_t cols, double const* centroids,
                  std::int32_t const* labels, double* out) {
    for (std::size_t i = 0; i < rows; i++) {
        out[i] = squaredDistance(x + i * cols, centroids + static_cast<std::size_t>(labels[i]) * cols, cols);
    }
}

static std::int32_t nearest(double const* row, std::size_t cols, double const* centroids, std::size_t k) {
    return nearestOf(row, cols, centroids, k);
}

static double sum(double const* values, std::size_t count) {
    RowLanes s[kRowVectors] = {};
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (std::size_t v = 0; v < kRowVectors; v++) s[v] += loadLanes(values + i + v * TT_WIDTH);
    }
    double lanes[8] = {};
    for (std::size_t j = i; j < count; j++) lanes[j - i] = values[j];
    for (std::size_t v = 0; v < kRowVectors; v++) s[v] += loadLanes(lanes + v * TT_WIDTH);
    return foldEight(s);
}

static double sumLeast(double* values, double const* others, std::size_t count, bool keep) {
    RowLanes s[kRowVectors] = {};
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (std::size_t v = 0; v < kRowVectors; v++) {
            RowLanes const a = loadLanes(values + i + v * TT_WIDTH), b = loadLanes(others + i + v * TT_WIDTH);
            RowLanes const least = b < a ? b : a;
            s[v] += least;
            if (keep) storeLanes(values + i + v * TT_WIDTH, least);
        }
    }
    double lanes[8] = {};
    for (std::size_t j = i; j < count; j++) {
        double const least = others[j] < values[j] ? others[j] : values[j];
        lanes[j - i] = least;
        if (keep) values[j] = least;
    }
    for (std::size_t v = 0; v < kRowVectors; v++) s[v] += loadLanes(lanes + v * TT_WIDTH);
    return foldEight(s);
}

inline constexpr RowDistances kRowDistances = {toPoint, toOwn, nearest, sum, sumLeast};

}  // namespace telltale::TT_TARGET
