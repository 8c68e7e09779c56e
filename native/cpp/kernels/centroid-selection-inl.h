// Scores of a panel of rows against groups of centroids, held in registers: rows in the lanes, centroids broadcast.

#include "kernels/row-distance-inl.h"

namespace telltale::TT_TARGET {

typedef float Floats __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t Ints __attribute__((vector_size(TT_WIDTH * 8)));

constexpr std::size_t kLanes = TT_WIDTH * 2;
constexpr std::size_t kPanelRows = 2 * kLanes;
// Accumulators are two registers a centroid; with least, second, label, row and centroid they all stay in registers.
constexpr std::size_t kGroup = TT_AVX512 || TT_NEON ? 8 : 4;

static inline Floats loadFloats(float const* from) {
    Floats v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void storeFloats(float* to, Floats v) { __builtin_memcpy(to, &v, sizeof v); }

static inline Floats broadcast(float v) {
#if TT_AVX512
    return (Floats)_mm512_set1_ps(v);
#elif TT_AVX2
    return (Floats)_mm256_set1_ps(v);
#elif TT_NEON
    return (Floats)vdupq_n_f32(v);
#else
    return (Floats){v, v, v, v};
#endif
}

static inline Floats mulAdd(Floats a, Floats b, Floats c) {
#if TT_AVX512
    return (Floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif TT_AVX2
    return (Floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif TT_NEON
    return (Floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

// The smaller, and b where a is not a number.
static inline Floats least(Floats a, Floats b) {
#if TT_AVX512
    return (Floats)_mm512_min_ps((__m512)a, (__m512)b);
#elif TT_AVX2
    return (Floats)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return a < b ? a : b;
#endif
}

// The larger, and b where a is not a number.
static inline Floats most(Floats a, Floats b) {
#if TT_AVX512
    return (Floats)_mm512_max_ps((__m512)a, (__m512)b);
#elif TT_AVX2
    return (Floats)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return a > b ? a : b;
#endif
}

static inline bool allSet(Ints mask) {
#if TT_AVX512
    return _mm512_movepi32_mask((__m512i)mask) == 0xFFFF;
#elif TT_AVX2
    return _mm256_movemask_ps((__m256)mask) == 0xFF;
#else
    Ints const pairs = mask & __builtin_shufflevector(mask, mask, 2, 3, 0, 1);
    return (pairs[0] & pairs[1]) != 0;
#endif
}

// Of half a panel: least and second least lower bound of a score, and where the least is.
struct Leading {
    Floats first, second;
    Ints label;

    inline void take(Floats score, std::int32_t centroid) {
        Ints const isLess = score < first;
        second = least(most(score, first), second);
        label = isLess ? Ints{} + centroid : label;
        first = least(score, first);
    }
};

static inline void scorePanel(float const* panel, CentroidTable const& table, Leading* out) {
    float const* weights = table.weights.data();
    float const* bias = table.bias.data();
    std::size_t const dims = table.cols + 1;
    Floats const infinite = broadcast(__builtin_inff());
    Leading low = {infinite, infinite, Ints{}}, high = low;
    for (std::size_t g = 0; g < table.groups; g++, bias += kGroup) {
        Floats a[kGroup], b[kGroup];
#pragma GCC unroll 8
        for (std::size_t c = 0; c < kGroup; c++) a[c] = b[c] = broadcast(bias[c]);
        float const* x = panel;
        for (std::size_t j = 0; j < dims; j++, x += kPanelRows, weights += kGroup) {
            Floats const first = loadFloats(x), second = loadFloats(x + kLanes);
#pragma GCC unroll 8
            for (std::size_t c = 0; c < kGroup; c++) {
                Floats const w = broadcast(weights[c]);
                a[c] = mulAdd(first, w, a[c]);
                b[c] = mulAdd(second, w, b[c]);
            }
        }
        auto const centroid = static_cast<std::int32_t>(g * kGroup);
#pragma GCC unroll 8
        for (std::size_t c = 0; c < kGroup; c++) {
            low.take(a[c], centroid + static_cast<std::int32_t>(c));
            high.take(b[c], centroid + static_cast<std::int32_t>(c));
        }
    }
    out[0] = low;
    out[1] = high;
}

// What doubles say, for the rows of half a panel that the scores cannot settle.
static __attribute__((noinline)) void settle(CentroidAssignment const& given, double const* x, std::size_t rows,
                                             float const* norms, Leading const& leading, std::int32_t* labels) {
    CentroidTable const& table = *given.table;
    for (std::size_t r = 0; r < rows; r++) {
        auto const label = static_cast<std::size_t>(labels[r]);
        float const norm = norms[r];
        float const room = table.perNorm[label] * norm + table.fixed[label] + table.perSquare * norm * norm;
        if (leading.second[r] - leading.first[r] > room) continue;
        labels[r] = nearestOf(x + r * table.cols, table.cols, given.centroids, table.k);
    }
}

// Adds the differences of a row from its centroid.
static inline void addDifference(double const* row, double const* centroid, std::size_t cols, double* sums) {
    std::size_t j = 0;
    for (; j + TT_WIDTH <= cols; j += TT_WIDTH) {
        storeLanes(sums + j, loadLanes(sums + j) + (loadLanes(row + j) - loadLanes(centroid + j)));
    }
    for (; j < cols; j++) sums[j] += row[j] - centroid[j];
}

static inline void addRows(CentroidAssignment const& given, std::size_t first, std::size_t rows) {
    std::size_t const cols = given.table->cols;
    for (std::size_t i = first; i < first + rows; i++) {
        auto const label = static_cast<std::size_t>(given.labels[i]);
        given.counts[label] += 1;
        addDifference(given.x + i * cols, given.centroids + label * cols, cols, given.sums + label * cols);
    }
}

static AssignmentCount assign(CentroidAssignment const& given) {
    CentroidTable const& table = *given.table;
    std::size_t const cols = table.cols;
    AssignmentCount count = {0, 0};
    Floats const perNorm = broadcast(table.worstPerNorm), fixed = broadcast(table.worstFixed);
    Floats const perSquare = broadcast(table.perSquare);
    for (std::size_t from = 0; from < given.rows; from += kPanelRows) {
        std::size_t const rows = given.rows - from < kPanelRows ? given.rows - from : kPanelRows;
        double const* const x = given.x + from * cols;
        std::int32_t found[kPanelRows];
        if (table.usable) {
            float const* const panel = given.panels + from * (cols + 1);
            if (given.sums != nullptr) {
                for (std::size_t at = 0; at < rows * cols; at += 8) __builtin_prefetch(x + at);
            }
            Leading leading[2];
            scorePanel(panel, table, leading);
            for (std::size_t half = 0; half < 2; half++) {
                Floats const norm = loadFloats(panel + half * kLanes);
                Floats const room = mulAdd(mulAdd(perSquare, norm, perNorm), norm, fixed);
                Leading const& l = leading[half];
                __builtin_memcpy(found + half * kLanes, &l.label, sizeof l.label);
                if (allSet((Ints)(l.second - l.first > room))) continue;
                std::size_t const at = half * kLanes;
                if (at >= rows) continue;
                settle(given, x + at * cols, rows - at < kLanes ? rows - at : kLanes, panel + at, l, found + at);
            }
        } else {
            for (std::size_t r = 0; r < rows; r++) found[r] = nearestOf(x + r * cols, cols, given.centroids, table.k);
        }
        std::int32_t* const labels = given.labels + from;
        for (std::size_t r = 0; r < rows; r++) {
            count.changed += labels[r] != found[r];
            labels[r] = found[r];
        }
        count.looked += rows;
        if (given.sums != nullptr) addRows(given, from, rows);
    }
    return count;
}

static void pack(double const* x, std::size_t rows, std::size_t cols, double const* offset, float* panels) {
    for (std::size_t from = 0; from < rows; from += kPanelRows, panels += kPanelRows * (cols + 1)) {
        std::size_t const present = rows - from < kPanelRows ? rows - from : kPanelRows;
        if (present < kPanelRows) {
            for (std::size_t at = 0; at < kPanelRows * (cols + 1); at++) panels[at] = 0;
        }
        for (std::size_t r = 0; r < present; r++) {
            double const* const row = x + (from + r) * cols;
            double squares = 0, farthest = 0;
            for (std::size_t j = 0; j < cols; j++) {
                double const v = row[j] - offset[j];
                double const size = v < 0 ? -v : v;
                farthest = size > farthest ? size : farthest;
                squares += v * v;
                panels[(j + 1) * kPanelRows + r] = static_cast<float>(v);
            }
            panels[r] = static_cast<float>(__builtin_sqrt(squares) * 1.000001);
            if (farthest <= kFarthestFloat) continue;
            for (std::size_t j = 0; j < cols; j++) panels[(j + 1) * kPanelRows + r] = 0;
            panels[r] = __builtin_inff();
        }
    }
}

inline constexpr CentroidSelection kCentroidSelection = {kPanelRows, kGroup, pack, assign};

}  // namespace telltale::TT_TARGET
