// The methods of many queries for one instruction set.

// clang-format off: each declares what the next ones use.
#include "kernels/nearest/nearest-total-inl.h"
#include "kernels/nearest/nearest-lists-inl.h"
#include "kernels/nearest/nearest-codes-inl.h"
#include "kernels/nearest/nearest-tile-inl.h"
#include "kernels/nearest/nearest-boxes-inl.h"
#include "kernels/nearest/nearest-blocked-inl.h"
#include "kernels/nearest/nearest-pairs-inl.h"
// clang-format on
