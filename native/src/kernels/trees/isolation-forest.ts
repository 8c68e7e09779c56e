import {
  type Control,
  type IsolationForestContributionArgs,
  type IsolationForestFitArgs,
  type IsolationForestScoreArgs,
  type IsolationTrees,
  rowSlices,
  runSlices,
  treeSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../../addon.js";
import { guard, guardPromise, requireSteady, steady } from "../kernel-call.js";

/** Work done between two looks at the abort signal: some tens of milliseconds. */
const SCORED_VALUES = 2 ** 23; // of the matrix
const EXPLAINED_VALUES = 2 ** 19;
const SAMPLED_ROWS = 2 ** 20; // over the trees of a slice

/*
 * The arguments of the isolation-forest kernels in the order in which `cpp/binding/kernels/isolation_forest_binding.cc` reads
 * them, and the forms of them that a promise may hold on to.
 */

function fitArguments(isa: number, threads: number, args: IsolationForestFitArgs): KernelArgument[] {
  return [
    isa,
    threads,
    args.rows,
    args.cols,
    args.x,
    args.trees,
    args.firstTree,
    args.sampleSize,
    args.maxDepth,
    args.ndim,
    args.pooledGain,
    args.averagedGain,
    args.candidates,
    args.standardize ? 1 : 0,
    args.density ? 1 : 0,
    args.seed,
    args.averagePath,
    args.nodeCapacity,
    args.nodeCount,
    args.right,
    args.value,
    args.count,
    args.missingLeft,
    args.features,
    args.coefficients,
  ];
}

function scoreArguments(isa: number, threads: number, args: IsolationForestScoreArgs): KernelArgument[] {
  return [isa, threads, ...forestArguments(args.forest), args.rows, args.cols, args.x, args.normalizer, args.scores];
}

function contributionArguments(isa: number, threads: number, args: IsolationForestContributionArgs): KernelArgument[] {
  const forest = forestArguments(args.forest);
  const { expected, rows, cols, x, normalizer, contributions } = args;
  return [isa, threads, ...forest, expected, rows, cols, x, normalizer, contributions];
}

function forestArguments(forest: IsolationTrees): KernelArgument[] {
  const { treeStart, right, value, missingLeft, ndim, features, coefficients } = forest;
  return [treeStart.length - 1, treeStart, right.length, right, value, missingLeft, ndim, features, coefficients];
}

function steadyFit(args: IsolationForestFitArgs): IsolationForestFitArgs {
  for (const name of ["nodeCount", "right", "value", "count", "missingLeft", "features", "coefficients"] as const) {
    requireSteady(name, args[name]);
  }
  return { ...args, x: steady(args.x), averagePath: steady(args.averagePath) };
}

function steadyScore(args: IsolationForestScoreArgs): IsolationForestScoreArgs {
  requireSteady("scores", args.scores);
  return { ...args, x: steady(args.x), forest: steadyForest(args.forest) };
}

function steadyContributions(args: IsolationForestContributionArgs): IsolationForestContributionArgs {
  requireSteady("contributions", args.contributions);
  return { ...args, x: steady(args.x), expected: steady(args.expected), forest: steadyForest(args.forest) };
}

function steadyForest(forest: IsolationTrees): IsolationTrees {
  return {
    treeStart: steady(forest.treeStart),
    right: steady(forest.right),
    value: steady(forest.value),
    count: steady(forest.count),
    missingLeft: steady(forest.missingLeft),
    ndim: forest.ndim,
    features: steady(forest.features),
    coefficients: steady(forest.coefficients),
  };
}

function rowsOf(values: number, cols: number): number {
  return Math.max(1, Math.ceil(values / Math.max(1, cols)));
}

/** Both forms of the isolation-forest kernels. */
export function bindIsolationForest(
  addon: Addon,
  isa: number,
  threadsOf: (args: { readonly threads: number }) => number,
) {
  return {
    now: {
      isolationForestFit: (args: IsolationForestFitArgs) =>
        guard(() => addon.isolationForestFit(...fitArguments(isa, threadsOf(args), args))),
      isolationForestScore: (args: IsolationForestScoreArgs) =>
        guard(() => addon.isolationForestScore(...scoreArguments(isa, threadsOf(args), args))),
      isolationForestContributions: (args: IsolationForestContributionArgs) =>
        guard(() => addon.isolationForestContributions(...contributionArguments(isa, threadsOf(args), args))),
    },
    promise: {
      isolationForestFit: async (args: IsolationForestFitArgs, control?: Control) =>
        runSlices(
          treeSlices(
            steadyFit(args),
            Math.max(threadsOf(args), Math.ceil(SAMPLED_ROWS / Math.max(1, args.sampleSize))),
          ),
          (slice) => guardPromise(() => addon.isolationForestFitPromise(...fitArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      isolationForestScore: async (args: IsolationForestScoreArgs, control?: Control) =>
        runSlices(
          rowSlices(steadyScore(args), "scores", rowsOf(SCORED_VALUES, args.cols)),
          (slice) =>
            guardPromise(() => addon.isolationForestScorePromise(...scoreArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      isolationForestContributions: async (args: IsolationForestContributionArgs, control?: Control) =>
        runSlices(
          rowSlices(steadyContributions(args), "contributions", rowsOf(EXPLAINED_VALUES, args.cols)),
          (slice) =>
            guardPromise(() =>
              addon.isolationForestContributionsPromise(...contributionArguments(isa, threadsOf(slice), slice)),
            ),
          control,
        ),
    },
  };
}
