import { affineSlices } from "../affine.js";
import { type BoostedTreesBinArgs, boostedTreesBinSlices } from "../boosted-trees/fit.js";
import type { BoostedTreesPredictArgs } from "../boosted-trees/predict.js";
import type { TreeShapArgs } from "../boosted-trees/tree-shap.js";
import { type ColumnMomentsArgs, type ConcentrationArgs, concentrationSlices, momentSlices } from "../covariance.js";
import { denseBatchSlices } from "../dense-network.js";
import { countSlices } from "../histograms.js";
import type { IsolationForestFitArgs, IsolationForestScoreArgs } from "../isolation-forest.js";
import { type Kernels, runRounds, runSlices } from "../kernels.js";
import { type KmeansFitArgs, kmeansProgress, kmeansSeedSlices, nearestCentroidSlices } from "../kmeans/kmeans.js";
import { profileSlices } from "../matrix-profile.js";
import type { LinearOneClassSvmFitArgs, LinearOneClassSvmScoreArgs } from "../one-class-svm/linear-one-class-svm.js";
import { type OneClassSvmFitArgs, type OneClassSvmScoreArgs, svmProgress } from "../one-class-svm/one-class-svm.js";
import { recurrentRows, recurrentSlices } from "../recurrent.js";
import { explainedSlices, partSlices, querySlices, rowSlices, stepSlices, treeSlices } from "../slices.js";
import { syntheticSlices } from "../smote.js";
import { affineBackward, affineForward } from "./affine.js";
import { boostedTreesBin } from "./boosted-trees/bin.js";
import { boostedTreesPredict } from "./boosted-trees/predict.js";
import { boostedTreesRound } from "./boosted-trees/round.js";
import { treeShap } from "./boosted-trees/tree-shap.js";
import { columnMoments } from "./covariance/column-moments.js";
import { concentration } from "./covariance/concentration.js";
import { squaredProjections } from "./covariance/squared-projections.js";
import { plainDenseNetwork } from "./dense-network/index.js";
import { sortColumns, tailScore } from "./empirical-tails.js";
import { histogramCount, histogramScore } from "./histograms.js";
import { hypersphereScore } from "./hyperspheres.js";
import { isolationForestFit } from "./isolation-forest/fit.js";
import { isolationForestContributions, isolationForestScore } from "./isolation-forest/score.js";
import { kmeansFit } from "./kmeans/fit.js";
import { nearestCentroid } from "./kmeans/nearest-centroid.js";
import { kmeansSeed } from "./kmeans/seed.js";
import { matrixProfile } from "./matrix-profile.js";
import { nearest } from "./nearest/nearest.js";
import { nearestIndex } from "./nearest/nearest-index.js";
import { oneClassSvmFit, oneClassSvmFitRound } from "./one-class-svm/fit.js";
import { linearOneClassSvmFit, linearOneClassSvmScore } from "./one-class-svm/linear-one-class-svm.js";
import { oneClassSvmScore } from "./one-class-svm/score.js";
import { projectionHistogram, projectionRange, projectionScore } from "./projections.js";
import { recurrentBackward } from "./recurrent/backward.js";
import { recurrentForward } from "./recurrent/forward.js";
import { smoteInterpolate } from "./smote.js";

/** Work done between two looks at the abort signal: some tens of milliseconds in JavaScript. */
const ROWS_PER_SLICE = 16_384;
const BINNED_VALUES_PER_SLICE = 2 ** 17;
const TREES_PER_SLICE = 8;
const LEAVES_PER_SLICE = 2 ** 17;
const CENTROID_VALUES_PER_SLICE = 2 ** 23;
const KERNEL_VALUES_PER_SLICE = 2 ** 20;
const FEATURES_PER_SLICE = 2 ** 22;
const DISTANCES_PER_SLICE = 2 ** 22;
const PROFILE_CELLS_PER_SLICE = 2 ** 23;
const PRODUCTS_PER_SLICE = 2 ** 25;
const DENSE_PRODUCTS_PER_SLICE = 2 ** 24;

const { denseNetworkForward, denseNetworkTrain } = plainDenseNetwork;

