// What a forest from outside must satisfy before anything follows its links; the whole check is checkForest.
#pragma once

#include "kernels/isolation-forest/isolation-forest.h"

namespace telltale {

// Throws std::invalid_argument unless the trees lie in order within the nodes.
void checkTreeStarts(IsolationForestView const& forest);

}  // namespace telltale
