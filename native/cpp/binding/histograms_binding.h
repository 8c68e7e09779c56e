#pragma once

#include <napi.h>

namespace telltale {

void exportHistograms(Napi::Env env, Napi::Object exports);

}  // namespace telltale
