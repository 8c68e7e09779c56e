#pragma once

#include <napi.h>

namespace telltale {

void exportKmeans(Napi::Env env, Napi::Object exports);

}  // namespace telltale
