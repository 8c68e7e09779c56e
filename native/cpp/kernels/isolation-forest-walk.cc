#include <cstddef>
#include <cstdint>

#include "kernels/isolation-forest.h"
#include "math/elementary.h"
#include "simd/dispatch.h"

#define TT_BODY "kernels/isolation-forest-walk-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

IsolationForestScoreFn isolationForestWalk(Isa isa) {
    static constexpr IsolationForestScoreFn kVariants[] = TT_VARIANTS(isolationForestWalk);
    return pick(kVariants, isa);
}

}  // namespace telltale
