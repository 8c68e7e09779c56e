// Projections of a block of rows at a time, the rows in the lanes.

namespace telltale::TT_TARGET {

typedef double ProjectionV __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t ProjectionPlaces __attribute__((vector_size(TT_WIDTH * 4)));

static inline ProjectionV loadProjections(double const* from) {
    ProjectionV v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

// One cut's projections of the rows of a block.
static void projectBlock(Projections const& work, double const* columns, std::size_t cut, double* z) {
    std::int32_t const* const features = work.features + cut * work.perCut;
    double const* const weights = work.weights + cut * work.perCut;
    for (std::size_t i = 0; i < kProjectionBlock; i += TT_WIDTH) {
        ProjectionV sum =
            weights[0] * loadProjections(columns + static_cast<std::size_t>(features[0]) * kProjectionBlock + i);
        for (std::size_t k = 1; k < work.perCut; k++) {
            std::size_t const feature = static_cast<std::size_t>(features[k]);
            sum += weights[k] * loadProjections(columns + feature * kProjectionBlock + i);
        }
        __builtin_memcpy(z + i, &sum, sizeof sum);
    }
}

static void blockRange(double const* z, std::size_t count, double* low, double* high) {
    ProjectionV least = *low - ProjectionV{};
    ProjectionV greatest = *high - ProjectionV{};
    std::size_t i = 0;
    for (; i + TT_WIDTH <= count; i += TT_WIDTH) {
        ProjectionV const v = loadProjections(z + i);
        least = v < least ? v : least;
        greatest = v > greatest ? v : greatest;
    }
    for (std::size_t lane = 0; lane < TT_WIDTH; lane++) {
        if (least[lane] < *low) *low = least[lane];
        if (greatest[lane] > *high) *high = greatest[lane];
    }
    for (; i < count; i++) {
        if (z[i] < *low) *low = z[i];
        if (z[i] > *high) *high = z[i];
    }
}

// The bin of each projection of a block; `bins` for one outside low ... high, where that is asked for.
static void blockPlaces(double const* z, double low, double high, double scale, std::size_t bins, bool outside,
                        std::int32_t* places) {
    auto const count = static_cast<double>(bins);
    ProjectionV const most = count - ProjectionV{};
    ProjectionV const last = (count - 1) - ProjectionV{};
    for (std::size_t i = 0; i < kProjectionBlock; i += TT_WIDTH) {
        ProjectionV const v = loadProjections(z + i);
        ProjectionV t = (v - low) * scale;
        t = t < most ? t : last;
        t = t >= 0 ? t : ProjectionV{};  // whatever the arguments are, no place is outside its array
        if (outside) {
            t = v >= low ? t : most;
            t = v <= high ? t : most;
        }
        ProjectionPlaces const place = __builtin_convertvector(t, ProjectionPlaces);
        __builtin_memcpy(places + i, &place, sizeof place);
    }
}

inline constexpr ProjectionBlocks kProjectionBlocks = {projectBlock, blockRange, blockPlaces};

}  // namespace telltale::TT_TARGET
