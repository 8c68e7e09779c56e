// The k-means kernels. The specification is packages/core/src/kernels/kmeans/kmeans.ts and its reference.
//
// Numerical contract: same bits as the reference on every instruction set and thread count. A squared distance has
// eight running sums, column j in sum j mod 8, folded by halves; ties go to the lower centroid; rows are summed in
// blocks of kmeansBlockRows, blocks in order. Most rows are given their centroid by float32 scores with a proven error
// bound (kernels/kmeans/centroid-selection.h); where that cannot tell, the double distances decide.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"

namespace telltale {

// Rows that are summed before their sum is added to that of the rows before; a multiple of 64.
std::size_t kmeansBlockRows(std::size_t rows);

struct KmeansSeed {
    double const* x;  // rows x cols
    std::size_t rows, cols;
    std::size_t trials;
    std::uint64_t seed;
    std::uint32_t stream;  // centroid c draws from stream + c
    std::size_t from, to;
    double* centroids;    // to x cols; 0 … from - 1 are there
    double* nearest;      // rows: squared distance to the nearest centroid so far
    std::int32_t* found;  // centroids so far
};

// k-means++ (Arthur and Vassilvitskii 2007), the best of several candidates for each centroid.
void kmeansSeed(Isa isa, int threads, KmeansSeed const& seed);

inline constexpr std::size_t kKmeansIterations = 0, kKmeansPhase = 1, kKmeansShift = 2, kKmeansInertia = 3;
inline constexpr std::size_t kKmeansStatusLength = 4;
inline constexpr double kKmeansRunning = 0, kKmeansConverged = 1, kKmeansStopped = 2;

struct KmeansFit {
    double const* x;  // rows x cols
    std::size_t rows, cols, k;
    double tolerance;
    double max_iterations;
    double round_iterations;
    double* centroids;     // k x cols, in and out
    std::int32_t* labels;  // rows, in and out; -1 at first
    double* status;        // kKmeansStatusLength, in and out
};

// Lloyd's iterations (1982), https://doi.org/10.1109/TIT.1982.1056489, at most round_iterations of them.
// Rows whose nearest centroid cannot have changed are passed over by a bound as Hamerly's (2010),
// https://doi.org/10.1137/1.9781611972801.12.
void kmeansFit(Isa isa, int threads, KmeansFit const& fit);

// The nearest of k centroids for each row, and the distance to it.
void nearestCentroid(Isa isa, int threads, double const* centroids, std::size_t k, double const* x, std::size_t rows,
                     std::size_t cols, std::int32_t* labels, double* distances);

}  // namespace telltale
