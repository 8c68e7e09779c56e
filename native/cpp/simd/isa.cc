#include "simd/isa.h"

namespace telltale {

char const* isaName(Isa isa) {
    static constexpr char const* kNames[kIsaCount] = {"scalar", "avx2", "avx512", "neon"};
    return kNames[static_cast<int>(isa)];
}

bool isaSupported(Isa isa) {
#if defined(TT_X86)
    // These look at XGETBV too: an operating system that does not save the wide registers counts as not having them.
    __builtin_cpu_init();
    bool const avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    if (isa == Isa::kAvx2) return avx2;
    if (isa == Isa::kAvx512) {
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
               __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("gfni");
    }
#elif defined(TT_ARM)
    if (isa == Isa::kNeon) return true;  // part of every 64-bit ARM
#endif
    return isa == Isa::kScalar;
}

Isa bestIsa() {
    for (Isa const isa : kAllIsas) {
        if (isaSupported(isa)) return isa;
    }
    return Isa::kScalar;
}

}  // namespace telltale
