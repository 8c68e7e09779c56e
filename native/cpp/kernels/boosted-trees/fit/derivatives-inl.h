// First and second derivatives of the loss as whole multiples of their units, a pair of 32-bit integers a row. The
// logistic loss has the operations of math/elementary.h lane by lane.

namespace telltale::TT_TARGET {

typedef double LossV __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int64_t LossBits __attribute__((vector_size(TT_WIDTH * 8)));
typedef float LossFloats __attribute__((vector_size(TT_WIDTH * 4)));

static inline void putPair(DerivativePair& pair, double g, double h, double by_first, double by_second) {
    pair.first = static_cast<std::int32_t>(bitsOfDouble(g * by_first + kRounder));
    pair.second = static_cast<std::int32_t>(bitsOfDouble(h * by_second + kRounder));
}

static inline void logisticRow(DerivativeWork const& work, std::size_t i) {
    double const p = 1 / (1 + exp2(-static_cast<double>(work.margins[i]) * kLog2E));
    double const curved = p * (1 - p);
    double const w = work.weights != nullptr ? work.weights[i] : 1;
    double const h = curved > kLeastCurvature ? curved : kLeastCurvature;
    putPair(work.pairs[i], (p - work.labels[i]) * w, h * w, work.by_first, work.by_second);
}

void logisticDerivatives(DerivativeWork const& work, std::size_t from, std::size_t to) {
    std::size_t i = from;
    for (; i + TT_WIDTH <= to; i += TT_WIDTH) {
        LossFloats margins;
        __builtin_memcpy(&margins, work.margins + i, sizeof margins);
        LossV const x = -__builtin_convertvector(margins, LossV) * kLog2E;
        LossBits const ordinary = (x >= -1022.0) & (x <= 1023.0);
        bool all = true;
        for (int lane = 0; lane < TT_WIDTH; lane++) all = all && ordinary[lane] != 0;
        if (!all) {
            for (std::size_t lane = 0; lane < TT_WIDTH; lane++) logisticRow(work, i + lane);
            continue;
        }
        LossV const rounded = (x + 0.5) + kRounder;
        LossV const nearest = rounded - kRounder;
        LossBits const above = nearest > (x + 0.5);  // -1 where true
        LossV const whole = nearest + (above != 0 ? LossV{} - 1.0 : LossV{});
        LossV const f = x - whole;
        LossV power = LossV{} + kExp2Coefficients[0];
        for (unsigned k = 1; k < sizeof kExp2Coefficients / sizeof(double); k++) {
            power = power * f + kExp2Coefficients[k];
        }
        LossBits const exponent = ((LossBits)rounded + above + 1023) << 52;
        LossV const p = 1.0 / (1.0 + power * (LossV)exponent);
        LossV const curved = p * (1.0 - p);
        LossV g;
        __builtin_memcpy(&g, work.labels + i, sizeof g);
        g = p - g;
        LossV h = curved > kLeastCurvature ? curved : LossV{} + kLeastCurvature;
        if (work.weights != nullptr) {
            LossV w;
            __builtin_memcpy(&w, work.weights + i, sizeof w);
            g = g * w;
            h = h * w;
        }
        LossBits const first = (LossBits)(g * work.by_first + kRounder);
        LossBits const second = (LossBits)(h * work.by_second + kRounder);
        LossBits const pair = (first & 0xffffffff) | (second << 32);  // little-endian, as all these machines are
        __builtin_memcpy(work.pairs + i, &pair, sizeof pair);
    }
    for (; i < to; i++) logisticRow(work, i);
}

}  // namespace telltale::TT_TARGET
