// The kernels that train boosted trees as functions of the addon.
#pragma once

#include <napi.h>

namespace telltale {

void exportBoostedTreesFit(Napi::Env env, Napi::Object exports);

}  // namespace telltale
