import type {
  IsolationForestContributionArgs,
  IsolationForestFitArgs,
  IsolationForestScoreArgs,
  IsolationTrees,
} from "@telltale/core";
import type { KernelArgument } from "./addon.js";
import { requireSteady, steady } from "./kernel-call.js";

/*
 * The arguments of the isolation-forest kernels in the order in which `cpp/binding/isolation_forest_binding.cc` reads
 * them, and the forms of them that a promise may hold on to.
 */

export function fitArguments(isa: number, threads: number, args: IsolationForestFitArgs): KernelArgument[] {
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

export function scoreArguments(isa: number, threads: number, args: IsolationForestScoreArgs): KernelArgument[] {
  return [isa, threads, ...forestArguments(args.forest), args.rows, args.cols, args.x, args.normalizer, args.scores];
}

export function contributionArguments(
  isa: number,
  threads: number,
  args: IsolationForestContributionArgs,
): KernelArgument[] {
  const forest = forestArguments(args.forest);
  const { expected, rows, cols, x, normalizer, contributions } = args;
  return [isa, threads, ...forest, expected, rows, cols, x, normalizer, contributions];
}

function forestArguments(forest: IsolationTrees): KernelArgument[] {
  const { treeStart, right, value, missingLeft, ndim, features, coefficients } = forest;
  return [treeStart.length - 1, treeStart, right.length, right, value, missingLeft, ndim, features, coefficients];
}

export function steadyFit(args: IsolationForestFitArgs): IsolationForestFitArgs {
  for (const name of ["nodeCount", "right", "value", "count", "missingLeft", "features", "coefficients"] as const) {
    requireSteady(name, args[name]);
  }
  return { ...args, x: steady(args.x), averagePath: steady(args.averagePath) };
}

export function steadyScore(args: IsolationForestScoreArgs): IsolationForestScoreArgs {
  requireSteady("scores", args.scores);
  return { ...args, x: steady(args.x), forest: steadyForest(args.forest) };
}

export function steadyContributions(args: IsolationForestContributionArgs): IsolationForestContributionArgs {
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
