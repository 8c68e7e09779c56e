// A block of diagonals of the matrix profile, all rows. A lane is a diagonal, so that each row takes one step on as
// many of them as a register has, and two rows are done together, so that products are read and written once for both.

namespace telltale::TT_TARGET {

typedef double ProfileV __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int64_t ProfileI __attribute__((vector_size(TT_WIDTH * 8)));

static inline ProfileV loadProfile(double const* from) {
    ProfileV v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

// The best of a row so far, a lane for itself. Windows ascend in a lane, so only a larger value displaces one.
struct RowBest {
    ProfileV value;
    ProfileI window;
};

static inline void takeBetter(RowBest& row, ProfileV value, ProfileI window) {
    ProfileI const better = value > row.value;
    row.value = better ? value : row.value;
    row.window = better ? window : row.window;
}

static inline ProfileV advance(ProfileV product, ProfileV step, ProfileV drift, double const* train_step,
                               double const* train_drift) {
    return product + (step * loadProfile(train_drift) + loadProfile(train_step) * drift);
}

// One diagonal, one row.
static inline void profileCell(MatrixProfile const& work, std::int64_t i, std::int64_t d, double& value,
                               std::int64_t& window) {
    std::int64_t const j = i + d;
    double& product = work.products[d - work.low];
    product = product + (work.query.step[i] * work.train.drift[j] + work.train.step[j] * work.query.drift[i]);
    double const found = product * work.train.inverse[j];
    if (found > value || (found == value && j < window)) {
        value = found;
        window = j;
    }
}

static inline void foldLanes(RowBest const& row, double& value, std::int64_t& window) {
    for (std::size_t lane = 0; lane < TT_WIDTH; lane++) {
        if (row.value[lane] > value || (row.value[lane] == value && row.window[lane] < window)) {
            value = row.value[lane];
            window = row.window[lane];
        }
    }
}

static inline void keepBest(MatrixProfile const& work, std::int64_t i, double value, std::int64_t window) {
    // Blocks ascend: windows of this one come after those before.
    if (value > work.best[i]) {
        work.best[i] = value;
        work.nearest[i] = static_cast<std::int32_t>(window);
    }
}

// Diagonals low … high of kRows rows from i on, all of which they have.
template <int kRows>
static inline void profileRows(MatrixProfile const& work, std::int64_t i, std::int64_t low, std::int64_t high) {
    RowBest rows[kRows];
    ProfileV steps[kRows];
    ProfileV drifts[kRows];
    ProfileI ramp{};
    for (std::size_t lane = 0; lane < TT_WIDTH; lane++) ramp[lane] = static_cast<std::int64_t>(lane);
    for (int r = 0; r < kRows; r++) {
        rows[r].value = kNone - ProfileV{};
        rows[r].window = (std::int64_t{1} << 62) - ProfileI{};
        steps[r] = work.query.step[i + r] - ProfileV{};
        drifts[r] = work.query.drift[i + r] - ProfileV{};
    }
    ProfileI windows = (low + i) + ramp;
    double* products = work.products + (low - work.low);
    double const* step = work.train.step + low + i;
    double const* drift = work.train.drift + low + i;
    double const* inverse = work.train.inverse + low + i;
    constexpr std::int64_t kLanes = TT_WIDTH;
    std::int64_t d = low;
    for (; d + kLanes <= high; d += kLanes) {
        ProfileV product = loadProfile(products);
        for (int r = 0; r < kRows; r++) {
            product = advance(product, steps[r], drifts[r], step + r, drift + r);
            takeBetter(rows[r], product * loadProfile(inverse + r), windows + static_cast<std::int64_t>(r));
        }
        __builtin_memcpy(products, &product, sizeof product);
        windows += kLanes;
        products += kLanes;
        step += kLanes;
        drift += kLanes;
        inverse += kLanes;
    }
    for (int r = 0; r < kRows; r++) {
        double value = kNone;
        std::int64_t window = std::int64_t{1} << 62;
        foldLanes(rows[r], value, window);
        for (std::int64_t rest = d; rest < high; rest++) profileCell(work, i + r, rest, value, window);
        keepBest(work, i + r, value, window);
    }
}

void profileBlock(MatrixProfile const& work, std::int64_t low, std::int64_t high) {
    constexpr int kRows = 4;
    // Rows that at least one of the diagonals has.
    std::int64_t i = work.from > 1 - high ? work.from : 1 - high;
    std::int64_t const last = work.to < work.train.count - low ? work.to : work.train.count - low;
    while (i < last) {
        std::int64_t const first = low > -i ? low : -i;
        std::int64_t const end = high < work.train.count - i ? high : work.train.count - i;
        // Rows that go on have the same diagonals, or those at the edges are left to single rows.
        bool const together =
            first == low && end == high && i + kRows <= last && high <= work.train.count - (i + kRows - 1);
        if (together) {
            profileRows<kRows>(work, i, low, high);
            i += kRows;
        } else {
            profileRows<1>(work, i, first, end);
            i += 1;
        }
    }
}

}  // namespace telltale::TT_TARGET
