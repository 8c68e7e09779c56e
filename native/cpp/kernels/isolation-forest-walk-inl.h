// The branchless walk down isolation trees. Several rows go down a tree side by side, so that the loads of one overlap
// those of the others; a row that has reached its leaf stays there until all have.

#include "math/score-of-inl.h"

namespace telltale::TT_TARGET {

// The features and coefficients of hyperplanes; null when ndim is 1.
struct Planes {
    std::size_t ndim;
    std::int32_t const* features;
    double const* coefficients;
};

#if TT_AVX512

constexpr std::size_t kWalkVectors = 4;
constexpr std::size_t kWalkRows = 8 * kWalkVectors;

// The coordinate of eight rows along the normals of their splits; 0 in lanes that are not in `inner`.
static inline __m512d planeValues(Planes const& planes, double const* x, __m512i row, __m512i node, __mmask8 inner) {
    __m512i place = _mm512_mullo_epi64(node, _mm512_set1_epi64(static_cast<long long>(planes.ndim)));
    __m512d dot = _mm512_setzero_pd();
    __mmask8 active = inner;
    for (std::size_t k = 0; k < planes.ndim && active != 0; k++) {
        __m256i const feature = _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), active, place, planes.features, 4);
        active &= static_cast<__mmask8>(~_mm256_movepi32_mask(feature));  // a negative one ends the list
        __m512i const at = _mm512_add_epi64(row, _mm512_cvtepi32_epi64(feature));
        __m512d const v = _mm512_mask_i64gather_pd(_mm512_setzero_pd(), active, at, x, 8);
        __m512d const coefficient =
            _mm512_mask_i64gather_pd(_mm512_setzero_pd(), active, place, planes.coefficients, 8);
        dot = _mm512_mask_add_pd(dot, active, dot, _mm512_mul_pd(coefficient, v));
        place = _mm512_add_epi64(place, _mm512_set1_epi64(1));
    }
    return dot;
}

template <bool kPlane>
static inline void walkRows(WalkNode const* nodes, Planes const& planes, std::int64_t root, double const* x,
                            std::int64_t const* row, double* leaf) {
    __m512i node[kWalkVectors];
    for (std::size_t r = 0; r < kWalkVectors; r++) node[r] = _mm512_set1_epi64(root);
    __m512i const one = _mm512_set1_epi64(1);
    __mmask8 moved;
    do {
        moved = 0;
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kWalkVectors; r++) {
            __m512i const place = _mm512_add_epi64(node[r], node[r]);  // a node is two quadwords
            __m512d const threshold = _mm512_i64gather_pd(place, &nodes->value, 8);
            __m512i const link = _mm512_i64gather_epi64(place, &nodes->step, 8);
            __m512i const step = _mm512_and_epi64(link, _mm512_set1_epi64(INT32_MAX));
            __mmask8 const inner = _mm512_test_epi64_mask(step, step);
            __mmask8 const missingLeft = _mm512_movepi64_mask(link);
            __m512i const rows = _mm512_loadu_si512(row + 8 * r);
            __m512d v;
            if (kPlane) {
                v = planeValues(planes, x, rows, node[r], inner);
            } else {
                __m512i const feature = _mm512_and_epi64(_mm512_srli_epi64(link, 32), _mm512_set1_epi64(INT32_MAX));
                v = _mm512_i64gather_pd(_mm512_add_epi64(rows, feature), x, 8);
            }
            __mmask8 const below = _mm512_cmp_pd_mask(v, threshold, _CMP_LE_OQ);
            __mmask8 const above = _mm512_cmp_pd_mask(v, threshold, _CMP_GT_OQ);
            __mmask8 const left = static_cast<__mmask8>(below | (~above & missingLeft));
            __m512i const move = _mm512_mask_mov_epi64(step, left, one);
            node[r] = _mm512_mask_add_epi64(node[r], inner, node[r], move);
            moved |= inner;
        }
    } while (moved != 0);
    for (std::size_t r = 0; r < kWalkVectors; r++) {
        __m512i const place = _mm512_add_epi64(node[r], node[r]);
        _mm512_storeu_pd(leaf + 8 * r, _mm512_i64gather_pd(place, &nodes->value, 8));
    }
}

