// The instruction sets that a kernel is compiled for, and which of them this machine has.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#define TT_X86 1
#elif defined(__aarch64__)
#define TT_ARM 1
#endif

namespace telltale {

// kScalar is what every machine of the architecture has (SSE2 on x86-64). kAvx512 stands for F, BW, DQ, VL, VBMI,
// VBMI2, VNNI and GFNI together: the processors of Ice Lake and Zen 4 and later. One with less falls to kAvx2.
enum class Isa : int { kScalar = 0, kAvx2 = 1, kAvx512 = 2, kNeon = 3 };

inline constexpr int kIsaCount = 4;
inline constexpr Isa kAllIsas[kIsaCount] = {Isa::kAvx512, Isa::kAvx2, Isa::kNeon, Isa::kScalar};  // best first

// scalar, avx2, avx512, neon.
char const* isaName(Isa isa);

// True when this program holds code for it and both processor and operating system can run it.
bool isaSupported(Isa isa);

// The best one that is supported.
Isa bestIsa();

}  // namespace telltale
