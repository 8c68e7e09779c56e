#include <algorithm>
#include <utility>
#include <vector>

#include "kernels/dense-network/dense-network.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#elif defined(TT_ARM)
#include <arm_neon.h>
#endif

#define TT_BODY "kernels/dense-network/dense-forward-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsTogether = 256;
constexpr std::size_t kPanelsPerRange = 16;

using ForwardRangeFn = void (*)(DenseNetworkForward const& work, std::size_t from, std::size_t to, float* first,
                                float* second);

}  // namespace

void denseNetworkForward(Isa isa, int threads, DenseNetworkForward const& work) {
    static constexpr ForwardRangeFn kVariants[] = TT_VARIANTS(denseForwardRange);
    ForwardRangeFn const range = pick(kVariants, isa);
    std::size_t widest = work.cols;
    for (std::size_t l = 0; l < work.layer_count; l++) widest = std::max(widest, work.layers[l].sums);
    parallelFor(work.rows, kRowsTogether * kPanelsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<float> first(widest * kRowsTogether), second(widest * kRowsTogether);
        for (std::size_t from = begin; from < end; from += kRowsTogether) {
            range(work, from, std::min(end, from + kRowsTogether), first.data(), second.data());
        }
    });
}

}  // namespace telltale
