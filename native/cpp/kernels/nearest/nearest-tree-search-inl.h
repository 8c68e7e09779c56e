// The search down a tree for one instruction set.

// clang-format off: each declares what the next ones use.
#include "kernels/nearest/nearest-total-inl.h"
#include "kernels/nearest/nearest-lists-inl.h"
#include "kernels/nearest/nearest-tree-inl.h"
// clang-format on
