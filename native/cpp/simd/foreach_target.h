// Includes TT_BODY once for every instruction set of the architecture, each time within
//   TT_TARGET  the namespace of that instruction set (telltale::TT_TARGET)
//   TT_WIDTH   doubles in a native register
//   TT_AVX2, TT_AVX512, TT_NEON  1 for the one being compiled, else 0
// and compiled with that instruction set's flags. So no guard here, and none in a body.
//
// Rules for a body: include nothing (the .cc does, before this file), call no standard-library function (an inline
// function compiled here with wider flags could be the copy that the linker keeps for everybody), declare everything in
// namespace telltale::TT_TARGET.

#ifndef TT_BODY
#error "define TT_BODY as the file to include, then include simd/foreach_target.h"
#endif

#define TT_TARGET scalar
#define TT_WIDTH 2
#define TT_AVX2 0
#define TT_AVX512 0
#define TT_NEON 0
#include TT_BODY
#undef TT_TARGET

#if defined(TT_X86)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi,bmi2,lzcnt,popcnt")
#endif
#undef TT_WIDTH
#undef TT_AVX2
#define TT_TARGET avx2
#define TT_WIDTH 4
#define TT_AVX2 1
#include TT_BODY
#undef TT_TARGET
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#if defined(__clang__)
#pragma clang attribute push(                                                                                         \
    __attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2," \
                          "avx512vnni,gfni"))),                                                                       \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target( \
    "avx2,fma,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512vnni,gfni")
#endif
#undef TT_WIDTH
#undef TT_AVX2
#undef TT_AVX512
#define TT_TARGET avx512
#define TT_WIDTH 8
#define TT_AVX2 0
#define TT_AVX512 1
#include TT_BODY
#undef TT_TARGET
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#elif defined(TT_ARM)

#undef TT_NEON
#define TT_TARGET neon
#define TT_NEON 1
#include TT_BODY
#undef TT_TARGET

#endif

#undef TT_WIDTH
#undef TT_AVX2
#undef TT_AVX512
#undef TT_NEON
#undef TT_BODY
