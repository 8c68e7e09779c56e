// The kernels under ECOD and COPOD. The specification is packages/core/src/kernels/empirical-tails.ts.
//
// Numerical contract: same bits as the reference. Ranks are exact, and a row's contributions are added in the order of
// the columns. The same code serves every instruction set: the time goes into looking numbers up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace telltale {

struct SortColumns {
    double const* x;  // rows x cols, no NaN
    std::size_t rows, cols, from, to;
    double* sorted;  // cols x rows
};

void sortColumns(int threads, SortColumns const& work);

struct TailScore {
    double const* sorted;  // cols x trained
    std::size_t trained;
    double const* surprise;    // trained + 1
    std::int32_t const* skew;  // cols
    bool mean;
    double const* x;  // rows x cols
    std::size_t rows, cols;
    double* scores;
    double* contributions;  // rows x cols, or null
};

void tailScore(int threads, TailScore const& work);

}  // namespace telltale
