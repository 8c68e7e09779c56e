// The plan of a bit-sliced scoring run: a forest rewritten so that a node is tested for a whole block of rows at once.
//
// Within a group of trees the thresholds of every feature are sorted. A row's *rank* in a feature is the number of
// thresholds below its value, and "x <= threshold i" is "rank < i + 1". The rank is cut in its `lowBits` low bits and
// the rest; for a block of rows, mask B[j] has the rows whose low part is < j, mask A[i] those whose high part is < i.
// So the test of a node with r = i + 1 is A[r >> lowBits] | (A[(r >> lowBits) + 1] & B[r & low]): three loads and two
// operations for as many rows as a register has bits.
//
// Numerical contract: ranks are exact, whatever the values: codes and tables only shorten the search, and where they
// cannot tell two values apart, the doubles themselves are compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/trees/preorder-trees.h"
#include "simd/isa.h"

namespace telltale {

inline constexpr int kPlanDepth = 8;  // levels of a tree: the bits of a path byte
inline constexpr int kPlanPairs = kPlanDepth / 2;
inline constexpr int kPlanCodes = 32;           // leaf values of a tree that fit register tables
inline constexpr int kPlanBuckets = 2048;       // of the table that begins a search by value
inline constexpr double kPlanLastCode = 65534;  // codes are 0 … 65534; 65535 pads the search tree
inline constexpr int kPlanCodeBits = 12;        // ranks of at most so many bits are searched by code

// Where a node's masks stand, in 64-bit words from the first mask.
struct NodeTest {
    std::uint16_t above;    // A[r >> lowBits]; the mask behind it is A[(r >> lowBits) + 1]
    std::uint16_t below;    // B[r & low]
    std::uint16_t missing;  // the rows whose value is missing, if they go right; else the empty mask
};

// An inner node and its two children; a child that is a leaf has the empty test.
struct NodeTriple {
    NodeTest test[3];
    std::uint8_t reach[4];  // where the rows of each grandchild go among the triples of the next two levels
};

struct PlanTree {
    NodeTriple const* triples;        // by pairs of levels
    std::uint8_t counts[kPlanPairs];  // triples of each pair
    double const* leafValue;          // 256, by path byte
    std::uint8_t const* leafCode;     // 256, by path byte: places in codeValue; null when there are too many
    std::uint32_t const* codeValue;   // low halves of kPlanCodes doubles, then their high halves
};

struct PlanFeature {
    std::size_t column;
    std::uint32_t count;                  // thresholds
    std::uint32_t bits;                   // of a rank: count < 2^bits
    double const* thresholds;             // ascending, then as many infinities
    double low, scale;                    // code of x: (x - low) * scale, clamped; the same arithmetic for thresholds
    double bucketScale;                   // the same for the buckets
    std::uint16_t const* bucketRank;      // thresholds below each bucket
    std::uint32_t bucketSteps;            // halvings that search the fullest bucket
    std::uint16_t const* codeTree;        // threshold codes by levels of the search; null: search by value
    std::uint16_t const* runEnd;          // by rank: end of the run of equal codes that starts there
    std::uint32_t above, below, missing;  // first mask of each kind
};

struct PlanGroup {
    std::uint32_t lowBits;
    PlanFeature const* features;
    std::size_t featureCount;
    PlanTree const* trees;
    std::size_t treeCount;
};

struct ForestPlan {
    std::vector<PlanGroup> groups;
    std::uint32_t masks = 0;  // of the largest group
    double trees = 0;
    std::vector<std::unique_ptr<char[]>> blocks;  // what the pointers above point into
};

// True when no tree has more than kPlanDepth levels of inner nodes.
bool planFits(PreorderTrees const& forest);

// Words of a mask: as many as a register of the instruction set holds.
inline std::uint32_t maskWords(Isa isa) { return isa == Isa::kAvx512 ? 8 : isa == Isa::kAvx2 ? 4 : 2; }

// Rewrites a forest that planFits, for masks of so many 64-bit words. The rows only choose the encodings that are fast
// for values like theirs; they never change a result.
ForestPlan makePlan(PreorderTrees const& forest, double const* x, std::size_t rows, std::size_t cols,
                    std::uint32_t maskWords);

}  // namespace telltale
