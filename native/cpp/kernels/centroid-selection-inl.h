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

// Not inlined: what the caller keeps in registers would push the accumulators out.
static __attribute__((noinline)) void scorePanel(float const* panel, CentroidTable const& table, Leading* out) {
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

// Adds a row's parts to the sums of one centroid, and takes them off those of another, if there is one.
static inline void moveRow(FollowedSums const& sums, double const* row, std::size_t cols, std::size_t to,
                           std::int32_t from) {
    bool const leaves = !sums.fresh && from >= 0;
    std::size_t const in = to * cols, out = leaves ? static_cast<std::size_t>(from) * cols : 0;
    sums.counts[to] += 1;
    if (leaves) sums.counts[from] -= 1;
    std::size_t j = 0;
    for (; j + TT_WIDTH <= cols; j += TT_WIDTH) {
        RowLanes const v = loadLanes(row + j), c = loadLanes(sums.coarseUnits + j), f = loadLanes(sums.fineUnits + j);
        RowLanes const high = (v + c) - c;
        RowLanes const low = ((v - high) + f) - f;
        storeLanes(sums.coarse + in + j, loadLanes(sums.coarse + in + j) + high);
        storeLanes(sums.fine + in + j, loadLanes(sums.fine + in + j) + low);
        if (!leaves) continue;
        storeLanes(sums.coarse + out + j, loadLanes(sums.coarse + out + j) - high);
        storeLanes(sums.fine + out + j, loadLanes(sums.fine + out + j) - low);
    }
    for (; j < cols; j++) {
        double const high = (row[j] + sums.coarseUnits[j]) - sums.coarseUnits[j];
        double const low = ((row[j] - high) + sums.fineUnits[j]) - sums.fineUnits[j];
        sums.coarse[in + j] += high;
        sums.fine[in + j] += low;
        if (!leaves) continue;
        sums.coarse[out + j] -= high;
        sums.fine[out + j] -= low;
    }
}

// Rows that change their centroid, kept until their values have been fetched from memory.
struct Movers {
    static constexpr std::size_t kMost = 64;
    std::size_t count = 0;
    double const* row[kMost];
    std::int32_t to[kMost], from[kMost];

    inline void add(FollowedSums const& sums, std::size_t cols, double const* values, std::int32_t now,
                    std::int32_t before) {
        if (count == kMost) finish(sums, cols);
        for (std::size_t j = 0; j < cols; j += 8) __builtin_prefetch(values + j);
        __builtin_prefetch(values + cols - 1);
        row[count] = values;
        to[count] = now;
        from[count++] = before;
    }

    void finish(FollowedSums const& sums, std::size_t cols) {
        for (std::size_t r = 0; r < count; r++) {
            moveRow(sums, row[r], cols, static_cast<std::size_t>(to[r]), from[r]);
        }
        count = 0;
    }
};

// Writes the labels of a panel and notes the rows that move; how many are other than before.
static inline std::size_t relabel(CentroidAssignment const& given, std::size_t first, std::size_t rows,
                                  std::int32_t const* found, Movers& movers) {
    std::int32_t* const labels = given.labels + first;
    bool const fresh = given.sums != nullptr && given.sums->fresh;
    if (rows == kPanelRows && !fresh) {
        Ints before[2], now[2];
        __builtin_memcpy(before, labels, sizeof before);
        __builtin_memcpy(now, found, sizeof now);
        if (allSet((Ints)(before[0] == now[0])) && allSet((Ints)(before[1] == now[1]))) return 0;
    }
    std::size_t const cols = given.table->cols;
    std::size_t changed = 0;
    for (std::size_t r = 0; r < rows; r++) {
        std::int32_t const before = labels[r];
        if (before == found[r] && !fresh) continue;
        changed += before != found[r];
        labels[r] = found[r];
        if (given.sums != nullptr) movers.add(*given.sums, cols, given.x + (first + r) * cols, found[r], before);
    }
    return changed;
}

// Takes the moves of the centroids off the slack of a whole panel; true when every row has some left.
static inline bool passedOver(RowBounds const& bounds, std::size_t first, std::int32_t const* labels) {
    bool all = true;
    for (std::size_t half = 0; half < 2; half++) {
        float* const slack = bounds.slack + first + half * kLanes;
        Floats use;
#if TT_AVX512
        use = (Floats)_mm512_i32gather_ps(_mm512_loadu_si512(labels + half * kLanes), bounds.use, 4);
#else
        for (std::size_t r = 0; r < kLanes; r++) use[r] = bounds.use[labels[half * kLanes + r]];
#endif
        Floats const left = loadFloats(slack) * broadcast(1 - 2e-7F) - use;
        storeFloats(slack, left);
        all = all && allSet((Ints)(left > Floats{}));
    }
    return all;
}

static inline Floats squareRoot(Floats v) {
#if TT_AVX512
    return (Floats)_mm512_sqrt_ps((__m512)v);
#elif TT_AVX2
    return (Floats)_mm256_sqrt_ps((__m256)v);
#else
    Floats out;
    for (std::size_t r = 0; r < kLanes; r++) out[r] = __builtin_sqrtf(v[r]);
    return out;
#endif
}

// The slack of half a panel. |x'| is up to 1.0000012 times too large; what floats round is a tenth of the room left
// here.
static inline Floats slackOf(Leading const& l, Floats norm, Floats room) {
    Floats const squares = norm * norm;
    Floats const far = squares * broadcast(1 - 4e-6F) + broadcast(2) * l.second;
    Floats const near = squares * broadcast(1 + 1e-6F) + broadcast(2) * (l.first + room);
    Floats const none = {};
    return squareRoot(most(far, none)) * broadcast(1 - 2e-6F) - squareRoot(most(near, none)) * broadcast(1 + 2e-6F);
}

static AssignmentCount assign(CentroidAssignment const& given) {
    CentroidTable const& table = *given.table;
    std::size_t const cols = table.cols;
    AssignmentCount count = {0, 0};
    Movers movers;
    Floats const perNorm = broadcast(table.worstPerNorm), fixed = broadcast(table.worstFixed);
    Floats const perSquare = broadcast(table.perSquare);
    for (std::size_t from = 0; from < given.rows; from += kPanelRows) {
        std::size_t const rows = given.rows - from < kPanelRows ? given.rows - from : kPanelRows;
        double const* const x = given.x + from * cols;
        alignas(64) std::int32_t found[kPanelRows];
        count.looked += rows;
        if (!table.usable) {
            for (std::size_t r = 0; r < rows; r++) found[r] = nearestOf(x + r * cols, cols, given.centroids, table.k);
            count.changed += relabel(given, from, rows, found, movers);
            continue;
        }
        if (given.bounds != nullptr && given.bounds->use != nullptr && rows == kPanelRows &&
            passedOver(*given.bounds, from, given.labels + from)) {
            count.looked -= rows;
            continue;
        }
        float const* const panel = given.panels + from * (cols + 1);
        Leading leading[2];
        scorePanel(panel, table, leading);
        for (std::size_t half = 0; half < 2; half++) {
            std::size_t const at = half * kLanes;
            Floats const norm = loadFloats(panel + at);
            Floats const room = mulAdd(mulAdd(perSquare, norm, perNorm), norm, fixed);
            Leading const& l = leading[half];
            __builtin_memcpy(found + at, &l.label, sizeof l.label);
            if (given.bounds != nullptr) storeFloats(given.bounds->slack + from + at, slackOf(l, norm, room));
            if (allSet((Ints)(l.second - l.first > room)) || at >= rows) continue;
            settle(given, x + at * cols, rows - at < kLanes ? rows - at : kLanes, panel + at, l, found + at);
        }
        count.changed += relabel(given, from, rows, found, movers);
    }
    if (given.sums != nullptr) movers.finish(*given.sums, cols);
    return count;
}

static void greatest(double const* x, std::size_t rows, std::size_t cols, double* magnitude) {
    for (std::size_t i = 0; i < rows; i++, x += cols) {
        for (std::size_t j = 0; j < cols; j++) {
            double const size = x[j] < 0 ? -x[j] : x[j];
            magnitude[j] = size > magnitude[j] ? size : magnitude[j];
        }
    }
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

inline constexpr CentroidSelection kCentroidSelection = {kPanelRows, kGroup, greatest, pack, assign};

}  // namespace telltale::TT_TARGET
