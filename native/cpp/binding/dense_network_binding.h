#pragma once

#include <napi.h>

namespace telltale {

void exportDenseNetwork(Napi::Env env, Napi::Object exports);

}  // namespace telltale
