// The best place to cut a numeric column. Every operation is that of the reference's score, in the same order.

namespace telltale::TT_TARGET {

typedef double ScanV __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int64_t ScanBits __attribute__((vector_size(TT_WIDTH * 8)));

static inline ScanV shrunkLanes(ScanV first, double alpha) {
    return first > alpha ? first - alpha : first < -alpha ? first + alpha : ScanV{};
}

static inline ScanV scoreLanes(ScanV first, ScanV second, ScanRules const& rules) {
    ScanV const s = rules.alpha > 0 ? shrunkLanes(first, rules.alpha) : first;
    return (s * s) / (second + rules.lambda);
}

// Whole numbers of magnitude up to 2^51 as doubles: their bits added to those of 2^52 + 2^51.
static inline ScanV doublesOf(std::int64_t const* whole) {
    ScanBits bits;
    __builtin_memcpy(&bits, whole, sizeof bits);
    return (ScanV)(bits + kRounderBits) - kRounder;
}

// Cuts behind bins 0 … last - 1, whose sums of the left side are given; arrays are read to a multiple of 8.
// A cut of the same score as one before, or as `best`, is none.
void scanCuts(ScanRules const& rules, std::int64_t const* first, std::int64_t const* second, std::size_t last,
              ScanBest& best) {
    ScanV most = ScanV{} + best.score;
    ScanBits where = ScanBits{} - 1;
    ScanBits place;
    for (int lane = 0; lane < TT_WIDTH; lane++) place[lane] = lane;
    auto const end = static_cast<std::int64_t>(last);
    for (std::size_t b = 0; b < last; b += TT_WIDTH, place += TT_WIDTH) {
        ScanV const left = doublesOf(first + b) * rules.first_unit;
        ScanV const left_second = doublesOf(second + b) * rules.second_unit;
        ScanV const right = rules.first - left;
        ScanV const right_second = rules.second - left_second;
        ScanV const score = scoreLanes(left, left_second, rules) + scoreLanes(right, right_second, rules);
        ScanBits const better = (left_second > 0.0) & (right_second > 0.0) & (left_second >= rules.least_second) &
                                (right_second >= rules.least_second) & (place < end) & (score > most);
        most = better != 0 ? score : most;
        where = better != 0 ? place : where;
    }
    for (int lane = 0; lane < TT_WIDTH; lane++) {
        if (where[lane] < 0) continue;
        bool const first_of_equal = most[lane] == best.score && best.bin >= 0 && where[lane] < best.bin;
        if (most[lane] > best.score || first_of_equal) {
            best.score = most[lane];
            best.bin = where[lane];
        }
    }
}

}  // namespace telltale::TT_TARGET
