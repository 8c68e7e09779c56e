#pragma once

#include <napi.h>

namespace telltale {

void exportEmpiricalTails(Napi::Env env, Napi::Object exports);

}  // namespace telltale
