// What one search holds while it runs: the rows found so far, and the training rows in the layouts of the two methods.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/nearest/nearest.h"

namespace telltale {

// A row that may be a neighbour. Ordered by total, then row.
struct NearestCandidate {
    double total;
    std::int32_t row;
};

// The best rows of one query so far, and room for as many again.
struct NearestBest {
    NearestCandidate* items;
    std::size_t count;
    double limit;        // total of the k-th best row, or infinity while there are fewer than k
    std::int32_t worst;  // its row; the largest number while there are fewer
};

// Keeps the k best and sets limit and worst, when there are k.
void nearestTighten(NearestBest& best, std::size_t k);

// Room that a NearestBest needs: candidates may be added up to this, a leaf at a time, between two calls of tighten.
inline std::size_t nearestRoom(std::size_t k) { return 9 * k + 160 + 2 * kNearestLeaf; }

// A leaf and the least total that its rows can have.
struct NearestLeafBound {
    double bound;
    std::int32_t leaf;
};

void nearestSortLeaves(NearestLeafBound* leaves, std::size_t count);

// The training rows for searches from the root of a tree of boxes.
struct NearestTree {
    NearestIndexView train;
    std::size_t padded;          // columns, rounded up to a multiple of eight
    std::size_t first_leaf;      // node i has the children 2i and 2i + 1; leaves from here
    double const* boxes;         // nodes x 2 x padded
    std::int32_t const* lowest;  // lowest row of a node; -1 for places without leaves
    std::size_t k;
    NearestMetric metric;
    double p;
};

// Finds the best rows for one padded query. `scratch`: 3 x padded.
using NearestTreeFn = void (*)(NearestTree const&, double const* query, std::int32_t excluded, double* scratch,
                               NearestBest&);

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

// Rows near a query by their codes: as many are kept before the list is cut to those that may still be neighbours, and
// room for one leaf more and a register that is written whole.
inline std::size_t nearestListFull(std::size_t k) { return 8 * k < 160 ? 160 : 8 * k; }
inline std::size_t nearestListRoom(std::size_t k) { return nearestListFull(k) + kNearestLeaf + 16; }

// Working arrays for up to `capacity` queries, a multiple of kNearestLeaf.
struct NearestBlockedWork {
    NearestBest* best;         // capacity
    std::int32_t* products;    // capacity x list room: products of the listed rows' codes, higher = nearer
    std::int32_t* places;      // capacity x list room: where the listed rows are
    std::int32_t* listed;      // capacity
    std::int32_t* codes;       // capacity x code groups
    std::int32_t* norms;       // capacity: sum of squared codes
    std::int32_t* sums;        // capacity: sum of codes
    std::int32_t* thresholds;  // capacity: products above it are of rows that may be neighbours
    double* errors;            // capacity: length of what quantising rounded off
    double* clips;             // capacity: length of what clipping took off
    double* reaches;           // capacity: a distance in codes that the k-th neighbour is not beyond
    double* block_boxes;       // capacity / kNearestLeaf x 2 x padded
    NearestLeafBound* leaves;  // leaves
    double* box;               // 2 x padded
    double* centre;            // padded
    std::uint8_t* panel;       // leaves of a sample x nearestPanelBytes
    std::int32_t* halves;      // leaves of a sample x kNearestLeaf
    std::int32_t* sampled;     // kNearestLeaf x leaves of a sample x kNearestLeaf
};

// Bytes of the codes of a leaf of rows, and of a query, for that many padded columns: two a column at most.
inline std::size_t nearestPanelBytes(std::size_t padded) { return padded * kNearestLeaf * 2; }
inline std::size_t nearestCodeGroups(std::size_t padded) { return padded / 2; }

// Finds the best rows of `count` queries from place `first`.
using NearestBlockedFn = void (*)(NearestBlocked const&, NearestBlockedWork&, std::size_t first, std::size_t count);

}  // namespace telltale
