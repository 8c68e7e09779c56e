#include "kernels/one-class-svm/svm-solver.h"

#include "simd/dispatch.h"

#if defined(TT_X86)
#include <immintrin.h>
#elif defined(TT_ARM)
#include <arm_neon.h>
#endif

#define TT_BODY "kernels/one-class-svm/svm-solver-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

template <>
SvmPasses<double> svmPasses(Isa isa) {
    static constexpr decltype(SvmPasses<double>::update) kUpdate[] = TT_VARIANTS(svmUpdateDoubles);
    static constexpr decltype(SvmPasses<double>::partner) kPartner[] = TT_VARIANTS(svmPartnerDoubles);
    return {svmRows<double>(isa), pick(kUpdate, isa), pick(kPartner, isa)};
}

template <>
SvmPasses<float> svmPasses(Isa isa) {
    static constexpr decltype(SvmPasses<float>::update) kUpdate[] = TT_VARIANTS(svmUpdateFloats);
    static constexpr decltype(SvmPasses<float>::partner) kPartner[] = TT_VARIANTS(svmPartnerFloats);
    return {svmRows<float>(isa), pick(kUpdate, isa), pick(kPartner, isa)};
}

}  // namespace telltale
