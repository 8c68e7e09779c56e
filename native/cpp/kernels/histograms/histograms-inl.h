// As many rows at a time as a register has lanes: their values, one after the other as they lie in memory, fill whole
// registers whatever the number of columns, and what belongs to a lane's column is laid out in the same way.

namespace telltale::TT_TARGET {

typedef double HistogramV __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int32_t HistogramPlaces __attribute__((vector_size(TT_WIDTH * 4)));

static inline HistogramV loadValues(double const* from) {
    HistogramV v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

// The bin of each value of TT_WIDTH rows, counted from the first one of all columns; with `outside` the place after the
// last bin of its column for a value beyond the limits.
static inline void findPlaces(HistogramLanes const& lanes, double const* x, bool outside, std::int32_t* places) {
    for (std::size_t p = 0; p < lanes.cols * TT_WIDTH; p += TT_WIDTH) {
        HistogramV const v = loadValues(x + p);
        HistogramV const most = loadValues(lanes.bins + p);
        HistogramV t = (v - loadValues(lanes.low + p)) * loadValues(lanes.scale + p);
        t = t < most ? t : most - 1.0;
        t = t >= 0 ? t : HistogramV{};
        if (outside) {
            t = v >= loadValues(lanes.lowest + p) ? t : most;
            t = v <= loadValues(lanes.highest + p) ? t : most;
        }
        HistogramPlaces first;
        __builtin_memcpy(&first, lanes.first + p, sizeof first);
        HistogramPlaces const place = __builtin_convertvector(t, HistogramPlaces) + first;
        __builtin_memcpy(places + p, &place, sizeof place);
    }
}

// Counts rows, a multiple of TT_WIDTH.
static void countRows(HistogramLanes const& lanes, double const* x, std::size_t rows, std::int32_t* places,
                      std::int32_t* counts) {
    std::size_t const values = lanes.cols * TT_WIDTH;
    for (std::size_t row = 0; row < rows; row += TT_WIDTH) {
        findPlaces(lanes, x + row * lanes.cols, false, places);
        for (std::size_t p = 0; p < values; p++) counts[places[p]]++;
    }
}

// Scores rows, a multiple of TT_WIDTH.
static void scoreRows(HistogramLanes const& lanes, double const* x, std::size_t rows, std::int32_t* places,
                      double const* levels, double* scores, double* contributions) {
    std::size_t const cols = lanes.cols;
    for (std::size_t row = 0; row < rows; row += TT_WIDTH) {
        findPlaces(lanes, x + row * cols, true, places);
        double sums[TT_WIDTH] = {};
        for (std::size_t j = 0; j < cols; j++) {
#pragma GCC unroll 8
            for (std::size_t i = 0; i < TT_WIDTH; i++) sums[i] += levels[places[i * cols + j]];
        }
        __builtin_memcpy(scores + row, sums, sizeof sums);
        if (contributions == nullptr) continue;
        double* const parts = contributions + row * cols;
        for (std::size_t p = 0; p < cols * TT_WIDTH; p++) parts[p] = levels[places[p]];
    }
}

inline constexpr HistogramRows kHistogramRows = {TT_WIDTH, countRows, scoreRows};

}  // namespace telltale::TT_TARGET
