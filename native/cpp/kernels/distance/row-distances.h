// Exact distances of rows, and sums over rows in the order that k-means promises.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

struct RowDistances {
    // Squared distance of each row to one point.
    void (*toPoint)(double const* x, std::size_t rows, std::size_t cols, double const* point, double* out);
    // Squared distance of each row to its own centroid.
    void (*toOwn)(double const* x, std::size_t rows, std::size_t cols, double const* centroids,
                  std::int32_t const* labels, double* out);
    // The centroid of least squared distance to a row, the first of several.
    std::int32_t (*nearest)(double const* row, std::size_t cols, double const* centroids, std::size_t k);
    // Value i in running sum i mod 8, folded by halves.
    double (*sum)(double const* values, std::size_t count);
    // The smaller of each two, in place of the first, summed likewise; or only summed, when `keep` is false.
    double (*sumLeast)(double* values, double const* others, std::size_t count, bool keep);
};

RowDistances const& rowDistances(Isa isa);

}  // namespace telltale
