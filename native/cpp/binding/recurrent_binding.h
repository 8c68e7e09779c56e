#pragma once

#include <napi.h>

namespace telltale {

void exportRecurrent(Napi::Env env, Napi::Object exports);

}  // namespace telltale
