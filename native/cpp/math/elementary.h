// Elementary functions made of + − × ÷ √ and comparisons in a fixed order: the mirror, line by line, of
// packages/core/src/math/elementary.ts, so that both give the same bits. Compiled with -ffp-contract=off.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

namespace telltale {

inline constexpr double kLn2High = 0.6931471803691238;  // ln 2 to 32 bits: k * kLn2High is exact for |k| < 2^20
inline constexpr double kLn2Low = 1.9082149292705877e-10;
inline constexpr double kSqrtHalf = 0.7071067811865476;

// Coefficients of 2^f = sum of (ln 2)^k / k! f^k, highest first.
inline constexpr double kExp2Coefficients[] = {
    1.3691488853904128e-12, 2.5678435993488206e-11,
    4.4455382718708116e-10, 7.054911620801123e-9,
    1.01780860092397e-7,    1.321548679014431e-6,
    1.5252733804059841e-5,  1.540353039338161e-4,
    1.3333558146428443e-3,  9.618129107628477e-3,
    5.550410866482158e-2,   0.24022650695910072,
    0.6931471805599453,     1,
};

inline double doubleFromBits(std::uint64_t bits) {
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline std::uint64_t bitsOfDouble(double value) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

// 2^52 + 2^51: adding it leaves a number of magnitude below 2^51 rounded to an integer, in the low bits of the sum.
inline constexpr double kRounder = 6755399441055744.0;

// The largest integer <= y, for |y| < 2^51; without the SSE4 instruction that a baseline build may not use.
inline double floorSmall(double y) {
    double const nearest = (y + kRounder) - kRounder;
    return nearest > y ? nearest - 1 : nearest;
}

// 2^x for -1022 <= x <= 1023; 0 below, infinity above, NaN for NaN.
inline double exp2(double x) {
    if (!(x >= -1022)) return x < 0 ? 0 : x;
    if (x > 1023) return std::numeric_limits<double>::infinity();
    double const whole = floorSmall(x + 0.5);
    double const f = x - whole;
    double p = kExp2Coefficients[0];
    for (unsigned k = 1; k < sizeof kExp2Coefficients / sizeof(double); k++) p = p * f + kExp2Coefficients[k];
    return p * doubleFromBits(static_cast<std::uint64_t>(static_cast<std::int64_t>(whole) + 1023) << 52);
}

// Natural logarithm of a positive, finite, normal number; NaN for anything else.
inline double log(double x) {
    if (!(x >= 2.2250738585072014e-308 && x <= 1.7976931348623157e308)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    std::uint64_t const bits = bitsOfDouble(x);
    int k = static_cast<int>(bits >> 52) - 1022;
    double m = doubleFromBits((bits & 0x000fffffffffffffULL) | 0x3fe0000000000000ULL);  // mantissa in [1/2, 1)
    if (m < kSqrtHalf) {
        m *= 2;
        k -= 1;
    }
    double const f = m - 1;
    double const s = f / (2 + f);
    double const z = s * s;
    double series = 1.0 / 25;
    for (int odd = 23; odd >= 3; odd -= 2) series = series * z + 1.0 / odd;
    double const tail = 2 * s * (z * series);
    return k * kLn2High + (2 * s + (tail + k * kLn2Low));
}

}  // namespace telltale
