// The passes of the solver over all rows under consideration, padded to whole panels of 64: their padding is blocked by
// the bits.

#include "kernels/one-class-svm/svm-lanes-inl.h"

namespace telltale::TT_TARGET {

// All ones in the lanes whose bit is set.
static inline SvmDI lanesOf(std::uint64_t bits) {
    SvmDI lane;
    for (int i = 0; i < TT_WIDTH; i++) lane[i] = std::int64_t{1} << i;
    SvmDI const set = (SvmDI{} + static_cast<std::int64_t>(bits)) & lane;
    return set != 0;
}

static inline SvmD doublesAt(double const* from) { return loadLanes<SvmD>(from); }
static inline SvmD doublesAt(float const* from) { return __builtin_convertvector(loadLanes<SvmHalf>(from), SvmD); }

// gradient += move * (row i - row j); then the least gradient of the rows with a bit in `up`, and the first that has
// it.
template <typename T>
static inline SvmLeast updateGradient(double* gradient, T const* rowI, T const* rowJ, double move,
                                      std::uint64_t const* up, std::size_t panels) {
    SvmD least = SvmD{} + kSvmInfinity;
    SvmDI place = SvmDI{} - 1;
    SvmDI at;
    for (int i = 0; i < TT_WIDTH; i++) at[i] = i;
    SvmD const moved = SvmD{} + move;
    for (std::size_t p = 0; p < panels; p++) {
        std::uint64_t const bits = up[p];
#pragma GCC unroll 4
        for (std::size_t q = 0; q < kSvmPanel; q += TT_WIDTH) {
            std::size_t const t = p * kSvmPanel + q;
            SvmD g = doublesAt(gradient + t);
            if (rowI != nullptr) {
                g = multiplyAdd(moved, doublesAt(rowI + t) - doublesAt(rowJ + t), g);
                storeLanes(gradient + t, g);
            }
            SvmDI const better = (g < least) & lanesOf(bits >> q);
            least = better ? g : least;
            place = better ? at : place;
            at += TT_WIDTH;
        }
    }
    SvmLeast found{kSvmInfinity, -1};
    for (int i = 0; i < TT_WIDTH; i++) {
        if (least[i] < found.gradient || (least[i] == found.gradient && place[i] < found.place)) {
            found = {least[i], place[i]};
        }
    }
    return found;
}

// The row with a bit in `low` that promises the largest decrease together with row i: difference^2 / curvature,
// compared without dividing; and the greatest gradient of those rows.
template <typename T>
static inline SvmPartner findPartner(double const* gradient, T const* row, double const* diagonal, double own,
                                     double leastGradient, std::uint64_t const* low, std::size_t panels) {
    SvmD most = SvmD{} - kSvmInfinity;
    SvmD bestSquare = SvmD{};
    SvmD bestCurvature = SvmD{} + 1;
    SvmDI place = SvmDI{} - 1;
    SvmDI lane;
    for (int i = 0; i < TT_WIDTH; i++) lane[i] = i;
    SvmD const base = SvmD{} + leastGradient;
    for (std::size_t p = 0; p < panels; p++) {
        std::uint64_t const bits = low[p];
        if (bits == 0) continue;
#pragma GCC unroll 4
        for (std::size_t q = 0; q < kSvmPanel; q += TT_WIDTH) {
            std::size_t const t = p * kSvmPanel + q;
            SvmDI const in = lanesOf(bits >> q);
            SvmD const g = in ? doublesAt(gradient + t) : SvmD{} - kSvmInfinity;
            most = g > most ? g : most;
            SvmD const difference = g - base;
            SvmD const raw = (own + doublesAt(diagonal + t)) - 2 * doublesAt(row + t);
            SvmD const curvature = raw > 0 ? raw : SvmD{} + kSvmLeastCurvature;
            SvmD const square = difference * difference;
            SvmDI const better = (difference > 0) & (square * bestCurvature > bestSquare * curvature);
            bestSquare = better ? square : bestSquare;
            bestCurvature = better ? curvature : bestCurvature;
            place = better ? lane + static_cast<std::int64_t>(t) : place;
        }
    }
    SvmPartner found{-kSvmInfinity, -1};
    double best = 0;
    for (int i = 0; i < TT_WIDTH; i++) {
        if (most[i] > found.greatest) found.greatest = most[i];
        if (place[i] < 0) continue;
        double const decrease = bestSquare[i] / bestCurvature[i];
        if (decrease > best || (decrease == best && place[i] < found.place)) {
            best = decrease;
            found.place = place[i];
        }
    }
    return found;
}

SvmLeast svmUpdateDoubles(double* gradient, double const* rowI, double const* rowJ, double move,
                          std::uint64_t const* up, std::size_t panels) {
    return updateGradient(gradient, rowI, rowJ, move, up, panels);
}

SvmLeast svmUpdateFloats(double* gradient, float const* rowI, float const* rowJ, double move, std::uint64_t const* up,
                         std::size_t panels) {
    return updateGradient(gradient, rowI, rowJ, move, up, panels);
}

SvmPartner svmPartnerDoubles(double const* gradient, double const* row, double const* diagonal, double own,
                             double least, std::uint64_t const* low, std::size_t panels) {
    return findPartner(gradient, row, diagonal, own, least, low, panels);
}

SvmPartner svmPartnerFloats(double const* gradient, float const* row, double const* diagonal, double own, double least,
                            std::uint64_t const* low, std::size_t panels) {
    return findPartner(gradient, row, diagonal, own, least, low, panels);
}

}  // namespace telltale::TT_TARGET
