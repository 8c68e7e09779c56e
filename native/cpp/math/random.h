// xoshiro128**, seeded by hashing (seed, stream): the same numbers as packages/core/src/random.ts.
// Blackman and Vigna (2021), https://doi.org/10.1145/3460772
#pragma once

#include <cmath>
#include <cstdint>

#include "math/elementary.h"

namespace telltale {

class Random {
  public:
    // seed: an integer, 0 <= seed <= 2^53 - 1. stream: which of the independent sequences of that seed.
    Random(std::uint64_t seed, std::uint32_t stream) {
        a_ = mix(beforeStream(0, seed) ^ stream);
        b_ = mix(beforeStream(1, seed) ^ stream);
        c_ = mix(beforeStream(2, seed) ^ stream);
        d_ = mix(beforeStream(3, seed) ^ stream) | 1U;  // the all-zero state is the only forbidden one
    }

    // A word of the state (0 … 3) before the stream goes into it: what all streams of a seed have in common.
    static std::uint32_t beforeStream(int word, std::uint64_t seed) {
        constexpr std::uint32_t kStarts[] = {0x9e3779b9U, 0x3c6ef372U, 0xdaa66d2bU, 0x78dde6e4U};
        return mix(mix(kStarts[word] ^ static_cast<std::uint32_t>(seed)) ^ static_cast<std::uint32_t>(seed >> 32));
    }

    std::uint32_t bits() {
        std::uint32_t const result = rotate(b_ * 5U, 7) * 9U;
        std::uint32_t const t = b_ << 9;
        c_ ^= a_;
        d_ ^= b_;
        b_ ^= c_;
        a_ ^= d_;
        c_ ^= t;
        d_ = rotate(d_, 11);
        return result;
    }

    // Uniform in [0, 1), a multiple of 2^-53.
    double uniform() {
        std::uint64_t const high = bits() >> 5;
        std::uint64_t const low = bits() >> 6;
        return static_cast<double>(static_cast<std::int64_t>((high << 26) | low)) * 0x1p-53;
    }

    // A uniform integer, 0 <= value < n, for 1 <= n <= 2^53.
    std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(uniform() * static_cast<double>(n)); }

    // Standard normal, Marsaglia's polar method, one value a call. https://doi.org/10.1137/1006063
    double normal() {
        for (;;) {
            double const u = 2 * uniform() - 1;
            double const v = 2 * uniform() - 1;
            double const s = u * u + v * v;
            if (s > 1e-300 && s < 1) return u * std::sqrt((-2 * log(s)) / s);
        }
    }

  private:
    static std::uint32_t rotate(std::uint32_t v, int by) { return (v << by) | (v >> (32 - by)); }

    // A 32-bit finaliser: every input bit reaches every output bit.
    static std::uint32_t mix(std::uint32_t value) {
        std::uint32_t z = value + 0x9e3779b9U;
        z = (z ^ (z >> 16)) * 0x21f0aaadU;
        z = (z ^ (z >> 15)) * 0x735a2d97U;
        return z ^ (z >> 15);
    }

    std::uint32_t a_, b_, c_, d_;
};

}  // namespace telltale
