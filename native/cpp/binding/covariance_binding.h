// The kernels of covariances for JavaScript.
#pragma once

#include <napi.h>

namespace telltale {

void exportCovariance(Napi::Env env, Napi::Object exports);

}  // namespace telltale
