#pragma once

#include <napi.h>

namespace telltale {

void exportHyperspheres(Napi::Env env, Napi::Object exports);

}  // namespace telltale
