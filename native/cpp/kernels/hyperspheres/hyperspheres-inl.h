// Some registers of rows against kSpheresTogether spheres at a time. With rows and centres relative to an offset, a sum
// that starts at |c|^2 - r^2 and takes -2 c x is |x - c|^2 - r^2 - |x|^2: below -|x|^2 inside the sphere.

namespace telltale::TT_TARGET {

typedef float SphereFloats __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t SphereMask __attribute__((vector_size(TT_WIDTH * 8)));

constexpr std::size_t kSphereLanes = TT_WIDTH * 2;
// Accumulators are kSphereVectors * kSpheresTogether registers.
constexpr std::size_t kSphereVectors = TT_AVX512 || TT_NEON ? 4 : 2;
constexpr std::size_t kSphereRows = kSphereVectors * kSphereLanes;

static inline SphereFloats sphereMulAdd(SphereFloats a, float b, SphereFloats c) {
#if TT_AVX512
    return (SphereFloats)_mm512_fmadd_ps((__m512)a, _mm512_set1_ps(b), (__m512)c);
#elif TT_AVX2
    return (SphereFloats)_mm256_fmadd_ps((__m256)a, _mm256_set1_ps(b), (__m256)c);
#else
    return a * b + c;
#endif
}

// The lanes that are not above the limits, one bit each.
static inline std::uint32_t notAbove(SphereFloats a, SphereFloats limit) {
#if TT_AVX512
    return _mm512_cmp_ps_mask((__m512)a, (__m512)limit, _CMP_LE_OQ);
#elif TT_AVX2
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)limit, _CMP_LE_OQ)));
#else
    SphereMask const mask = a <= limit;
    std::int32_t lanes[kSphereLanes];  // GCC 12 with sanitizers reads a vector's lanes at a wrong index
    __builtin_memcpy(lanes, &mask, sizeof lanes);
    std::uint32_t bits = 0;
    for (std::size_t r = 0; r < kSphereLanes; r++) bits |= (lanes[r] != 0 ? 1u : 0u) << r;
    return bits;
#endif
}

// Rows as floats, lane by lane, with the limits that their norms and errors set.
struct SphereBlock {
    float* columns;  // cols x kSphereRows
    float certain[kSphereRows];
    float possible[kSphereRows];
    std::size_t row, count;
};

static void packSphereBlock(HypersphereScore const& work, SpherePlan const& plan, SphereBlock& block) {
    std::size_t const cols = work.cols;
    for (std::size_t i = 0; i < kSphereRows; i++) {
        bool const present = i < block.count;
        double const* const row = work.x + (block.row + (present ? i : 0)) * cols;
        double squares = 0;
        for (std::size_t j = 0; j < cols; j++) {
            double const v = row[j] - plan.offset[j];
            squares += v * v;
            block.columns[j * kSphereRows + i] = static_cast<float>(v);
        }
        double const error = plan.error * (squares + plan.most) + kLeastError;
        if (present && squares + plan.most < kMostSphereSquares) {
            block.certain[i] = static_cast<float>(-squares - error);
            block.possible[i] = static_cast<float>(-squares + error);
            continue;
        }
        // Too far away for floats: always in doubt. Not there: in no sphere.
        for (std::size_t j = 0; j < cols; j++) block.columns[j * kSphereRows + i] = 0;
        block.certain[i] = -__builtin_inff();
        block.possible[i] = present ? __builtin_inff() : -__builtin_inff();
    }
}

// Squared distance as the reference takes it.
static bool insideSphere(HypersphereScore const& work, std::size_t row, std::size_t sphere) {
    double const* const a = work.x + row * work.cols;
    double const* const b = work.centres + sphere * work.cols;
    double squares = 0;
    for (std::size_t j = 0; j < work.cols; j++) {
        double const t = a[j] - b[j];
        squares += t * t;
    }
    return !(squares > work.radii[sphere]);
}

// Sums of kSpheresTogether spheres for all rows of a block.
static inline void sphereSums(SphereBlock const& block, float const* panel, std::size_t cols,
                              SphereFloats (*sums)[kSphereVectors]) {
#pragma GCC unroll 4
    for (std::size_t s = 0; s < kSpheresTogether; s++) {
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kSphereVectors; v++) sums[s][v] = panel[s] - SphereFloats{};
    }
    for (std::size_t j = 0; j < cols; j++) {
        float const* const centres = panel + (j + 1) * kSpheresTogether;
        SphereFloats x[kSphereVectors];
        __builtin_memcpy(x, block.columns + j * kSphereRows, sizeof x);
#pragma GCC unroll 4
        for (std::size_t s = 0; s < kSpheresTogether; s++) {
#pragma GCC unroll 4
            for (std::size_t v = 0; v < kSphereVectors; v++) sums[s][v] = sphereMulAdd(x[v], centres[s], sums[s][v]);
        }
    }
}

