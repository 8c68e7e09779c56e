// Scores of a panel of rows against groups of centroids, held in registers: rows in the lanes, centroids broadcast.

#include "kernels/row-distance-inl.h"

namespace telltale::TT_TARGET {

typedef float Floats __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t Ints __attribute__((vector_size(TT_WIDTH * 8)));

constexpr std::size_t kLanes = TT_WIDTH * 2;
constexpr std::size_t kPanelRows = 2 * kLanes;
constexpr std::size_t kGatherLanes = 3 * kLanes;  // a panel, and what half a panel may add to an almost full one
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

// The lanes that are set, one bit each.
static inline std::uint32_t lanesOf(Ints mask) {
#if TT_AVX512
    return _mm512_movepi32_mask((__m512i)mask);
#elif TT_AVX2
    return static_cast<std::uint32_t>(_mm256_movemask_ps((__m256)mask));
#else
    std::uint32_t bits = 0;
    for (std::size_t r = 0; r < kLanes; r++) bits |= (mask[r] != 0 ? 1u : 0u) << r;
    return bits;
#endif
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

// One row into its lane of a panel.
static inline void packRow(double const* row, std::size_t cols, double const* offset, float* lane) {
    double squares = 0;
    for (std::size_t j = 0; j < cols; j++) {
        double const v = row[j] - offset[j];
        squares += v * v;
        lane[(j + 1) * kPanelRows] = static_cast<float>(v);
    }
    lane[0] = static_cast<float>(__builtin_sqrt(squares) * 1.000001);
    if (squares <= kMostSquares) return;
    for (std::size_t j = 0; j < cols; j++) lane[(j + 1) * kPanelRows] = 0;
    lane[0] = __builtin_inff();
}

#if TT_AVX2 || TT_AVX512
// Differences of eight columns of a row from the offset, as floats.
static inline __m256 differences(double const* row, double const* offset) {
#if TT_AVX512
    return _mm512_cvtpd_ps(_mm512_sub_pd(_mm512_loadu_pd(row), _mm512_loadu_pd(offset)));
#else
    __m128 const low = _mm256_cvtpd_ps(_mm256_sub_pd(_mm256_loadu_pd(row), _mm256_loadu_pd(offset)));
    __m128 const high = _mm256_cvtpd_ps(_mm256_sub_pd(_mm256_loadu_pd(row + 4), _mm256_loadu_pd(offset + 4)));
    return _mm256_set_m128(high, low);
#endif
}

// Eight rows into their lanes, eight columns at a time, transposed in registers; false when a row is too far away.
static inline bool packEight(double const* const* rows, std::size_t cols, double const* offset, float* lanes) {
    __m256d lowSquares = _mm256_setzero_pd(), highSquares = _mm256_setzero_pd();
    for (std::size_t j = 0; j < cols; j += 8) {
        __m256 r[8], t[8];
        if (j + 8 <= cols) {
#pragma GCC unroll 8
            for (std::size_t i = 0; i < 8; i++) r[i] = differences(rows[i] + j, offset + j);
        } else {
            alignas(32) double row[8] = {}, rest[8] = {};
            for (std::size_t c = j; c < cols; c++) rest[c - j] = offset[c];
            for (std::size_t i = 0; i < 8; i++) {
                for (std::size_t c = j; c < cols; c++) row[c - j] = rows[i][c];
                r[i] = differences(row, rest);
            }
        }
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 8; i += 2) {
            t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
            t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
        }
#pragma GCC unroll 2
        for (std::size_t i = 0; i < 8; i += 4) {
            r[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
            r[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xEE);
            r[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
            r[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xEE);
        }
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; i++) {
            t[i] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x20);
            t[i + 4] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x31);
        }
        std::size_t const present = cols - j < 8 ? cols - j : 8;
        for (std::size_t c = 0; c < present; c++) {
            _mm256_storeu_ps(lanes + (j + c + 1) * kPanelRows, t[c]);
            __m256d const low = _mm256_cvtps_pd(_mm256_castps256_ps128(t[c]));
            __m256d const high = _mm256_cvtps_pd(_mm256_extractf128_ps(t[c], 1));
            lowSquares = _mm256_fmadd_pd(low, low, lowSquares);
            highSquares = _mm256_fmadd_pd(high, high, highSquares);
        }
    }
    // The floats' own norm: within 2^-24 of that of the doubles, which the factor covers.
    __m256d const up = _mm256_set1_pd(1.000001);
    __m128 const low = _mm256_cvtpd_ps(_mm256_mul_pd(_mm256_sqrt_pd(lowSquares), up));
    __m128 const high = _mm256_cvtpd_ps(_mm256_mul_pd(_mm256_sqrt_pd(highSquares), up));
    _mm256_storeu_ps(lanes, _mm256_set_m128(high, low));
    __m256d const most = _mm256_set1_pd(kMostSquares);
    __m256d const inside =
        _mm256_and_pd(_mm256_cmp_pd(lowSquares, most, _CMP_LE_OQ), _mm256_cmp_pd(highSquares, most, _CMP_LE_OQ));
    return _mm256_movemask_pd(inside) == 15;
}
#endif

// Any rows into the lanes of a panel.
static inline void packRows(double const* const* rows, std::size_t count, std::size_t cols, double const* offset,
                            float* panel) {
    std::size_t r = 0;
#if TT_AVX2 || TT_AVX512
    for (; r + 8 <= count; r += 8) {
        if (packEight(rows + r, cols, offset, panel + r)) continue;
        for (std::size_t i = r; i < r + 8; i++) packRow(rows[i], cols, offset, panel + i);
    }
#endif
    for (; r < count; r++) packRow(rows[r], cols, offset, panel + r);
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
        double const* values[kPanelRows];
        for (std::size_t r = 0; r < present; r++) values[r] = x + (from + r) * cols;
        packRows(values, present, cols, offset, panels);
    }
}

inline constexpr CentroidSelection kCentroidSelection = {kPanelRows, kGroup, kGatherLanes, greatest, pack, assign};

}  // namespace telltale::TT_TARGET
