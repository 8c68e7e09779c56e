#pragma once

#include <napi.h>

namespace telltale {

void exportIsolationForest(Napi::Env env, Napi::Object exports);

}  // namespace telltale
