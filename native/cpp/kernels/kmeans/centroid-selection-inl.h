// Scores of a panel of rows against groups of centroids, held in registers: rows in the lanes, centroids broadcast.

// clang-format off: each declares what the next ones use.
#include "kernels/kmeans/centroid-panels-inl.h"
#include "kernels/kmeans/row-movers-inl.h"
// clang-format on

namespace telltale::TT_TARGET {

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
static __attribute__((noinline)) void scorePanel(float const* panel, std::size_t stride, CentroidTable const& table,
                                                 Leading* out) {
    float const* weights = table.weights;
    float const* bias = table.bias;
    std::size_t const dims = table.cols + 1;
    Floats const infinite = broadcast(__builtin_inff());
    Leading low = {infinite, infinite, Ints{}}, high = low;
    for (std::size_t g = 0; g < table.groups; g++, bias += kGroup) {
        Floats a[kGroup], b[kGroup];
#pragma GCC unroll 8
        for (std::size_t c = 0; c < kGroup; c++) a[c] = b[c] = broadcast(bias[c]);
        float const* x = panel;
        for (std::size_t j = 0; j < dims; j++, x += stride, weights += kGroup) {
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

// Upper bounds of how far the lower bounds may be below the scores, for the worst centroid.
struct Room {
    Floats perNorm, fixed, perSquare;

    explicit Room(CentroidTable const& table)
        : perNorm(broadcast(table.worstPerNorm)),
          fixed(broadcast(table.worstFixed)),
          perSquare(broadcast(table.perSquare)) {}

    inline Floats of(Floats norm) const { return mulAdd(mulAdd(perSquare, norm, perNorm), norm, fixed); }
};

// The label of one row that the worst centroid's bound cannot settle: by its own centroid's, else as doubles say.
static __attribute__((noinline)) std::int32_t settle(CentroidAssignment const& given, double const* row, float norm,
                                                     float gap, std::int32_t label) {
    CentroidTable const& table = *given.table;
    float const room = table.perNorm[static_cast<std::size_t>(label)] * norm +
                       table.fixed[static_cast<std::size_t>(label)] + table.perSquare * norm * norm;
    return gap > room ? label : nearestOf(row, table.cols, given.centroids, table.k);
}

// Writes the labels of a panel and notes the rows that move; how many are other than before.
static inline std::size_t relabel(CentroidAssignment const& given, std::size_t first, std::size_t rows,
                                  std::int32_t const* found, Movers& movers) {
    std::size_t const cols = given.table->cols;
    std::int32_t* const labels = given.labels + first;
    bool const fresh = given.sums != nullptr && given.sums->fresh;
    std::size_t changed = 0;
    if (rows < kPanelRows || fresh) {
        for (std::size_t r = 0; r < rows; r++) {
            std::int32_t const before = labels[r];
            if (before == found[r] && !fresh) continue;
            changed += before != found[r];
            labels[r] = found[r];
            if (given.sums != nullptr) movers.add(*given.sums, cols, given.x + (first + r) * cols, found[r], before);
        }
        return changed;
    }
    for (std::size_t half = 0; half < kPanelRows; half += kLanes) {
        Ints before, now;
        __builtin_memcpy(&before, labels + half, sizeof before);
        __builtin_memcpy(&now, found + half, sizeof now);
        for (std::uint32_t left = lanesOf((Ints)(before != now)); left != 0; left &= left - 1) {
            std::size_t const r = half + static_cast<std::size_t>(__builtin_ctz(left));
            if (given.sums != nullptr) movers.add(*given.sums, cols, given.x + (first + r) * cols, found[r], labels[r]);
            changed++;
        }
        __builtin_memcpy(labels + half, &now, sizeof now);
    }
    return changed;
}

// Takes the moves of the centroids off the slack of half a panel; the rows that have none left.
static inline std::uint32_t slackless(RowBounds const& bounds, std::size_t first, std::int32_t const* labels) {
    Floats use;
#if TT_AVX512
    use = (Floats)_mm512_i32gather_ps(_mm512_loadu_si512(labels), bounds.use, 4);
#else
    for (std::size_t r = 0; r < kLanes; r++) use[r] = bounds.use[labels[r]];
#endif
    Floats const left = loadFloats(bounds.slack + first) * broadcast(1 - 2e-7F) - use;
    storeFloats(bounds.slack + first, left);
    return lanesOf((Ints)(left > Floats{})) ^ ((1u << kLanes) - 1);
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

// Rows to look at, out of panels of which the others are passed over: a panel of their own.
struct Gathered {
    float* panel;
    std::size_t count = 0;
    std::uint32_t row[kGatherLanes];

    // Appends the lanes of half a panel whose bits are set.
    inline void append(float const* values, std::size_t first, std::uint32_t lanes, std::size_t cols) {
        float* to = panel + count;
        for (std::size_t j = 0; j <= cols; j++, to += kGatherLanes, values += kPanelRows) {
#if TT_AVX512
            auto const mask = static_cast<__mmask16>(lanes);
            storeFloats(to, (Floats)_mm512_maskz_compress_ps(mask, (__m512)loadFloats(values)));
#else
            std::size_t at = 0;
            for (std::uint32_t left = lanes; left != 0; left &= left - 1) to[at++] = values[__builtin_ctz(left)];
#endif
        }
        for (std::uint32_t left = lanes; left != 0; left &= left - 1) {
            row[count++] = static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(__builtin_ctz(left));
        }
    }

    // Forgets the rows of the first panel.
    inline void advance(std::size_t cols) {
        std::size_t const rest = count < kPanelRows ? 0 : count - kPanelRows;
        for (std::size_t j = 0; j <= cols && rest > 0; j++) {
            float* const column = panel + j * kGatherLanes;
            storeFloats(column, loadFloats(column + kPanelRows));
        }
        for (std::size_t r = 0; r < rest; r++) row[r] = row[kPanelRows + r];
        count = rest;
    }
};

// Labels and slack of as many gathered rows as fill a panel.
static __attribute__((noinline)) std::size_t labelGathered(CentroidAssignment const& given, Gathered& gathered,
                                                           Room const& room, Movers& movers) {
    std::size_t const cols = given.table->cols;
    std::size_t const rows = gathered.count < kPanelRows ? gathered.count : kPanelRows;
    Leading leading[2];
    scorePanel(gathered.panel, kGatherLanes, *given.table, leading);
    std::size_t changed = 0;
    for (std::size_t half = 0; half < 2; half++) {
        Leading const& l = leading[half];
        std::size_t const at = half * kLanes;
        Floats const norm = loadFloats(gathered.panel + at);
        Floats const bound = room.of(norm), gap = l.second - l.first, slack = slackOf(l, norm, bound);
        std::uint32_t const certain = lanesOf((Ints)(gap > bound));
        for (std::size_t r = 0; r < kLanes && at + r < rows; r++) {
            std::size_t const row = gathered.row[at + r];
            double const* const x = given.x + row * cols;
            std::int32_t const label =
                (certain >> r & 1) != 0 ? l.label[r] : settle(given, x, norm[r], gap[r], l.label[r]);
            std::int32_t const before = given.labels[row];
            given.bounds->slack[row] = slack[r];
            if (label == before) continue;
            changed++;
            given.labels[row] = label;
            if (given.sums != nullptr) movers.add(*given.sums, cols, x, label, before);
        }
    }
    gathered.advance(cols);
    return changed;
}

static AssignmentCount assign(CentroidAssignment const& given) {
    constexpr int kMostGathered = kPanelRows * 3 / 4;  // of a panel: with more, all of it is scored where it stands
    CentroidTable const& table = *given.table;
    std::size_t const cols = table.cols;
    AssignmentCount count = {0, 0};
    Movers movers;
    Room const room(table);
    bool const passing = table.usable && given.bounds != nullptr && given.bounds->use != nullptr;
    Gathered gathered;
    gathered.panel = passing ? given.bounds->gathered : nullptr;
    for (std::size_t from = 0; from < given.rows; from += kPanelRows) {
        std::size_t const rows = given.rows - from < kPanelRows ? given.rows - from : kPanelRows;
        double const* const x = given.x + from * cols;
        float const* const panel = given.panels + from * (cols + 1);
        if (passing && from + 3 * kPanelRows <= given.rows) {  // passing over rows is faster than memory brings them
            float const* const ahead = panel + 2 * kPanelRows * (cols + 1);
            for (std::size_t at = 0; at < kPanelRows * (cols + 1); at += 16) __builtin_prefetch(ahead + at);
        }
        if (passing && rows == kPanelRows) {
            std::uint32_t const low = slackless(*given.bounds, from, given.labels + from);
            std::uint32_t const high = slackless(*given.bounds, from + kLanes, given.labels + from + kLanes);
            int const looked = __builtin_popcount(low) + __builtin_popcount(high);
            if (looked <= kMostGathered) {
                count.looked += static_cast<std::size_t>(looked);
                if (low != 0) gathered.append(panel, from, low, cols);
                if (gathered.count >= kPanelRows) count.changed += labelGathered(given, gathered, room, movers);
                if (high != 0) gathered.append(panel + kLanes, from + kLanes, high, cols);
                if (gathered.count >= kPanelRows) count.changed += labelGathered(given, gathered, room, movers);
                continue;
            }
        }
        alignas(64) std::int32_t found[kPanelRows];
        count.looked += rows;
        if (!table.usable) {
            for (std::size_t r = 0; r < rows; r++) found[r] = nearestOf(x + r * cols, cols, given.centroids, table.k);
            count.changed += relabel(given, from, rows, found, movers);
            continue;
        }
        Leading leading[2];
        scorePanel(panel, kPanelRows, table, leading);
        for (std::size_t half = 0; half < 2; half++) {
            std::size_t const at = half * kLanes;
            Leading const& l = leading[half];
            Floats const norm = loadFloats(panel + at);
            Floats const bound = room.of(norm), gap = l.second - l.first;
            __builtin_memcpy(found + at, &l.label, sizeof l.label);
            if (given.bounds != nullptr) storeFloats(given.bounds->slack + from + at, slackOf(l, norm, bound));
            std::uint32_t const certain = lanesOf((Ints)(gap > bound));
            for (std::size_t r = 0; r < kLanes && at + r < rows && certain != (1u << kLanes) - 1; r++) {
                if ((certain >> r & 1) != 0) continue;
                found[at + r] = settle(given, x + (at + r) * cols, norm[r], gap[r], l.label[r]);
            }
        }
        count.changed += relabel(given, from, rows, found, movers);
    }
    if (gathered.count > 0) count.changed += labelGathered(given, gathered, room, movers);
    if (given.sums != nullptr) movers.finish(*given.sums, cols);
    return count;
}

inline constexpr CentroidSelection kCentroidSelection = {kPanelRows, kGroup, kGatherLanes, greatest, pack, assign};

}  // namespace telltale::TT_TARGET
