import {
  type BoostedTreesBinArgs,
  type BoostedTreesRoundArgs,
  boostedTreesBinSlices,
  type Control,
  runSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../../addon.js";
import { guard, guardPromise, optional, requireSteady, steady } from "../kernel-call.js";

/** Values that are binned between two looks at the abort signal: some tens of milliseconds. */
const BINNED_VALUES = 2 ** 22;

/* The arguments of the kernels in the order in which `cpp/binding/kernels/boosted_trees_fit_binding.cc` reads them. */

function binArguments(threads: number, args: BoostedTreesBinArgs): KernelArgument[] {
  const { rows, cols, x, trainRows, weights, maxBin, categories, firstColumn, endColumn } = args;
  const { cuts, bins, missing, codeBytes, stride, codes, columnCodes } = args;
  return [
    ...[threads, rows, cols, x, trainRows, ...optional(weights), maxBin, categories],
    ...[endColumn, firstColumn, cuts, bins, missing, codeBytes, stride, codes, columnCodes],
  ];
}

function roundArguments(isa: number, threads: number, args: BoostedTreesRoundArgs): KernelArgument[] {
  const { weights, monotone } = args;
  return [
    ...[isa, threads, args.rows, args.trainRows, args.cols, args.codeBytes, args.stride, args.codes, args.columnCodes],
    ...[args.binStart, args.missingBin, args.categories, args.cuts, args.labels],
    ...[...optional(weights), args.maxWeight],
    ...[args.objective, args.outputs, args.round, args.seed, args.growth, args.maxDepth, args.maxLeaves],
    ...[args.eta, args.lambda, args.alpha, args.gamma, args.minChildWeight, args.subsample],
    ...[args.colsampleBytree, args.colsampleBylevel, args.colsampleBynode],
    ...[...optional(monotone), args.maxCatToOnehot, args.maxCatThreshold],
    ...[args.histograms, args.workspace.length, args.workspace, args.margins, args.nodeCapacity, args.categoryWords],
    ...[args.nodeCount, args.left, args.right, args.feature, args.threshold, args.defaultLeft],
    ...[args.gain, args.cover, args.categoryBits],
  ];
}

function steadyBin(args: BoostedTreesBinArgs): BoostedTreesBinArgs {
  for (const name of ["cuts", "bins", "missing", "codes", "columnCodes"] as const) requireSteady(name, args[name]);
  const { x, weights, categories } = args;
  return { ...args, x: steady(x), weights: steady(weights), categories: steady(categories) };
}

const ROUND_OUTPUTS = [
  ...(["workspace", "margins", "nodeCount", "left", "right", "feature", "threshold"] as const),
  ...(["defaultLeft", "gain", "cover", "categoryBits"] as const),
] as const;

function steadyRound(args: BoostedTreesRoundArgs): BoostedTreesRoundArgs {
  for (const name of ROUND_OUTPUTS) requireSteady(name, args[name]);
  return {
    ...args,
    codes: steady(args.codes),
    columnCodes: steady(args.columnCodes),
    binStart: steady(args.binStart),
    missingBin: steady(args.missingBin),
    categories: steady(args.categories),
    cuts: steady(args.cuts),
    labels: steady(args.labels),
    weights: steady(args.weights),
    monotone: steady(args.monotone),
  };
}

/** Both forms of the kernels that train boosted trees. */
export function bindBoostedTreesFit(
  addon: Addon,
  isa: number,
  threadsOf: (args: { readonly threads: number }) => number,
) {
  return {
    now: {
      boostedTreesBin: (args: BoostedTreesBinArgs) =>
        guard(() => addon.boostedTreesBin(...binArguments(threadsOf(args), args))),
      boostedTreesRound: (args: BoostedTreesRoundArgs) =>
        guard(() => addon.boostedTreesRound(...roundArguments(isa, threadsOf(args), args))),
    },
    promise: {
      boostedTreesBin: async (args: BoostedTreesBinArgs, control?: Control) => {
        await runSlices(
          boostedTreesBinSlices(steadyBin(args), BINNED_VALUES / args.rows),
          (slice) => guardPromise(() => addon.boostedTreesBinPromise(...binArguments(threadsOf(slice), slice))),
          control,
        );
      },
      boostedTreesRound: async (args: BoostedTreesRoundArgs, control?: Control) => {
        await runSlices(
          [steadyRound(args)],
          (round) =>
            guardPromise(() => addon.boostedTreesRoundPromise(...roundArguments(isa, threadsOf(round), round))),
          control,
        );
      },
    },
  };
}
