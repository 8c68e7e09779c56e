// Synthetic rows of SMOTE. Rows are drawn a block at a time, a lane a row, since each has a random sequence of its own
// and seeding it would take longer than making a row of a few columns. The rows to read are then known, and fetched
// ahead.

namespace telltale::TT_TARGET {

typedef double SmoteV __attribute__((vector_size(TT_WIDTH * 8)));
typedef double SmotePair __attribute__((vector_size(16)));
typedef std::uint32_t SmoteU __attribute__((vector_size(TT_WIDTH * 8)));

constexpr std::size_t kDrawLanes = 2 * TT_WIDTH;

static inline SmoteU rotateLanes(SmoteU v, int by) { return (v << by) | (v >> (32 - by)); }

// As Random::mix.
static inline SmoteU mixLanes(SmoteU value) {
    SmoteU z = value + 0x9e3779b9U;
    z = (z ^ (z >> 16)) * 0x21f0aaadU;
    z = (z ^ (z >> 15)) * 0x735a2d97U;
    return z ^ (z >> 15);
}

// As Random, for as many streams as there are lanes.
struct RandomLanes {
    SmoteU a, b, c, d;

    RandomLanes(SmoteSeed const& seed, SmoteU stream)
        : a(mixLanes(seed.word[0] ^ stream)),
          b(mixLanes(seed.word[1] ^ stream)),
          c(mixLanes(seed.word[2] ^ stream)),
          d(mixLanes(seed.word[3] ^ stream) | 1U) {}

    SmoteU bits() {
        SmoteU const result = rotateLanes(b * 5U, 7) * 9U;
        SmoteU const t = b << 9;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = rotateLanes(d, 11);
        return result;
    }

    // Uniform in [0, 1), a lane a number.
    void uniform(double* out) {
        SmoteU const high = bits() >> 5;
        SmoteU const low = bits() >> 6;
        for (std::size_t i = 0; i < kDrawLanes; i++) {
            // Both parts are below 2^27 and their sum is exact.
            out[i] = (static_cast<std::int32_t>(high[i]) * 67108864.0 + static_cast<std::int32_t>(low[i])) * 0x1p-53;
        }
    }
};

// The numbers of rows first … first + kSmoteBlock: which of `choices`, and the step.
static inline void drawBlock(SmoteSeed const& seed, std::uint32_t first, double choices, std::int32_t* picks,
                             double* steps) {
    for (std::size_t from = 0; from < kSmoteBlock; from += kDrawLanes) {
        SmoteU streams;
        for (std::size_t i = 0; i < kDrawLanes; i++) streams[i] = first + static_cast<std::uint32_t>(from + i);
        RandomLanes random(seed, streams);
        double u[kDrawLanes];
        random.uniform(u);
        for (std::size_t i = 0; i < kDrawLanes; i++) picks[from + i] = static_cast<std::int32_t>(u[i] * choices);
        random.uniform(steps + from);
    }
}

template <typename V>
static inline V between(V a, V b, V step) {
    V const low = a < b ? a : b;
    V const high = a < b ? b : a;
    V const value = a + step * (b - a);
    V const above = value >= low ? value : low;  // b − a may be infinite, and 0 times that is no number
    return above > high ? high : above;
}

// Columns from j on, as many as a register has.
template <typename V>
static inline void interpolateAt(double const* a, double const* b, V steps, std::size_t j, double* out) {
    V from;
    V to;
    __builtin_memcpy(&from, a + j, sizeof from);
    __builtin_memcpy(&to, b + j, sizeof to);
    V const made = between<V>(from, to, steps);
    __builtin_memcpy(out + j, &made, sizeof made);
}

// The last register overlaps the one before where columns are left over: they are made twice, from the same numbers.
template <typename V>
static inline void interpolateRow(double const* a, double const* b, double step, std::size_t cols, double* out) {
    constexpr std::size_t kWidth = sizeof(V) / sizeof(double);
    V const steps = step - V{};
    std::size_t j = 0;
    for (; j + kWidth <= cols; j += kWidth) interpolateAt<V>(a, b, steps, j, out);
    if (j < cols) interpolateAt<V>(a, b, steps, cols - kWidth, out);
}

static inline void interpolate(double const* a, double const* b, double step, std::size_t cols, double* out) {
    if (cols >= TT_WIDTH) {
        interpolateRow<SmoteV>(a, b, step, cols, out);
    } else if (cols >= 2) {
        interpolateRow<SmotePair>(a, b, step, cols, out);
    } else {
        *out = between<SmotePair>(*a - SmotePair{}, *b - SmotePair{}, step - SmotePair{})[0];
    }
}

static inline void fetchRow(double const* row, std::size_t cols) {
    for (std::size_t j = 0; j < cols; j += 8) __builtin_prefetch(row + j);
}

// Makes rows from … to of the work, counted from its first one; false when an index is no row.
bool smoteRange(SmoteInterpolate const& work, SmoteSeed const& seed, std::size_t from, std::size_t to) {
    std::size_t const cols = work.cols;
    std::size_t const choices = work.shares == nullptr ? work.base_count * work.k : work.k;
    std::size_t base = 0;  // where shares say which: the last one that begins at or before the row
    std::int32_t picks[kSmoteBlock];
    double steps[kSmoteBlock];
    double const* starts[kSmoteBlock];
    double const* ends[kSmoteBlock];
    for (std::size_t block = from; block < to; block += kSmoteBlock) {
        std::size_t const count = to - block < kSmoteBlock ? to - block : kSmoteBlock;
        auto const first = static_cast<std::uint32_t>(work.first + block);
        drawBlock(seed, first, static_cast<double>(choices), picks, steps);
        for (std::size_t i = 0; i < count; i++) {
            auto pick = static_cast<std::uint32_t>(picks[i]);
            if (work.shares == nullptr) {
                base = pick / static_cast<std::uint32_t>(work.k);
                pick -= static_cast<std::uint32_t>(base * work.k);
            } else {
                std::int64_t const row = static_cast<std::int64_t>(first) + static_cast<std::int64_t>(i);
                while (base < work.base_count && work.shares[base + 1] <= row) base++;
                if (base == work.base_count) return false;
            }
            auto const start = static_cast<std::uint32_t>(work.bases[base]);
            auto const end = static_cast<std::uint32_t>(work.neighbours[base * work.k + pick]);
            if (start >= work.sources || end >= work.sources) return false;
            if (work.halfway != nullptr && work.halfway[end] == 1) steps[i] *= 0.5;
            work.origins[block + i] = static_cast<std::int32_t>(base);
            work.towards[block + i] = static_cast<std::int32_t>(end);
            starts[i] = work.x + start * cols;
            ends[i] = work.x + end * cols;
            fetchRow(starts[i], cols);
            fetchRow(ends[i], cols);
        }
        for (std::size_t i = 0; i < count; i++) {
            interpolate(starts[i], ends[i], steps[i], cols, work.synthetic + (block + i) * cols);
        }
    }
    return true;
}

}  // namespace telltale::TT_TARGET
