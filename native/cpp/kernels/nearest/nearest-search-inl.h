// Both methods for one instruction set.

// clang-format off: each declares what the next ones use.
#include "kernels/nearest/nearest-total-inl.h"
#include "kernels/nearest/nearest-tree-inl.h"
#include "kernels/nearest/nearest-codes-inl.h"
#include "kernels/nearest/nearest-tile-inl.h"
#include "kernels/nearest/nearest-blocked-inl.h"
// clang-format on
