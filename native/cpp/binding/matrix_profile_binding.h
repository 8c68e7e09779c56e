#pragma once

#include <napi.h>

namespace telltale {

void exportMatrixProfile(Napi::Env env, Napi::Object exports);

}  // namespace telltale
