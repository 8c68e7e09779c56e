// Rows into lists: a row that comes before the worst of its list takes the place of that one.

namespace telltale::TT_TARGET {

static inline bool comesLater(NearestLists const& lists, std::size_t i, double total, std::int32_t row) {
    return total > lists.limits[i] || (total == lists.limits[i] && row > lists.worst[i]);
}

// The row takes the root's place in a heap whose root is the worst, and sinks to where it belongs.
static inline void sink(NearestLists const& lists, std::size_t i, double total, std::int32_t row) {
    double* const totals = lists.totals + i * lists.stride;
    std::int32_t* const rows = lists.rows + i * lists.stride;
    std::size_t at = 0;
    for (std::size_t child = 1; child < lists.k; child = 2 * at + 1) {
        std::size_t const other = child + 1;
        if (other < lists.k &&
            (totals[other] > totals[child] || (totals[other] == totals[child] && rows[other] > rows[child]))) {
            child = other;
        }
        if (totals[child] < total || (totals[child] == total && rows[child] < row)) break;
        totals[at] = totals[child];
        rows[at] = rows[child];
        at = child;
    }
    totals[at] = total;
    rows[at] = row;
    lists.limits[i] = totals[0];
    lists.worst[i] = rows[0];
}

// The row takes the worst one's place in a short list, and the worst is looked for again.
static inline void replaceWorst(NearestLists const& lists, std::size_t i, double total, std::int32_t row) {
    double* const totals = lists.totals + i * lists.stride;
    std::int32_t* const rows = lists.rows + i * lists.stride;
    std::int32_t const slot = lists.slots[i];
    std::int32_t worst = -1, at = 0;
    rows[slot] = row;
#if TT_AVX512
    // The new total goes into the registers: a load of what has just been stored in part has to wait.
    std::uint64_t const fresh = std::uint64_t{1} << slot;
    __m512d const added = _mm512_set1_pd(total);
    __m512d greatest = _mm512_mask_mov_pd(_mm512_loadu_pd(totals), static_cast<__mmask8>(fresh), added);
    for (std::size_t n = 8; n < lists.stride; n += 8) {
        __m512d const these = _mm512_mask_mov_pd(_mm512_loadu_pd(totals + n), static_cast<__mmask8>(fresh >> n), added);
        greatest = _mm512_max_pd(greatest, these);
    }
    double const limit = _mm512_reduce_max_pd(greatest);
    __m512d const limits = _mm512_set1_pd(limit);
    std::uint64_t same = 0;
    for (std::size_t n = 0; n < lists.stride; n += 8) {
        __m512d const these = _mm512_mask_mov_pd(_mm512_loadu_pd(totals + n), static_cast<__mmask8>(fresh >> n), added);
        same |= static_cast<std::uint64_t>(_mm512_cmp_pd_mask(these, limits, _CMP_EQ_OQ)) << n;
    }
    totals[slot] = total;
    for (; same != 0; same &= same - 1) {
        std::int32_t const place = static_cast<std::int32_t>(__builtin_ctzll(same));
        if (rows[place] > worst) {
            worst = rows[place];
            at = place;
        }
    }
#else
    totals[slot] = total;
    double limit = totals[0];
    worst = rows[0];
    for (std::size_t n = 1; n < lists.k; n++) {
        if (totals[n] > limit || (totals[n] == limit && rows[n] > worst)) {
            limit = totals[n];
            worst = rows[n];
            at = static_cast<std::int32_t>(n);
        }
    }
#endif
    lists.limits[i] = limit;
    lists.worst[i] = worst;
    lists.slots[i] = at;
}

// Adds a row that does not come later than the worst.
static inline void insert(NearestLists const& lists, std::size_t i, double total, std::int32_t row) {
    if (lists.k <= kNearestScanned) {
        replaceWorst(lists, i, total, row);
    } else {
        sink(lists, i, total, row);
    }
}

// A row that may have a place in a list.
struct Arrival {
    double total;
    std::int32_t row;
    std::uint32_t list;
};

constexpr std::size_t kArrivals = 256;  // that are looked at before any is inserted

// Adds rows to lists, which are fetched first: they lie apart. Tells which lists have changed.
static inline std::uint64_t insertAll(NearestLists const& lists, std::size_t from, Arrival const* arrivals,
                                      std::size_t count) {
    std::size_t const lines = (lists.k <= kNearestScanned ? lists.stride : 8) / 8;
    for (std::size_t n = 0; n < count; n++) {
        std::size_t const at = (from + arrivals[n].list) * lists.stride;
        for (std::size_t line = 0; line < lines; line++) {
            __builtin_prefetch(lists.totals + at + 8 * line, 1);
            if (line % 2 == 0) __builtin_prefetch(lists.rows + at + 8 * line, 1);
        }
    }
    std::uint64_t changed = 0;
    for (std::size_t n = 0; n < count; n++) {
        std::size_t const i = from + arrivals[n].list;
        if (comesLater(lists, i, arrivals[n].total, arrivals[n].row)) continue;
        insert(lists, i, arrivals[n].total, arrivals[n].row);
        changed |= std::uint64_t{1} << arrivals[n].list;
    }
    return changed;
}

static bool nearestSort(NearestLists const& lists, std::size_t i, double* totals, std::int32_t* rows) {
    if (lists.k > kNearestScanned) return nearestSortLong(lists, i, totals, rows);
    double const* const from = lists.totals + i * lists.stride;
    std::int32_t const* const fromRows = lists.rows + i * lists.stride;
    for (std::size_t n = 0; n < lists.k; n++) {  // a row's place is the number of those before it
        double const total = from[n];
        std::int32_t const row = fromRows[n];
        std::size_t before = 0;
#if TT_AVX512
        __m512d const totalLanes = _mm512_set1_pd(total);
        __m256i const rowLanes = _mm256_set1_epi32(row);
        for (std::size_t m = 0; m < lists.stride; m += 8) {
            __m512d const others = _mm512_loadu_pd(from + m);
            __m256i const otherRows = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(fromRows + m));
            std::uint32_t const less = _mm512_cmp_pd_mask(others, totalLanes, _CMP_LT_OQ);
            std::uint32_t const same = _mm512_cmp_pd_mask(others, totalLanes, _CMP_EQ_OQ);
            std::uint32_t const lower = _mm256_cmplt_epi32_mask(otherRows, rowLanes);
            before += static_cast<std::size_t>(__builtin_popcount(less | (same & lower)));
        }
        before -= lists.stride - lists.k;  // those behind the k are less than any
#else
        for (std::size_t m = 0; m < lists.k; m++) {
            before += static_cast<std::size_t>(from[m] < total) |
                      static_cast<std::size_t>((from[m] == total) & (fromRows[m] < row));
        }
#endif
        totals[before] = total;
        rows[before] = row;
    }
    return lists.worst[i] != INT32_MAX;
}

}  // namespace telltale::TT_TARGET
