// Which centroid is nearest, by float32 scores with a proven bound of their error; double distances where that is not
// enough to tell.
//
// With x' and c' the distances of row and centroid from an offset near the middle of the data, the nearest centroid has
// the least score t = |c'|^2 / 2 - x'.c'. Computed in float32, its error is below g (|c'|^2 / 2 + |x'||c'|) with
// g = (2 cols + 12) 2^-24 * 1.05: each of cols + 2 roundings (twice that without fused operations) of partial sums that
// are bounded by the bracket, and one rounding of each factor. That bound is taken off every score, as one more column:
// what is computed is a lower bound L of t, and L + 2 g (…) an upper one. When the second least L is above the upper
// bound of the least, by more than doubles can be wrong, the row is settled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simd/isa.h"

namespace telltale {

// The centroids as the scores want them, in groups that fit the registers.
struct CentroidTable {
    std::size_t k = 0, cols = 0, groups = 0;
    bool usable = false;             // false: the bound does not hold, and only doubles decide
    float const* weights = nullptr;  // groups x (cols + 1) x group: first -g|c'|, then -c'
    float const* bias = nullptr;     // groups x group: |c'|^2 / 2 (1 - g); huge where there is no centroid
    // The upper bound of a score is L + perNorm |x'| + fixed + perSquare |x'|^2, of each centroid and of the worst one.
    float const *perNorm = nullptr, *fixed = nullptr;  // groups x group
    float worstPerNorm = 0, worstFixed = 0, perSquare = 0;
    std::vector<float> storage;  // what the pointers point into; kernel bodies call no standard library
};

// Sums that follow the rows from centroid to centroid (kernels/kmeans/column-sums.h).
struct FollowedSums {
    double const *coarseUnits, *fineUnits;  // cols
    double *coarse, *fine;                  // k x cols
    double* counts;                         // k
    bool fresh;                             // every row is added, and none taken off
};

// Bounds that let rows be passed over: the slack of a row is a lower bound of how much farther its second nearest
// centroid is than the nearest one. While centroids have moved by less, the row keeps its label.
struct RowBounds {
    float* slack;      // of the first row on, for whole panels
    float const* use;  // what each centroid's move takes off the slack of its rows; null: every row is looked at
    float* gathered;   // room for gatherLanes x (cols + 1): rows to look at, out of panels with few of them
};

// The rows of a range with the centroids to give them.
struct CentroidAssignment {
    CentroidTable const* table;
    double const* centroids;  // k x cols
    float const* panels;      // of the first row on; not read when the table is not usable
    double const* x;
    std::size_t rows;
    std::int32_t* labels;      // in and out
    FollowedSums const* sums;  // null: not wanted
    RowBounds const* bounds;   // null: not wanted
};

struct AssignmentCount {
    std::size_t changed, looked;  // rows with another label, rows that were not passed over
};

struct CentroidSelection {
    std::size_t panelRows;  // rows of a panel: columns of so many values side by side, first |x'|, then x'
    std::size_t group;      // centroids of a group
    std::size_t gatherLanes;
    // Raises the greatest magnitude of each column.
    void (*greatest)(double const* x, std::size_t rows, std::size_t cols, double* magnitude);
    // Rows to panels; the last panel is filled up with zeros.
    void (*pack)(double const* x, std::size_t rows, std::size_t cols, double const* offset, float* panels);
    // Gives every row its centroid.
    AssignmentCount (*assign)(CentroidAssignment const& assignment);
};

CentroidSelection const& centroidSelection(Isa isa);

// The median of the centroids, column by column: an offset that far-away ones do not move.
std::vector<double> centroidMedian(double const* centroids, std::size_t k, std::size_t cols);

// Fills the table for these centroids.
void fillCentroidTable(CentroidTable& table, double const* centroids, std::size_t k, std::size_t cols,
                       double const* offset, std::size_t group);

}  // namespace telltale
