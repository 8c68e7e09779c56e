// The boosted-trees kernels as functions of the addon, except for training.
#pragma once

#include <napi.h>

#include "binding/args.h"
#include "kernels/boosted-trees/tree-ensemble.h"

namespace telltale {

// trees, treeStart, treeOutput, nodes, left, right, feature, threshold, defaultLeft, categoryStart, categoryWords,
// words, categoryBits, outputs, baseMargin
TreeEnsembleView readEnsemble(Args& args);

void exportBoostedTrees(Napi::Env env, Napi::Object exports);

}  // namespace telltale
