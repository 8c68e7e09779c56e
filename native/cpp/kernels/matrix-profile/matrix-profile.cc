#include "kernels/matrix-profile/matrix-profile.h"

#include <limits>

#include "simd/dispatch.h"

namespace telltale {

namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();
// Diagonals done for all rows before the next ones: their products and what they read stay near the processor.
constexpr std::int64_t kDiagonals = 1024;

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/matrix-profile/matrix-profile-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using ProfileBlockFn = void (*)(MatrixProfile const& work, std::int64_t low, std::int64_t high);

}  // namespace

void matrixProfile(Isa isa, MatrixProfile const& work) {
    static constexpr ProfileBlockFn kVariants[] = TT_VARIANTS(profileBlock);
    ProfileBlockFn const block = pick(kVariants, isa);
    for (std::int64_t i = work.from; i < work.to; i++) {
        work.best[i] = kNone;
        work.nearest[i] = -1;
    }
    for (std::int64_t low = work.low; low < work.high; low += kDiagonals) {
        block(work, low, work.high - low < kDiagonals ? work.high : low + kDiagonals);
    }
}

}  // namespace telltale
