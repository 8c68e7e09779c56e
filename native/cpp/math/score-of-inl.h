// The last step of every isolation-forest scorer: sums of path lengths to scores, in place. Included by kernel bodies
// (see simd/foreach_target.h for the rules).

namespace telltale::TT_TARGET {

typedef double ScoreLanes __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int64_t ScoreBits __attribute__((vector_size(TT_WIDTH * 8)));

// 2^-(sum / trees / normalizer), with the operations of exp2 in math/elementary.h lane by lane; 1/2 when the normalizer
// is not positive.
static inline void scoresOf(double* sums, std::size_t count, double trees, double normalizer) {
    if (!(normalizer > 0)) {
        for (std::size_t i = 0; i < count; i++) sums[i] = 0.5;
        return;
    }
    std::size_t i = 0;
    for (; i + TT_WIDTH <= count; i += TT_WIDTH) {
        ScoreLanes sum;
        __builtin_memcpy(&sum, sums + i, sizeof sum);  // no pointer to a vector: deduced types lose aligned(8) in GCC
        ScoreLanes const x = -((sum / trees) / normalizer);
        ScoreBits const ordinary = (x >= -1022.0) & (x <= 1023.0);
        bool all = true;
        for (int lane = 0; lane < TT_WIDTH; lane++) all = all && ordinary[lane] != 0;
        if (!all) {
            for (int lane = 0; lane < TT_WIDTH; lane++) sums[i + lane] = exp2(x[lane]);
            continue;
        }
        // As floorSmall does: adding the rounder leaves the nearest integer in the low bits.
        ScoreLanes const y = x + 0.5;
        ScoreLanes const rounded = y + kRounder;
        ScoreLanes const nearest = rounded - kRounder;
        ScoreBits const above = nearest > y;  // -1 where true
        ScoreLanes const whole = nearest + __builtin_convertvector(above, ScoreLanes);
        ScoreLanes const f = x - whole;
        ScoreLanes p = ScoreLanes{} + kExp2Coefficients[0];
        for (unsigned k = 1; k < sizeof kExp2Coefficients / sizeof(double); k++) p = p * f + kExp2Coefficients[k];
        ScoreBits const exponent = ((ScoreBits)rounded + above + 1023) << 52;
        ScoreLanes const score = p * (ScoreLanes)exponent;
        __builtin_memcpy(sums + i, &score, sizeof score);
    }
    for (; i < count; i++) sums[i] = exp2(-((sums[i] / trees) / normalizer));
}

}  // namespace telltale::TT_TARGET
