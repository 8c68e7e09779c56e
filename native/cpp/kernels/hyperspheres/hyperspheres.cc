#include "kernels/hyperspheres/hyperspheres.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

namespace telltale {

namespace {

constexpr std::size_t kSpheresTogether = 4;
constexpr std::size_t kMostSphereRows = 64;
constexpr std::size_t kRowsPerRange = 4096;  // a multiple of the rows of every block
constexpr double kMostSphereSquares = 1e30;  // above, floats could overflow
constexpr double kLeastError = 1e-36;        // products of floats below the normal range lose more than their share

// What all rows have in common.
struct SpherePlan {
    double const* offset;  // cols: the mean of the centres
    // For each set and each kSpheresTogether of its spheres |c|^2 - r^2, then -2 c of every column.
    float const* panels;
    double most;  // the greatest |c|^2 + r^2
    // Of |x|^2 + most: a bound for the error of a sum. Rounding to floats moves a product 2 c x by 2^-22 of it, the
    // products' running sum by 2^-24 a term, the start and the limit by 2^-24 each; |2 c x| is at most |c|^2 + |x|^2.
    double error;
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/hyperspheres/hyperspheres-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using HypersphereRangeFn = void (*)(HypersphereScore const& work, SpherePlan const& plan, std::size_t from,
                                    std::size_t to, float* room);

std::vector<double> meanCentre(HypersphereScore const& work) {
    std::size_t const count = work.sets * work.spheres;
    std::vector<double> mean(work.cols);
    for (std::size_t s = 0; s < count; s++) {
        for (std::size_t j = 0; j < work.cols; j++) {
            mean[j] += work.centres[s * work.cols + j] / static_cast<double>(count);
        }
    }
    return mean;
}

}  // namespace

void hypersphereScore(Isa isa, int threads, HypersphereScore const& work) {
    static constexpr HypersphereRangeFn kVariants[] = TT_VARIANTS(hypersphereRange);
    HypersphereRangeFn const range = pick(kVariants, isa);
    std::vector<double> const offset = meanCentre(work);
    std::size_t const groups = (work.spheres + kSpheresTogether - 1) / kSpheresTogether;
    std::size_t const panel = (work.cols + 1) * kSpheresTogether;
    std::vector<float> panels(work.sets * groups * panel);
    double most = 0;
    for (std::size_t set = 0; set < work.sets; set++) {
        for (std::size_t s = 0; s < work.spheres; s++) {
            std::size_t const sphere = set * work.spheres + s;
            float* const own = panels.data() + (set * groups + s / kSpheresTogether) * panel + s % kSpheresTogether;
            double squares = 0;
            for (std::size_t j = 0; j < work.cols; j++) {
                double const v = work.centres[sphere * work.cols + j] - offset[j];
                squares += v * v;
                own[(j + 1) * kSpheresTogether] = static_cast<float>(-2 * v);
            }
            own[0] = static_cast<float>(squares - work.radii[sphere]);
            most = std::max(most, squares + work.radii[sphere]);
        }
    }
    if (!(most < kMostSphereSquares)) {
        // Beyond what floats hold: everything is in doubt.
        std::fill(panels.begin(), panels.end(), 0.0F);
        most = std::numeric_limits<double>::infinity();
    }
    double const error = static_cast<double>(work.cols + 16) * 0x1p-23;
    SpherePlan const plan = {offset.data(), panels.data(), most, error};
    parallelFor(work.rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<float> room(work.cols * kMostSphereRows);
        range(work, plan, begin, end, room.data());
    });
}

}  // namespace telltale
