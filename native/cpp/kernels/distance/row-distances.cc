#include "kernels/distance/row-distances.h"

#include "simd/dispatch.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

#define TT_BODY "kernels/distance/row-distances-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

RowDistances const& rowDistances(Isa isa) {
    static constexpr RowDistances const* kVariants[] = TT_VARIANTS(kRowDistances);
    return *pick(kVariants, isa);
}

}  // namespace telltale
