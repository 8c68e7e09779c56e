#pragma once

#include <napi.h>

namespace telltale {

void exportOneClassSvm(Napi::Env env, Napi::Object exports);

}  // namespace telltale