/** The plain-TypeScript kernels: the specification, and what runs where nothing faster is registered. */
export const referenceKernels: Kernels = {
  name: "reference",
  columnMoments,
  squaredProjections,
  concentration,
  boostedTreesBin,
  boostedTreesRound,
  boostedTreesPredict,
  treeShap,
  isolationForestFit,
  isolationForestScore,
  isolationForestContributions,
  kmeansSeed,
  kmeansFit,
  nearestCentroid,
  matrixProfile,
  nearestIndex,
  nearest,
  oneClassSvmFit,
  oneClassSvmScore,
  linearOneClassSvmFit,
  linearOneClassSvmScore,
  affineForward,
  affineBackward,
  recurrentForward,
  recurrentBackward,
  smoteInterpolate,
  sortColumns,
  tailScore,
  histogramCount,
  histogramScore,
  projectionRange,
  projectionHistogram,
  projectionScore,
  hypersphereScore,
  denseNetworkForward,
  denseNetworkTrain,
  promise: {
    matrixProfile: (args, control) => runSlices(profileSlices(args, PROFILE_CELLS_PER_SLICE), matrixProfile, control),
    columnMoments: (args: ColumnMomentsArgs, control) =>
      runSlices(momentSlices(args, PRODUCTS_PER_SLICE / args.scatter.length), columnMoments, control),
    squaredProjections: (args, control) => {
      const rows = Math.max(1, Math.floor(PRODUCTS_PER_SLICE / Math.max(1, args.directions.length)));
      return runSlices(rowSlices(args, "norms", rows), squaredProjections, control);
    },
    concentration: (args: ConcentrationArgs, control) => {
      const products = args.iterations * args.rows * args.cols * args.cols;
      return runSlices(
        concentrationSlices(args, Math.max(1, Math.floor(PRODUCTS_PER_SLICE / products))),
        concentration,
        control,
      );
    },
    boostedTreesBin: (args: BoostedTreesBinArgs, control) =>
      runSlices(boostedTreesBinSlices(args, BINNED_VALUES_PER_SLICE / args.rows), boostedTreesBin, control),
    boostedTreesRound: (args, control) => runSlices([args], boostedTreesRound, control),
    boostedTreesPredict: (args: BoostedTreesPredictArgs, control) =>
      runSlices(rowSlices(args, "margins", ROWS_PER_SLICE), boostedTreesPredict, control),
    treeShap: (args: TreeShapArgs, control) => {
      const rows = Math.max(1, Math.ceil(LEAVES_PER_SLICE / Math.max(1, args.paths.leafValue.length)));
      return runSlices(rowSlices(args, "contributions", rows), treeShap, control);
    },
    isolationForestFit: (args: IsolationForestFitArgs, control) =>
      runSlices(treeSlices(args, TREES_PER_SLICE), isolationForestFit, control),
    isolationForestScore: (args: IsolationForestScoreArgs, control) =>
      runSlices(rowSlices(args, "scores", ROWS_PER_SLICE), isolationForestScore, control),
    isolationForestContributions: (args, control) =>
      runSlices(rowSlices(args, "contributions", ROWS_PER_SLICE), isolationForestContributions, control),
    kmeansSeed: (args, control) => {
      const centroids = Math.max(1, Math.floor(CENTROID_VALUES_PER_SLICE / (args.x.length * args.trials)));
      return runSlices(kmeansSeedSlices(args, centroids), kmeansSeed, control);
    },
    kmeansFit: (args: KmeansFitArgs, control) => {
      const roundIterations = Math.max(1, Math.floor(CENTROID_VALUES_PER_SLICE / (args.x.length * args.k)));
      return runRounds(() => {
        kmeansFit({ ...args, roundIterations });
        return kmeansProgress(args);
      }, control);
    },
    nearestCentroid: (args, control) => {
      const rows = Math.max(1, Math.floor(CENTROID_VALUES_PER_SLICE / args.centroids.length));
      return runSlices(nearestCentroidSlices(args, rows), nearestCentroid, control);
    },
    oneClassSvmFit: (args: OneClassSvmFitArgs, control) =>
      runRounds(() => {
        oneClassSvmFitRound(args);
        return svmProgress(args);
      }, control),
    oneClassSvmScore: (args: OneClassSvmScoreArgs, control) => {
      const rows = Math.max(1, Math.floor(KERNEL_VALUES_PER_SLICE / Math.max(1, args.coefficients.length)));
      return runSlices(rowSlices(args, "scores", rows), oneClassSvmScore, control);
    },
    linearOneClassSvmFit: (args: LinearOneClassSvmFitArgs, control) => {
      const steps = Math.max(1, Math.floor(FEATURES_PER_SLICE / (args.batch * args.weights.length)));
      return runSlices(stepSlices(args, steps), linearOneClassSvmFit, control);
    },
    linearOneClassSvmScore: (args: LinearOneClassSvmScoreArgs, control) => {
      const rows = Math.max(1, Math.floor(FEATURES_PER_SLICE / args.weights.length));
      return runSlices(rowSlices(args, "scores", rows), linearOneClassSvmScore, control);
    },
    nearestIndex: (args, control) => runSlices([args], nearestIndex, control),
    nearest: (args, control) => runSlices(querySlices(args, DISTANCES_PER_SLICE / args.rows), nearest, control),
    sortColumns: (args, control) => runSlices(partSlices(args, 1), sortColumns, control),
    tailScore: (args, control) => runSlices(explainedSlices(args, ROWS_PER_SLICE), tailScore, control),
    histogramCount: (args, control) => {
      const rows = Math.ceil(BINNED_VALUES_PER_SLICE / args.cols);
      return runSlices(countSlices(args, rows), histogramCount, control);
    },
    histogramScore: (args, control) => {
      const rows = Math.ceil(BINNED_VALUES_PER_SLICE / args.cols);
      return runSlices(explainedSlices(args, rows), histogramScore, control);
    },
    projectionRange: (args, control) =>
      runSlices(partSlices(args, projectionsPerSlice(args.rows, args.perCut)), projectionRange, control),
    projectionHistogram: (args, control) =>
      runSlices(partSlices(args, projectionsPerSlice(args.rows, args.perCut)), projectionHistogram, control),
    projectionScore: (args, control) => {
      const rows = Math.max(1, Math.floor(FEATURES_PER_SLICE / args.weights.length));
      return runSlices(rowSlices(args, "scores", rows), projectionScore, control);
    },
    hypersphereScore: (args, control) => {
      const rows = Math.max(1, Math.floor(CENTROID_VALUES_PER_SLICE / args.centres.length));
      return runSlices(rowSlices(args, "scores", rows), hypersphereScore, control);
    },
    affineForward: (args, control) => {
      const rows = Math.max(1, Math.floor(PRODUCTS_PER_SLICE / (args.inputs * args.outputs)));
      return runSlices(affineSlices(args, rows), affineForward, control);
    },
    affineBackward: (args, control) => runSlices([args], affineBackward, control),
    recurrentForward: (args, control) =>
      runSlices(recurrentSlices(args, recurrentRows(args, PRODUCTS_PER_SLICE)), recurrentForward, control),
    recurrentBackward: (args, control) => runSlices([args], recurrentBackward, control),
    denseNetworkForward: (args, control) => {
      const rows = Math.max(1, Math.floor(DENSE_PRODUCTS_PER_SLICE / args.weights.length));
      return runSlices(rowSlices(args, "outputs", rows), denseNetworkForward, control);
    },
    denseNetworkTrain: (args, control) => {
      const batches = DENSE_PRODUCTS_PER_SLICE / (3 * args.batch * args.weights.length);
      return runSlices(denseBatchSlices(args, batches), denseNetworkTrain, control);
    },
    smoteInterpolate: (args, control) => runSlices(syntheticSlices(args, ROWS_PER_SLICE), smoteInterpolate, control),
  },
};

function projectionsPerSlice(rows: number, perCut: number): number {
  return Math.max(1, Math.floor(FEATURES_PER_SLICE / (rows * perCut)));
}
