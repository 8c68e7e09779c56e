#pragma once

#include <napi.h>

namespace telltale {

void exportNearest(Napi::Env env, Napi::Object exports);

}  // namespace telltale
