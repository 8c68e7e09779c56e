// What one search holds while it runs: the training rows in the layouts of its methods.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/nearest/nearest-lists.h"
#include "kernels/nearest/nearest.h"

namespace telltale {

// The training rows for searches from the root of a tree of boxes.
struct NearestTree {
    NearestIndexView train;
    std::size_t padded;          // columns, rounded up to a multiple of eight
    std::size_t first_leaf;      // node i has the children 2i and 2i + 1; leaves from here
    double const* boxes;         // nodes x 2 x padded
    std::int32_t const* lowest;  // lowest row of a node; -1 for places without leaves
    NearestMetric metric;
    double p;
};

// Finds the nearest rows of one padded query for the first list. `scratch`: 3 x padded.
using NearestTreeFn = void (*)(NearestTree const&, double const* query, std::int32_t excluded, double* scratch,
                               NearestLists const&);

// The training rows for searches of many queries at a time.
struct NearestBlocked {
    std::size_t rows, cols, padded, leaves, k;
    double const* packed;       // rows x padded, in the order of the leaves
    std::int32_t const* order;  // rows
    double const* boxes;        // leaves x 2 x padded
    double const* low;          // of all training rows, padded
    double const* high;
    double const* queries;    // queries x padded, in an order that keeps near ones together
    std::int32_t const* own;  // the training row that each query is, or null
    std::size_t place;        // of the first query among the training rows; not read without `own`
};

// The greatest code, and minus the least.
constexpr double kNearestCodeMost = 127;

// Codes of a row x: (x - centre) * inverse in every column, clipped and rounded.
struct NearestGrid {
    double const* centre;  // padded
    double inverse;        // codes a unit of distance; 0 where the range is beyond all numbers
};

// A grid for rows whose neighbours have totals of about `limit`. Every grid is right; a finer one leaves out more rows,
// unless it clips the differences that matter. `low` and `high`: of all training rows. Writes the centre.
NearestGrid nearestGrid(double const* rows, std::size_t count, std::size_t padded, std::size_t cols, double const* low,
                        double const* high, double limit, double* centre);

// A number in the middle of the limits; infinite when most are.
double nearestTypical(double const* limits, std::size_t count);

// A leaf and the least total that its rows can have.
struct NearestLeafBound {
    double bound;
    std::int32_t leaf;
};

void nearestSortLeaves(NearestLeafBound* leaves, std::size_t count);

// The worst that some lists still take.
struct NearestBlockLimit {
    double total;
    std::int32_t row;
};

// Bytes of the codes of a leaf, and numbers that those of a row take, for that many padded columns: two bytes a column
// at most.
inline std::size_t nearestPanelBytes(std::size_t padded) { return padded * kNearestLeaf * 2; }
inline std::size_t nearestCodeGroups(std::size_t padded) { return padded / 2; }

// Working arrays for up to `capacity` queries, a multiple of kNearestLeaf.
struct NearestBlockedWork {
    NearestLists lists;        // capacity
    std::int32_t* codes;       // capacity x code groups
    std::int32_t* lifts;       // capacity
    std::int32_t* limits;      // capacity: minus half a squared distance in codes that is too far
    double* errors;            // capacity: length of what rounding took off
    double* block_boxes;       // capacity / kNearestLeaf x 2 x padded
    NearestLeafBound* leaves;  // leaves
    std::uint8_t* done;        // leaves: visited
    double* box;               // 2 x padded
    double* centre;            // padded
    std::uint8_t* panel;       // nearestPanelBytes
    std::int32_t* halves;      // kNearestLeaf
};

// Finds the nearest rows of `count` queries from place `first`.
using NearestBlockedFn = void (*)(NearestBlocked const&, NearestBlockedWork&, std::size_t first, std::size_t count);

// All training rows as queries and as rows, by place: each pair of leaves is visited once.
struct NearestPairs {
    NearestBlocked const& plan;
    NearestLists lists;
    std::size_t group_leaves;  // leaves of a group
    NearestGrid grid;
    double greatest_error;  // of all rows
    std::uint8_t* panels;   // leaves x nearestPanelBytes
    std::int32_t* codes;    // leaves x kNearestLeaf x code groups
    std::int32_t* halves;   // leaves x kNearestLeaf, and so on
    std::int32_t* lifts;
    std::int32_t* limits;
    double* errors;
    NearestBlockLimit* leaf_limits;  // leaves
};

struct NearestPairsCount {
    std::uint64_t looked_at, exact;  // pairs of rows, and those whose total was computed
};

// For leaves from … to: pairs of rows within each of them; codes of their rows; limits by these codes.
using NearestLeavesFn = void (*)(NearestPairs const&, std::size_t from, std::size_t to);

// Pairs of rows of two groups, or of the leaves of one. Writes to both groups.
using NearestGroupsFn = NearestPairsCount (*)(NearestPairs const&, std::size_t a, std::size_t b);

// power() of math/power.h, compiled for every machine once.
double nearestPower(double x, double p);

inline std::size_t nearestPadded(std::size_t cols) { return (cols + 7) & ~std::size_t{7}; }

// Copies a row with zeros behind it.
void nearestPad(double const* from, std::size_t cols, std::size_t padded, double* to);

// Writes the rows of list i as neighbours of a query. Throws when there are fewer than k.
void nearestFinish(NearestSearch const& search, NearestSortFn sort, NearestLists const& lists, std::size_t i,
                   std::size_t query);

// The two methods.
void nearestByTree(Isa isa, int threads, NearestSearch const& search);
void nearestByBlocks(Isa isa, int threads, NearestSearch const& search);

}  // namespace telltale