// Adds a value to the totals of the lanes that are set.
static inline void addToLanes(double* totals, std::uint32_t lanes, double value) {
#if TT_AVX512
    __m512d const v = _mm512_set1_pd(value);
    __m512d const low = _mm512_loadu_pd(totals);
    __m512d const high = _mm512_loadu_pd(totals + 8);
    _mm512_storeu_pd(totals, _mm512_mask_add_pd(low, static_cast<__mmask8>(lanes), low, v));
    _mm512_storeu_pd(totals + 8, _mm512_mask_add_pd(high, static_cast<__mmask8>(lanes >> 8), high, v));
#else
    for (; lanes != 0; lanes &= lanes - 1) totals[__builtin_ctz(lanes)] += value;
#endif
}

// Takes the lanes out of `open` that lie in the sphere, and adds its value to theirs.
static inline std::uint32_t settleLanes(HypersphereScore const& work, SphereBlock const& block, SphereFloats sum,
                                        std::size_t vector, std::size_t sphere, std::uint32_t open, double* totals) {
    if (open == 0) return 0;
    std::size_t const first = vector * kSphereLanes;
    SphereFloats certain;
    SphereFloats possible;
    __builtin_memcpy(&possible, block.possible + first, sizeof possible);
    std::uint32_t inside = notAbove(sum, possible) & open;
    if (inside == 0) return open;
    __builtin_memcpy(&certain, block.certain + first, sizeof certain);
    std::uint32_t doubtful = inside & ~notAbove(sum, certain);
    for (; doubtful != 0; doubtful &= doubtful - 1) {
        auto const lane = static_cast<std::size_t>(__builtin_ctz(doubtful));
        if (!insideSphere(work, block.row + first + lane, sphere)) inside &= ~(1u << lane);
    }
    addToLanes(totals + first, inside, work.values[sphere]);
    return open & ~inside;
}

static void scoreSphereBlock(HypersphereScore const& work, SpherePlan const& plan, SphereBlock const& block) {
    constexpr std::uint32_t kAll = kSphereLanes == 32 ? ~0u : (1u << kSphereLanes) - 1;
    std::size_t const groups = (work.spheres + kSpheresTogether - 1) / kSpheresTogether;
    std::size_t const panel = (work.cols + 1) * kSpheresTogether;
    double totals[kSphereRows] = {};
    for (std::size_t set = 0; set < work.sets; set++) {
        std::uint32_t open[kSphereVectors];
        for (std::size_t v = 0; v < kSphereVectors; v++) open[v] = kAll;
        for (std::size_t group = 0; group < groups; group++) {
            std::uint32_t any = 0;
            for (std::size_t v = 0; v < kSphereVectors; v++) any |= open[v];
            if (any == 0) break;
            SphereFloats sums[kSpheresTogether][kSphereVectors];
            sphereSums(block, plan.panels + (set * groups + group) * panel, work.cols, sums);
            std::size_t const left = work.spheres - group * kSpheresTogether;
            for (std::size_t s = 0; s < kSpheresTogether && s < left; s++) {
                std::size_t const sphere = set * work.spheres + group * kSpheresTogether + s;
                for (std::size_t v = 0; v < kSphereVectors; v++) {
                    open[v] = settleLanes(work, block, sums[s][v], v, sphere, open[v], totals);
                }
            }
        }
        for (std::size_t v = 0; v < kSphereVectors; v++) {
            addToLanes(totals + v * kSphereLanes, open[v], 1);
        }
    }
    auto const sets = static_cast<double>(work.sets);
    for (std::size_t i = 0; i < block.count; i++) work.scores[block.row + i] = totals[i] / sets;
}

// Scores rows from ... to; `room` holds cols x kMostSphereRows floats.
void hypersphereRange(HypersphereScore const& work, SpherePlan const& plan, std::size_t from, std::size_t to,
                      float* room) {
    for (std::size_t row = from; row < to; row += kSphereRows) {
        SphereBlock block;
        block.columns = room;
        block.row = row;
        block.count = to - row < kSphereRows ? to - row : kSphereRows;
        packSphereBlock(work, plan, block);
        scoreSphereBlock(work, plan, block);
    }
}

}  // namespace telltale::TT_TARGET
