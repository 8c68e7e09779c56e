#pragma once

#include <napi.h>

namespace telltale {

void exportProjections(Napi::Env env, Napi::Object exports);

}  // namespace telltale
