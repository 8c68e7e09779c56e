#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/covariance/covariance.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#elif defined(TT_ARM)
#include <arm_neon.h>
#endif

namespace telltale {

namespace {

constexpr std::size_t kProjectedMost = 8;  // rows together, on any instruction set
constexpr std::size_t kValuesPerRange = std::size_t{1} << 15;

// Directions in panels of eight, columns in rows of eight lanes; a panel never spans two groups.
struct ProjectionPanels {
    double const* values;
    std::int32_t const* lengths;  // of each panel: columns up to the last that is not 0 in all lanes
    std::size_t const* counts;    // panels of each group
    std::size_t count;            // of them all
    double const* back;           // columns in panels of eight, directions in their rows; where that is asked for
};

constexpr std::size_t paddedToEight(std::size_t cols) { return (cols + 7) / 8 * 8; }

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/covariance/squared-projections-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using ProjectRangeFn = void (*)(SquaredProjections const& work, ProjectionPanels const& packed, std::size_t from,
                                std::size_t to, double* room);

// The places of the directions are those of their panels: the last ones of a group are 0, and take nothing away.
std::vector<double> backPanels(SquaredProjections const& work, std::vector<std::size_t> const& counts,
                               std::size_t panels) {
    if (!work.beside) return {};
    std::size_t const cols = work.cols;
    std::vector<double> packed(paddedToEight(cols) * panels * 8);
    double const* from = work.back;
    std::size_t panel = 0;
    for (std::size_t g = 0; g < work.group_count; g++) {
        for (std::size_t k = 0; k < static_cast<std::size_t>(work.groups[g]); k++, from += cols) {
            std::size_t const place = panel * 8 + k;
            for (std::size_t j = 0; j < cols; j++) packed[(j / 8 * panels * 8 + place) * 8 + j % 8] = from[j];
        }
        panel += counts[g];
    }
    return packed;
}

}  // namespace

void squaredProjections(Isa isa, int threads, SquaredProjections const& work) {
    static constexpr ProjectRangeFn kVariants[] = TT_VARIANTS(projectRange);
    ProjectRangeFn const range = pick(kVariants, isa);
    std::size_t const cols = work.cols;
    std::vector<std::size_t> counts;
    std::size_t panels = 0;
    for (std::size_t g = 0; g < work.group_count; g++) {
        counts.push_back((static_cast<std::size_t>(work.groups[g]) + 7) / 8);
        panels += counts.back();
    }
    std::vector<double> values(panels * cols * 8);
    std::vector<std::int32_t> lengths(panels);
    std::size_t panel = 0;
    double const* direction = work.directions;
    for (std::size_t g = 0; g < work.group_count; g++) {
        for (std::size_t k = 0; k < static_cast<std::size_t>(work.groups[g]); k++, direction += cols) {
            double* const to = values.data() + (panel + k / 8) * cols * 8 + k % 8;
            std::int32_t& length = lengths[panel + k / 8];
            for (std::size_t j = 0; j < cols; j++) {
                to[j * 8] = direction[j];
                if (direction[j] != 0) length = std::max(length, static_cast<std::int32_t>(j + 1));
            }
        }
        panel += counts[g];
    }
    std::vector<double> const back = backPanels(work, counts, panels);
    ProjectionPanels const packed{values.data(), lengths.data(), counts.data(), panels, back.data()};
    std::size_t const grain =
        std::max<std::size_t>(kProjectedMost, kValuesPerRange / cols / kProjectedMost * kProjectedMost);
    parallelFor(work.rows, grain, threads, [&](std::size_t begin, std::size_t end) {
        thread_local std::vector<double> room;
        room.resize(std::max(room.size(), kProjectedMost * (paddedToEight(cols) + panels * 8)));
        range(work, packed, begin, end, room.data());
    });
}

}  // namespace telltale