#else

constexpr std::size_t kWalkRows = 8;

static inline double planeValue(Planes const& planes, double const* row, std::int64_t node, bool inner) {
    double dot = 0;
    if (!inner) return dot;
    std::size_t const from = static_cast<std::size_t>(node) * planes.ndim;
    for (std::size_t k = from; k < from + planes.ndim; k++) {
        std::int32_t const feature = planes.features[k];
        if (feature < 0) break;  // ends the list
        dot += planes.coefficients[k] * row[feature];
    }
    return dot;
}

template <bool kPlane>
static inline void walkRows(WalkNode const* nodes, Planes const& planes, std::int64_t root, double const* x,
                            std::int64_t const* row, double* leaf) {
    WalkNode const* node[kWalkRows];
    for (std::size_t r = 0; r < kWalkRows; r++) node[r] = nodes + root;
    std::int32_t moved;
    do {
        moved = 0;
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kWalkRows; r++) {
            std::int32_t const step = node[r]->step;
            std::int32_t const split = node[r]->split;
            double const threshold = node[r]->value;
            double const v =
                kPlane ? planeValue(planes, x + row[r], node[r] - nodes, step != 0) : x[row[r] + (split & INT32_MAX)];
            std::int32_t const below = v <= threshold;
            std::int32_t const notAbove = !(v > threshold);
            std::int32_t const missingLeft = static_cast<std::int32_t>(static_cast<std::uint32_t>(split) >> 31);
            std::int32_t const left = -(below | (notAbove & missingLeft));  // all ones or none
            std::int32_t const one = step != 0;
            node[r] += step ^ ((step ^ one) & left);
            moved |= step;
        }
    } while (moved != 0);
    for (std::size_t r = 0; r < kWalkRows; r++) leaf[r] = node[r]->value;
}

#endif

template <bool kPlane>
static void addPaths(WalkNode const* nodes, Planes const& planes, std::int64_t root, double const* x, std::size_t rows,
                     std::size_t cols, double* sums) {
    for (std::size_t first = 0; first < rows; first += kWalkRows) {
        std::int64_t row[kWalkRows];  // where each begins; the last one again for those that are not there
        for (std::size_t r = 0; r < kWalkRows; r++) {
            row[r] = static_cast<std::int64_t>((first + r < rows ? first + r : rows - 1) * cols);
        }
        double leaf[kWalkRows];
        walkRows<kPlane>(nodes, planes, root, x, row, leaf);
        std::size_t const present = rows - first < kWalkRows ? rows - first : kWalkRows;
        for (std::size_t r = 0; r < present; r++) sums[first + r] += leaf[r];
    }
}

void isolationForestWalk(IsolationForestView const& forest, WalkNode const* nodes, double const* x, std::size_t rows,
                         std::size_t cols, double normalizer, double* scores) {
    constexpr std::size_t kBlockValues = 16384;  // 128 KiB of rows stay in the second-level cache while trees pass by
    std::size_t const block = kBlockValues / cols < 64 ? 64 : kBlockValues / cols;
    Planes const planes{static_cast<std::size_t>(forest.ndim), forest.features, forest.coefficients};
    for (std::size_t first = 0; first < rows; first += block) {
        std::size_t const count = rows - first < block ? rows - first : block;
        double const* const from = x + first * cols;
        double* const sums = scores + first;
        for (std::size_t i = 0; i < count; i++) sums[i] = 0;
        for (std::int32_t t = 0; t < forest.trees; t++) {
            std::int64_t const root = forest.tree_start[t];
            if (forest.ndim == 1) {
                addPaths<false>(nodes, planes, root, from, count, cols, sums);
            } else {
                addPaths<true>(nodes, planes, root, from, count, cols, sums);
            }
        }
        scoresOf(sums, count, forest.trees, normalizer);
    }
}

}  // namespace telltale::TT_TARGET
