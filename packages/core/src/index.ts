export * from "./calibrate/index.js";
export * from "./changepoints/index.js";
export * from "./combine/index.js";
export type { Baseline } from "./detectors/baseline.js";
export type { DeviationState } from "./detectors/column-deviation.js";
export { type AutoState, auto } from "./detectors/combined/auto/auto.js";
export { autoSeries } from "./detectors/combined/auto-series/auto-series.js";
export { ensemble } from "./detectors/combined/ensemble/ensemble.js";
export { type FeatureBaggingState, featureBagging } from "./detectors/combined/feature-bagging/feature-bagging.js";
export type { WindowedState } from "./detectors/combined/windowed/state.js";
export { kmeansAd, subIsolationForest, subKnn, subPca } from "./detectors/combined/windowed/uses.js";
export { type WindowedUse, windowed, windowedUse } from "./detectors/combined/windowed/windowed.js";
export { detectorFromText, detectorParam, detectorText, packPart, restorePart } from "./detectors/composed.js";
export { constant } from "./detectors/controls/constant/constant.js";
export { randomScore } from "./detectors/controls/random/random.js";
export * from "./detectors/detector.js";
export type { Ellipsoid } from "./detectors/ellipsoid.js";
export type { TailState } from "./detectors/empirical-tails.js";
export { cusum } from "./detectors/series/cusum/cusum.js";
export { ewma } from "./detectors/series/ewma/ewma.js";
export { type HalfSpaceState, halfSpaceTrees } from "./detectors/series/half-space-trees/half-space-trees.js";
export { type LevelShiftState, levelShift } from "./detectors/series/level-shift/level-shift.js";
export { type LongRunZState, longRunZ } from "./detectors/series/long-run-z/long-run-z.js";
export { type MatrixProfileState, matrixProfile } from "./detectors/series/matrix-profile/matrix-profile.js";
export { meanZ } from "./detectors/series/mean-z/mean-z.js";
export { type MsetState, mset } from "./detectors/series/mset/mset.js";
export { Saliency, type SaliencyOptions } from "./detectors/series/spectral-residual/saliency.js";
export { spectralResidual } from "./detectors/series/spectral-residual/spectral-residual.js";
export { type Decomposition, decompose, type StlOptions } from "./detectors/series/stl/decompose.js";
export { type StlState, stl } from "./detectors/series/stl/stl.js";
export { type VarState, vectorAutoregression } from "./detectors/series/var/var.js";
export { type WassersteinState, wasserstein } from "./detectors/series/wasserstein/wasserstein.js";
export { inOrder, lookingBack, lookingBackExplained, scoreEach, seriesOf } from "./detectors/series.js";
export { StateReader } from "./detectors/state-reader.js";
export { boostedTrees } from "./detectors/supervised/boosted-trees/boosted-trees.js";
export { EVAL_METRICS, type EvalMetric } from "./detectors/supervised/boosted-trees/eval-metric.js";
export { type BoostedTreesState, ensembleProblem } from "./detectors/supervised/boosted-trees/restore.js";
export {
  type BoostedTreesModel,
  type BoostedTreesOptions,
  trainBoostedTrees,
  trainBoostedTreesSync,
  type ValidationRows,
} from "./detectors/supervised/boosted-trees/train.js";
export type { BoostingRound } from "./detectors/supervised/boosted-trees/training.js";
export { type AbodState, abod } from "./detectors/tabular/abod/abod.js";
export { type CblofState, cblof } from "./detectors/tabular/cblof/cblof.js";
export { copod } from "./detectors/tabular/copod/copod.js";
export { ecod } from "./detectors/tabular/ecod/ecod.js";
export { type GmmState, gmm } from "./detectors/tabular/gmm/gmm.js";
export type { Mixture } from "./detectors/tabular/gmm/mixture.js";
export { type HbosState, hbos } from "./detectors/tabular/hbos/hbos.js";
export { type InneState, inne } from "./detectors/tabular/inne/inne.js";
export { interquartileRange } from "./detectors/tabular/iqr/iqr.js";
export { isolationForest } from "./detectors/tabular/isolation-forest/isolation-forest.js";
export { averagePathLength } from "./detectors/tabular/isolation-forest/path-length.js";
export type { ForestState } from "./detectors/tabular/isolation-forest/trees.js";
export { extendedIsolationForest, fairCutForest, sciForest } from "./detectors/tabular/isolation-forest/variants.js";
export { type KdeState, kde } from "./detectors/tabular/kde/kde.js";
export { type KmeansState, kmeans } from "./detectors/tabular/kmeans/kmeans.js";
export { type KnnState, knn } from "./detectors/tabular/knn/knn.js";
export { type LodaState, loda } from "./detectors/tabular/loda/loda.js";
export { type LofState, lof } from "./detectors/tabular/lof/lof.js";
export { robustZScore } from "./detectors/tabular/mad/mad.js";
export { type MahalanobisState, mahalanobis } from "./detectors/tabular/mahalanobis/mahalanobis.js";
export { type McdState, mcd } from "./detectors/tabular/mcd/mcd.js";
export { oneClassSvm } from "./detectors/tabular/one-class-svm/one-class-svm.js";
export type { FeatureMachine, Machine, VectorMachine } from "./detectors/tabular/one-class-svm/state.js";
export { controlLimits, type Limits, PCA_LIMITS, type Subspace } from "./detectors/tabular/pca/control-limits.js";
export { type PcaState, pca } from "./detectors/tabular/pca/pca.js";
export { zScore } from "./detectors/tabular/z-score/z-score.js";
export type { TrainingRows } from "./detectors/training-rows.js";
export { windowLength } from "./detectors/window-length.js";
export * from "./errors.js";
export * from "./kernels/affine.js";
export * from "./kernels/boosted-trees/fit.js";
export * from "./kernels/boosted-trees/predict.js";
export * from "./kernels/boosted-trees/tree-importance.js";
export * from "./kernels/boosted-trees/tree-shap.js";
export * from "./kernels/covariance.js";
export { currentKernels, useKernels, withKernels } from "./kernels/current.js";
export * from "./kernels/dense-network.js";
export * from "./kernels/empirical-tails.js";
export * from "./kernels/histograms.js";
export * from "./kernels/hyperspheres.js";
export * from "./kernels/isolation-forest.js";
export * from "./kernels/kernels.js";
export { type Clustering, type LloydOptions, lloyd, meanVariance } from "./kernels/kmeans/clustering.js";
export * from "./kernels/kmeans/kmeans.js";
export * from "./kernels/matrix-profile.js";
export * from "./kernels/nearest/nearest.js";
export * from "./kernels/nearest/neighbour-search.js";
export * from "./kernels/one-class-svm/linear-one-class-svm.js";
export * from "./kernels/one-class-svm/one-class-svm.js";
export * from "./kernels/projections.js";
export * from "./kernels/recurrent.js";
export { denseNetworkOn } from "./kernels/reference/dense-network/index.js";
export { referenceKernels } from "./kernels/reference/reference.js";
export {
  explainedSlices,
  partSlices,
  querySlices,
  type RowArgs,
  rowSlices,
  stepSlices,
  treeSlices,
} from "./kernels/slices.js";
export * from "./kernels/smote.js";
export { autocorrelation, findWindowLength } from "./math/autocorrelation.js";
export * from "./math/distributions/index.js";
export { exp2, log } from "./math/elementary.js";
export { History } from "./math/history.js";
export * from "./math/linear-algebra/index.js";
export { power, root } from "./math/power.js";
export { quantileOf } from "./math/selection.js";
export { wassersteinDistance } from "./math/wasserstein.js";
export * from "./matrix.js";
export * from "./metrics/index.js";
export { differenceScores, normScores } from "./metrics/residual-scores.js";
export { load } from "./model-file/load.js";
export { type FromXgboostOptions, fromXgboost, type KeptNotes, toXgboost, xgboostNotes } from "./model-file/xgboost.js";
export type { ModelDescription, PartDescription, PlainState } from "./model-format/description.js";
export { decodeSafetensors, encodeSafetensors, type ModelArray, type Safetensors } from "./model-format/safetensors.js";
export * from "./params/params.js";
export { defaultThreshold } from "./pipeline/default-threshold.js";
export type { PipelineDescription } from "./pipeline/describe.js";
export {
  FittedPipeline,
  flagScored,
  type PipelineParts,
  type ScoreOptions,
  type TrainingRecord,
} from "./pipeline/fitted-pipeline.js";
export type { AnyDetector } from "./pipeline/form.js";
export {
  type AnyStep,
  type Pipeline,
  type PipelineFitOptions,
  type PipelineOptions,
  pipeline,
} from "./pipeline/pipeline.js";
export type { RowPath } from "./pipeline/rows.js";
export { type ExplainedScores, ScoreStream } from "./pipeline/score-stream.js";
export type { Batch, OutputColumns } from "./prepare/batch.js";
export { infinite } from "./prepare/infinite.js";
export { lags } from "./prepare/lags.js";
export { missing } from "./prepare/missing.js";
export { principalComponents } from "./prepare/principal-components.js";
export { scale, standardize } from "./prepare/scale.js";
export {
  defineStep,
  type FittedStep,
  type Step,
  type StepFactory,
  type StepSpec,
  type StepStream,
  type Verdict,
} from "./prepare/step.js";
export { stepFactories } from "./prepare/steps.js";
export { meanOverWindows } from "./prepare/window-mean.js";
export { windows } from "./prepare/windows.js";
export { Random } from "./random.js";
export { type Registry, registry } from "./registry.js";
export * from "./resample/index.js";
export * from "./splits/index.js";
export * from "./thresholds/index.js";
export { VERSION } from "./version.js";
export * from "./xgboost-format/index.js";
