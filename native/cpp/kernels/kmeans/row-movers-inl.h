// Sums that follow the rows from centroid to centroid (kernels/kmeans/column-sums.h).

namespace telltale::TT_TARGET {

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

}  // namespace telltale::TT_TARGET
