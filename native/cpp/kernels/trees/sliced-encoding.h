// How a plan finds ranks: monotone 16-bit codes searched in registers, or buckets searched by value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/trees/sliced-plan.h"

namespace telltale {

// Room for `count` values, on a cache line of its own; zeroed.
template <typename T>
T* allocate(std::vector<std::unique_ptr<char[]>>& blocks, std::size_t count) {
    constexpr std::uintptr_t kLine = 64;
    blocks.push_back(std::make_unique<char[]>(count * sizeof(T) + kLine));
    auto const address = reinterpret_cast<std::uintptr_t>(blocks.back().get());
    return reinterpret_cast<T*>((address + kLine - 1) & ~(kLine - 1));
}

// Fills in all of a feature that has to do with finding ranks, from its different thresholds in ascending order.
void encodeFeature(PlanFeature& feature, std::vector<double> const& thresholds, double const* x, std::size_t rows,
                   std::size_t cols, std::vector<std::unique_ptr<char[]>>& blocks);

}  // namespace telltale
