#include "kernels/smote/smote.h"

#include <algorithm>
#include <stdexcept>

#include "math/random.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kSmoteBlock = 64;  // rows drawn together; a multiple of every number of lanes
constexpr std::size_t kValuesPerRange = std::size_t{1} << 18;  // of the output

// What all streams of a seed have in common: the state words before the stream is mixed in.
struct SmoteSeed {
    std::uint32_t word[4];
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/smote/smote-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using SmoteRangeFn = bool (*)(SmoteInterpolate const& work, SmoteSeed const& seed, std::size_t from, std::size_t to);

}  // namespace

void smoteInterpolate(Isa isa, int threads, SmoteInterpolate const& work) {
    static constexpr SmoteRangeFn kVariants[] = TT_VARIANTS(smoteRange);
    SmoteRangeFn const range = pick(kVariants, isa);
    SmoteSeed seed;
    for (int i = 0; i < 4; i++) seed.word[i] = Random::beforeStream(i, work.seed);
    std::size_t const grain = std::max<std::size_t>(kSmoteBlock, kValuesPerRange / std::max<std::size_t>(work.cols, 1));
    parallelFor(work.rows, grain, threads, [&](std::size_t begin, std::size_t end) {
        if (!range(work, seed, begin, end)) {
            throw std::invalid_argument("bases, neighbours, shares: a synthetic row has no base or neighbour in x");
        }
    });
}

}  // namespace telltale
