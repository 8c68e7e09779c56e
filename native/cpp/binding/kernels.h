// Every family of kernels, as functions of the addon: binding/kernels has a file for each.
#pragma once

#include <napi.h>

namespace telltale {

void exportAffine(Napi::Env env, Napi::Object exports);
void exportBoostedTrees(Napi::Env env, Napi::Object exports);
void exportBoostedTreesFit(Napi::Env env, Napi::Object exports);
void exportCovariance(Napi::Env env, Napi::Object exports);
void exportDenseNetwork(Napi::Env env, Napi::Object exports);
void exportEmpiricalTails(Napi::Env env, Napi::Object exports);
void exportHistograms(Napi::Env env, Napi::Object exports);
void exportHyperspheres(Napi::Env env, Napi::Object exports);
void exportIsolationForest(Napi::Env env, Napi::Object exports);
void exportKmeans(Napi::Env env, Napi::Object exports);
void exportMatrixProfile(Napi::Env env, Napi::Object exports);
void exportNearest(Napi::Env env, Napi::Object exports);
void exportOneClassSvm(Napi::Env env, Napi::Object exports);
void exportProjections(Napi::Env env, Napi::Object exports);
void exportRecurrent(Napi::Env env, Napi::Object exports);
void exportSmote(Napi::Env env, Napi::Object exports);

}  // namespace telltale
