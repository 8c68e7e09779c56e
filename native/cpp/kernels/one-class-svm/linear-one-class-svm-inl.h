// Random Fourier features with eight of them side by side, whatever the width of a register, so that sums over features
// have the same bits everywhere.

namespace telltale::TT_TARGET {

typedef double FeatureLanes __attribute__((vector_size(TT_WIDTH * 8)));
constexpr std::size_t kFeatureParts = 8 / TT_WIDTH;  // registers of eight doubles

static inline FeatureLanes featureLoad(double const* from) {
    FeatureLanes v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

// cos 2 pi u, operation for operation as cosineOfTurns in packages/core.
static inline FeatureLanes cosineOfTurns(FeatureLanes u) {
    FeatureLanes const r = u - ((u + kRounder) - kRounder);
    FeatureLanes const z = r * r;
    FeatureLanes p = FeatureLanes{} + kSineCoefficients[0];
#pragma GCC unroll 16
    for (std::size_t k = 1; k < sizeof kSineCoefficients / sizeof(double); k++) p = p * z + kSineCoefficients[k];
    FeatureLanes const s = p * r;
    return 1 - 2 * (s * s);
}

// Sixteen features, from `first` on, of kRows rows.
template <std::size_t kRows>
static inline __attribute__((always_inline)) void featureGroup(FourierFeatures const& map, double const* const* row,
                                                               std::size_t cols, std::size_t first,
                                                               FeatureLanes (&value)[kRows][2 * kFeatureParts]) {
    constexpr std::size_t kParts = 2 * kFeatureParts;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kParts; v++) {
        FeatureLanes const phase = featureLoad(map.phases + first + v * TT_WIDTH);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kRows; r++) value[r][v] = phase;
    }
    for (std::size_t j = 0; j < cols; j++) {
        double const* const frequencies = map.frequencies + j * map.count + first;
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kParts; v++) {
            FeatureLanes const frequency = featureLoad(frequencies + v * TT_WIDTH);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < kRows; r++) value[r][v] = value[r][v] + row[r][j] * frequency;
        }
    }
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kParts; v++) {
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kRows; r++) value[r][v] = cosineOfTurns(value[r][v]);
    }
}

// One feature alone: those behind the last whole group.
static inline double oneFeature(FourierFeatures const& map, double const* row, std::size_t cols, std::size_t f) {
    double u = map.phases[f];
    for (std::size_t j = 0; j < cols; j++) u = u + row[j] * map.frequencies[j * map.count + f];
    double const r = u - ((u + kRounder) - kRounder);
    double const z = r * r;
    double p = kSineCoefficients[0];
    for (std::size_t k = 1; k < sizeof kSineCoefficients / sizeof(double); k++) p = p * z + kSineCoefficients[k];
    double const s = p * r;
    return 1 - 2 * (s * s);
}

static inline double inPairs(double const* s) {
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

// weights . features of kRows rows.
template <std::size_t kRows>
static inline void marginsOf(FourierFeatures const& map, double const* weights, double const* const* row,
                             std::size_t cols, double* margin) {
    double sums[kRows][8] = {};
    std::size_t f = 0;
    if (map.count > 0) {
        FeatureLanes sum[kRows][kFeatureParts];
        for (std::size_t r = 0; r < kRows; r++) {
            for (std::size_t v = 0; v < kFeatureParts; v++) sum[r][v] = FeatureLanes{};
        }
        for (; f + 16 <= map.count; f += 16) {
            FeatureLanes value[kRows][2 * kFeatureParts];
            featureGroup<kRows>(map, row, cols, f, value);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < 2 * kFeatureParts; v++) {
                FeatureLanes const weight = featureLoad(weights + f + v * TT_WIDTH);
#pragma GCC unroll 4
                for (std::size_t r = 0; r < kRows; r++) {
                    sum[r][v % kFeatureParts] = sum[r][v % kFeatureParts] + weight * value[r][v];
                }
            }
        }
        for (std::size_t r = 0; r < kRows; r++) __builtin_memcpy(sums[r], sum[r], sizeof sums[r]);
        for (; f < map.count; f++) {
            for (std::size_t r = 0; r < kRows; r++) {
                sums[r][f & 7] = sums[r][f & 7] + weights[f] * oneFeature(map, row[r], cols, f);
            }
        }
    } else {
        for (; f < cols; f++) {
            for (std::size_t r = 0; r < kRows; r++) sums[r][f & 7] = sums[r][f & 7] + weights[f] * row[r][f];
        }
    }
    for (std::size_t r = 0; r < kRows; r++) margin[r] = inPairs(sums[r]);
}

// weights . features of many rows, each where it says.
void fourierMargins(FourierFeatures const& map, double const* weights, double const* const* rows, std::size_t count,
                    std::size_t cols, double* margins) {
    constexpr std::size_t kRows = TT_AVX512 || TT_NEON ? 4 : 1;  // registers: 8 sums, 8 features, 2 frequencies
    std::size_t i = 0;
    for (; i + kRows <= count; i += kRows) marginsOf<kRows>(map, weights, rows + i, cols, margins + i);
    for (; i < count; i++) marginsOf<1>(map, weights, rows + i, cols, margins + i);
}

// Adds the features of rows, in their order.
void fourierSum(FourierFeatures const& map, double const* const* rows, std::size_t count, std::size_t cols,
                double* sum) {
    for (std::size_t i = 0; i < count; i++) {
        if (map.count == 0) {
            for (std::size_t j = 0; j < cols; j++) sum[j] = sum[j] + rows[i][j];
            continue;
        }
        std::size_t f = 0;
        for (; f + 16 <= map.count; f += 16) {
            FeatureLanes value[1][2 * kFeatureParts];
            featureGroup<1>(map, rows + i, cols, f, value);
            for (std::size_t v = 0; v < 2 * kFeatureParts; v++) {
                FeatureLanes const added = featureLoad(sum + f + v * TT_WIDTH) + value[0][v];
                __builtin_memcpy(sum + f + v * TT_WIDTH, &added, sizeof added);
            }
        }
        for (; f < map.count; f++) sum[f] = sum[f] + oneFeature(map, rows[i], cols, f);
    }
}

}  // namespace telltale::TT_TARGET
