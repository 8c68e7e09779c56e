import { type Kernels, referenceKernels, rowSlices, runSlices, treeSlices } from "@telltale/core";
import type { Addon } from "./addon.js";
import { bindBoostedTrees } from "./boosted-trees.js";
import { bindBoostedTreesFit } from "./boosted-trees-fit.js";
import { bindCovariance } from "./covariance.js";
import { bindDenseNetwork } from "./dense-network.js";
import {
  contributionArguments,
  fitArguments,
  scoreArguments,
  steadyContributions,
  steadyFit,
  steadyScore,
} from "./isolation-forest.js";
import { guard, guardPromise } from "./kernel-call.js";
import { bindKmeans } from "./kmeans.js";
import { bindMatrixProfile } from "./matrix-profile.js";
import { bindNearest } from "./nearest.js";
import { bindOneClassSvm } from "./one-class-svm.js";
import { bindRecurrent } from "./recurrent.js";
import { bindSmote } from "./smote.js";
import { bindTabular } from "./tabular.js";

/** Work done between two looks at the abort signal: some tens of milliseconds. */
const SCORED_VALUES = 2 ** 23; // of the matrix
const EXPLAINED_VALUES = 2 ** 19;
const SAMPLED_ROWS = 2 ** 20; // over the trees of a slice

/**
 * The kernels of an addon for one instruction set; `defaultThreads` where a call leaves it open. A kernel that has no C++
 * form is the reference one.
 */
export function bindKernels(
  addon: Addon,
  isa: { readonly name: string; readonly number: number },
  defaultThreads: number,
): Kernels {
  const threadsOf = (args: { readonly threads: number }) => (args.threads > 0 ? args.threads : defaultThreads);
  const boostedTreesFit = bindBoostedTreesFit(addon, isa.number, threadsOf);
  const boostedTrees = bindBoostedTrees(addon, isa.number, threadsOf);
  const covariance = bindCovariance(addon, isa.number, threadsOf);
  const dense = bindDenseNetwork(addon, isa.number, threadsOf);
  const profile = bindMatrixProfile(addon, isa.number);
  const nearest = bindNearest(addon, isa.number, threadsOf);
  const svm = bindOneClassSvm(addon, isa.number, threadsOf);
  const kmeans = bindKmeans(addon, isa.number, threadsOf);
  const recurrent = bindRecurrent(addon, isa.number, threadsOf);
  const smote = bindSmote(addon, isa.number, threadsOf);
  const tabular = bindTabular(addon, isa.number, threadsOf);
  return {
    ...referenceKernels,
    name: `native:${isa.name}`,
    ...boostedTreesFit.now,
    ...boostedTrees.now,
    isolationForestFit: (args) =>
      guard(() => addon.isolationForestFit(...fitArguments(isa.number, threadsOf(args), args))),
    isolationForestScore: (args) =>
      guard(() => addon.isolationForestScore(...scoreArguments(isa.number, threadsOf(args), args))),
    isolationForestContributions: (args) =>
      guard(() => addon.isolationForestContributions(...contributionArguments(isa.number, threadsOf(args), args))),
    matrixProfile: profile.matrixProfile,
    nearestIndex: nearest.nearestIndex,
    nearest: nearest.nearest,
    ...svm.kernels,
    ...covariance.now,
    ...dense.now,
    ...kmeans.now,
    ...recurrent.now,
    smoteInterpolate: smote.smoteInterpolate,
    ...tabular.kernels,
    promise: {
      ...referenceKernels.promise,
      ...boostedTreesFit.promise,
      ...boostedTrees.promise,
      ...covariance.promise,
      ...dense.promise,
      ...kmeans.promise,
      isolationForestFit: async (args, control) => {
        const trees = Math.max(threadsOf(args), Math.ceil(SAMPLED_ROWS / Math.max(1, args.sampleSize)));
        await runSlices(
          treeSlices(steadyFit(args), trees),
          (slice) =>
            guardPromise(() => addon.isolationForestFitPromise(...fitArguments(isa.number, threadsOf(slice), slice))),
          control,
        );
      },
      isolationForestScore: async (args, control) => {
        await runSlices(
          rowSlices(steadyScore(args), "scores", rowsOf(SCORED_VALUES, args.cols)),
          (slice) =>
            guardPromise(() =>
              addon.isolationForestScorePromise(...scoreArguments(isa.number, threadsOf(slice), slice)),
            ),
          control,
        );
      },
      isolationForestContributions: async (args, control) => {
        await runSlices(
          rowSlices(steadyContributions(args), "contributions", rowsOf(EXPLAINED_VALUES, args.cols)),
          (slice) =>
            guardPromise(() =>
              addon.isolationForestContributionsPromise(...contributionArguments(isa.number, threadsOf(slice), slice)),
            ),
          control,
        );
      },
      nearestIndex: nearest.nearestIndexPromise,
      nearest: nearest.nearestPromise,
      ...svm.promise,
      matrixProfile: profile.matrixProfilePromise,
      ...recurrent.promise,
      smoteInterpolate: smote.smoteInterpolatePromise,
      ...tabular.promise,
    },
  };
}

function rowsOf(values: number, cols: number): number {
  return Math.max(1, Math.ceil(values / Math.max(1, cols)));
}
