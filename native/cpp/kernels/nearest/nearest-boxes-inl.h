// Boxes around rows: least values of the padded columns, then greatest.

namespace telltale::TT_TARGET {

// The least total of any two rows in two boxes: the operations of a row's total, each of them monotone.
static inline double boxTotal(double const* a, double const* b, std::size_t padded) {
    Lanes sum[kLaneVectors] = {};
    for (std::size_t c = 0; c < padded; c += 8) {
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kLaneVectors; v++) {
            std::size_t const at = c + v * TT_WIDTH;
            Lanes const below = loadLanes(a + at) - loadLanes(b + padded + at);
            Lanes const above = loadLanes(b + at) - loadLanes(a + padded + at);
            Lanes gap = below > above ? below : above;
            gap = gap > 0 ? gap : Lanes{};
            sum[v] += gap * gap;
        }
    }
    return foldLanes(sum);
}

static inline void boxOf(double const* rows, std::size_t count, std::size_t padded, double* box) {
    for (std::size_t c = 0; c < padded; c++) box[c] = box[padded + c] = rows[c];
    for (std::size_t i = 1; i < count; i++) {
        double const* const row = rows + i * padded;
        for (std::size_t c = 0; c < padded; c++) {
            box[c] = row[c] < box[c] ? row[c] : box[c];
            box[padded + c] = row[c] > box[padded + c] ? row[c] : box[padded + c];
        }
    }
}

static inline void joinBox(double* box, double const* other, std::size_t padded) {
    for (std::size_t c = 0; c < padded; c++) {
        box[c] = other[c] < box[c] ? other[c] : box[c];
        box[padded + c] = other[padded + c] > box[padded + c] ? other[padded + c] : box[padded + c];
    }
}

// The worst that the lists of a block of queries still take: total, and highest row.
static inline NearestBlockLimit blockLimit(NearestLists const& lists, std::size_t from, std::size_t to) {
    NearestBlockLimit most{0, -1};
    for (std::size_t i = from; i < to; i++) {
        most.total = lists.limits[i] > most.total ? lists.limits[i] : most.total;
        most.row = lists.worst[i] > most.row ? lists.worst[i] : most.row;
    }
    return most;
}

// Whether rows in a box that far away, none of them before `lowest`, come later than all that the lists still take.
static inline bool liesBeyond(double bound, std::int32_t lowest, NearestBlockLimit const& limit) {
    return bound > limit.total || (bound == limit.total && lowest > limit.row);
}

}  // namespace telltale::TT_TARGET
