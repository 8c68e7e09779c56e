#pragma once

#include <napi.h>

namespace telltale {

void exportSmote(Napi::Env env, Napi::Object exports);

}  // namespace telltale
