// The addon: every kernel in both forms, and `isas`: the instruction sets of this machine with their numbers, best
// first.
#include <napi.h>

#include "binding/boosted_trees_binding.h"
#include "binding/boosted_trees_fit_binding.h"
#include "binding/covariance_binding.h"
#include "binding/dense_network_binding.h"
#include "binding/empirical_tails_binding.h"
#include "binding/histograms_binding.h"
#include "binding/hyperspheres_binding.h"
#include "binding/isolation_forest_binding.h"
#include "binding/kmeans_binding.h"
#include "binding/matrix_profile_binding.h"
#include "binding/nearest_binding.h"
#include "binding/one_class_svm_binding.h"
#include "binding/projections_binding.h"
#include "binding/recurrent_binding.h"
#include "binding/smote_binding.h"
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
