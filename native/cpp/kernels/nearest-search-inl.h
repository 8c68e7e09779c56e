// Both methods for one instruction set.

// clang-format off: each declares what the next ones use.
#include "kernels/nearest-total-inl.h"
#include "kernels/nearest-tree-inl.h"
#include "kernels/nearest-codes-inl.h"
#include "kernels/nearest-tile-inl.h"
#include "kernels/nearest-blocked-inl.h"
// clang-format on
