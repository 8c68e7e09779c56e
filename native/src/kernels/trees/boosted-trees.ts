import {
  type BoostedTreesPredictArgs,
  type Control,
  rowSlices,
  runSlices,
  type TreeEnsemble,
  type TreeShapArgs,
  type TreeShapPaths,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../../addon.js";
import { guard, guardPromise, requireSteady, steady } from "../kernel-call.js";

/** Nodes that rows pass between two looks at the abort signal: some tens of milliseconds. */
const PASSED_NODES = 2 ** 27;
const CREDITED_LEAVES = 2 ** 23;

/* The arguments of the boosted-trees kernels in the order in which `cpp/binding/kernels/boosted_trees_binding.cc` reads them. */

function ensembleArguments(model: TreeEnsemble, trees: number): KernelArgument[] {
  return [
    ...[trees, model.treeStart, model.treeOutput],
    ...[model.left.length, model.left, model.right, model.feature, model.threshold, model.defaultLeft],
    ...[model.categoryStart, model.categoryWords, model.categoryBits.length, model.categoryBits],
    ...[model.outputs, model.baseMargin],
  ];
}

function predictArguments(isa: number, threads: number, args: BoostedTreesPredictArgs): KernelArgument[] {
  const { rows, cols, x, margins } = args;
  return [isa, threads, ...ensembleArguments(args.model, args.trees), rows, cols, x, margins];
}

function pathArguments(paths: TreeShapPaths): KernelArgument[] {
  return [
    ...[paths.treeLeaf, paths.leafValue.length, paths.leafOutput, paths.leafValue, paths.leafElement],
    ...[paths.feature.length, paths.feature, paths.zero, paths.elementCondition],
    ...[paths.condition.length, paths.condition, paths.bias, paths.points.length, paths.points, paths.weights],
  ];
}

function shapArguments(isa: number, threads: number, args: TreeShapArgs): KernelArgument[] {
  const { rows, cols, x, model, paths, contributions } = args;
  const trees = ensembleArguments(model, paths.treeLeaf.length - 1);
  return [isa, threads, ...trees, ...pathArguments(paths), rows, cols, x, contributions];
}

function steadyEnsemble(model: TreeEnsemble): TreeEnsemble {
  return {
    treeStart: steady(model.treeStart),
    treeOutput: steady(model.treeOutput),
    left: steady(model.left),
    right: steady(model.right),
    feature: steady(model.feature),
    threshold: steady(model.threshold),
    defaultLeft: steady(model.defaultLeft),
    categoryStart: steady(model.categoryStart),
    categoryWords: steady(model.categoryWords),
    categoryBits: steady(model.categoryBits),
    gain: steady(model.gain),
    cover: steady(model.cover),
    baseMargin: steady(model.baseMargin),
    outputs: model.outputs,
  };
}

function steadyPredict(args: BoostedTreesPredictArgs): BoostedTreesPredictArgs {
  requireSteady("margins", args.margins);
  return { ...args, x: steady(args.x), model: steadyEnsemble(args.model) };
}

function steadyShap(args: TreeShapArgs): TreeShapArgs {
  requireSteady("contributions", args.contributions);
  const { paths } = args;
  return {
    ...args,
    x: steady(args.x),
    model: steadyEnsemble(args.model),
    paths: {
      treeLeaf: steady(paths.treeLeaf),
      leafOutput: steady(paths.leafOutput),
      leafValue: steady(paths.leafValue),
      leafElement: steady(paths.leafElement),
      feature: steady(paths.feature),
      zero: steady(paths.zero),
      elementCondition: steady(paths.elementCondition),
      condition: steady(paths.condition),
      bias: steady(paths.bias),
      points: steady(paths.points),
      weights: steady(paths.weights),
    },
  };
}

/** Both forms of the boosted-trees kernels, except for training. */
export function bindBoostedTrees(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      boostedTreesPredict: (args: BoostedTreesPredictArgs) =>
        guard(() => addon.boostedTreesPredict(...predictArguments(isa, threadsOf(args), args))),
      treeShap: (args: TreeShapArgs) => guard(() => addon.treeShap(...shapArguments(isa, threadsOf(args), args))),
    },
    promise: {
      boostedTreesPredict: async (args: BoostedTreesPredictArgs, control?: Control) => {
        const rows = Math.max(4096, Math.ceil(PASSED_NODES / Math.max(1, args.trees)));
        await runSlices(
          rowSlices(steadyPredict(args), "margins", rows),
          (slice) =>
            guardPromise(() => addon.boostedTreesPredictPromise(...predictArguments(isa, threadsOf(slice), slice))),
          control,
        );
      },
      treeShap: async (args: TreeShapArgs, control?: Control) => {
        const rows = Math.max(64, Math.ceil(CREDITED_LEAVES / Math.max(1, args.paths.leafValue.length)));
        await runSlices(
          rowSlices(steadyShap(args), "contributions", rows),
          (slice) => guardPromise(() => addon.treeShapPromise(...shapArguments(isa, threadsOf(slice), slice))),
          control,
        );
      },
    },
  };
}
