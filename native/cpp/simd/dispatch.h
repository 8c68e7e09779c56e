// The table of a kernel's variants, one a instruction set, in the order of Isa.
#pragma once

#include "simd/isa.h"

#if defined(TT_X86)
#define TT_VARIANTS(function) {&scalar::function, &avx2::function, &avx512::function, nullptr}
#elif defined(TT_ARM)
#define TT_VARIANTS(function) {&scalar::function, nullptr, nullptr, &neon::function}
#else
#define TT_VARIANTS(function) {&scalar::function, nullptr, nullptr, nullptr}
#endif

namespace telltale {

// The variant for that instruction set; the baseline where there is none.
template <typename Function>
Function pick(Function const (&variants)[kIsaCount], Isa isa) {
    Function const chosen = variants[static_cast<int>(isa)];
    return chosen != nullptr ? chosen : variants[0];
}

}  // namespace telltale
