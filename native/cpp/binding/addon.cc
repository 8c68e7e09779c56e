// The addon: every kernel in both forms, and `isas`: the instruction sets of this machine with their numbers, best
// first.
#include <napi.h>

#include "binding/kernels.h"
#include "simd/isa.h"

namespace telltale {

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
    Napi::Array isas = Napi::Array::New(env);
    for (Isa const isa : kAllIsas) {
        if (!isaSupported(isa)) continue;
        Napi::Object entry = Napi::Object::New(env);
        entry.Set("name", isaName(isa));
        entry.Set("number", static_cast<int>(isa));
        isas.Set(isas.Length(), entry);
    }
    exports.Set("isas", isas);
    exportAffine(env, exports);
    exportBoostedTrees(env, exports);
    exportBoostedTreesFit(env, exports);
    exportCovariance(env, exports);
    exportIsolationForest(env, exports);
    exportKmeans(env, exports);
    exportOneClassSvm(env, exports);
    exportMatrixProfile(env, exports);
    exportNearest(env, exports);
    exportRecurrent(env, exports);
    exportSmote(env, exports);
    exportEmpiricalTails(env, exports);
    exportHistograms(env, exports);
    exportHyperspheres(env, exports);
    exportProjections(env, exports);
    exportDenseNetwork(env, exports);
    return exports;
}

}  // namespace

NODE_API_MODULE(telltale_native, init)

}  // namespace telltale
