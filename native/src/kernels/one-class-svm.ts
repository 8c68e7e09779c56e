import {
  type FourierFeatures,
  type KernelSet,
  type LinearOneClassSvmFitArgs,
  type LinearOneClassSvmScoreArgs,
  type OneClassSvmFitArgs,
  type OneClassSvmScoreArgs,
  type PromiseKernelSet,
  rowSlices,
  runRounds,
  runSlices,
  SVM_KERNELS,
  type SvmKernelFunction,
  stepSlices,
  svmProgress,
  svmRoundIterations,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, requireSteady, steady } from "./kernel-call.js";

/** Work done between two looks at the abort signal: some tens of milliseconds. */
const KERNEL_VALUES = 2 ** 25;
const FEATURE_VALUES = 2 ** 24;

type SvmKernels = "oneClassSvmScore" | "oneClassSvmFit" | "linearOneClassSvmFit" | "linearOneClassSvmScore";

/** The one-class SVM kernels of an addon for one instruction set, in both forms. */
export function bindOneClassSvm(
  addon: Addon,
  isa: number,
  threadsOf: (args: { readonly threads: number }) => number,
): { readonly now: Pick<KernelSet, SvmKernels>; readonly promise: Pick<PromiseKernelSet, SvmKernels> } {
  const score = (args: OneClassSvmScoreArgs) => svmScoreArguments(isa, threadsOf(args), args);
  const fit = (args: OneClassSvmFitArgs, oneRound: boolean) => svmFitArguments(isa, threadsOf(args), args, oneRound);
  const linearFit = (args: LinearOneClassSvmFitArgs) => linearSvmFitArguments(isa, threadsOf(args), args);
  const linearScore = (args: LinearOneClassSvmScoreArgs) => linearSvmScoreArguments(isa, threadsOf(args), args);
  return {
    now: {
      oneClassSvmScore: (args) => guard(() => addon.oneClassSvmScore(...score(args))),
      oneClassSvmFit: (args) => guard(() => addon.oneClassSvmFit(...fit(args, false))),
      linearOneClassSvmFit: (args) => guard(() => addon.linearOneClassSvmFit(...linearFit(args))),
      linearOneClassSvmScore: (args) => guard(() => addon.linearOneClassSvmScore(...linearScore(args))),
    },
    promise: {
      oneClassSvmScore: async (args, control) => {
        const rows = Math.max(1024, Math.floor(KERNEL_VALUES / Math.max(1, args.coefficients.length)));
        const run = (slice: OneClassSvmScoreArgs) => guardPromise(() => addon.oneClassSvmScorePromise(...score(slice)));
        await runSlices(rowSlices(steadySvmScore(args), "scores", rows), run, control);
      },
      oneClassSvmFit: async (args, control) => {
        const held = steadySvmFit(args);
        await runRounds(async () => {
          await guardPromise(() => addon.oneClassSvmFitPromise(...fit(held, true)));
          return svmProgress(held);
        }, control);
      },
      linearOneClassSvmFit: async (args, control) => {
        const steps = Math.max(1, Math.floor(FEATURE_VALUES / (args.batch * args.weights.length)));
        const run = (slice: LinearOneClassSvmFitArgs) =>
          guardPromise(() => addon.linearOneClassSvmFitPromise(...linearFit(slice)));
        await runSlices(stepSlices(steadyLinearSvmFit(args), steps), run, control);
      },
      linearOneClassSvmScore: async (args, control) => {
        const rows = Math.max(1024, Math.floor(FEATURE_VALUES / args.weights.length));
        const run = (slice: LinearOneClassSvmScoreArgs) =>
          guardPromise(() => addon.linearOneClassSvmScorePromise(...linearScore(slice)));
        await runSlices(rowSlices(steadyLinearSvmScore(args), "scores", rows), run, control);
      },
    },
  };
}

/*
 * The arguments of the one-class SVM kernels in the order in which `cpp/binding/kernels/one_class_svm_binding.cc` reads them, and
 * the forms of them that a promise may hold on to.
 */

function svmScoreArguments(isa: number, threads: number, args: OneClassSvmScoreArgs): KernelArgument[] {
  const { vectors, coefficients, offset, rows, cols, x, precision, scores } = args;
  const count = coefficients.length;
  return [
    ...[isa, threads, ...functionArguments(args.function), count, cols, vectors, coefficients, offset],
    ...[rows, x, precision, scores],
  ];
}

/** @param oneRound  end after one round, else when the solver is done */
function svmFitArguments(isa: number, threads: number, args: OneClassSvmFitArgs, oneRound: boolean): KernelArgument[] {
  const { rows, cols, x, tolerance, maxIterations, cacheBytes, alpha, gradient, status } = args;
  return [
    ...[isa, threads, ...functionArguments(args.function), rows, cols, x, tolerance, maxIterations, cacheBytes],
    ...[svmRoundIterations(rows), oneRound ? 1 : 0, alpha, gradient, status],
  ];
}

function linearSvmFitArguments(isa: number, threads: number, args: LinearOneClassSvmFitArgs): KernelArgument[] {
  const { rows, x, nu, batch, steps, firstStep, seed, weights, mean } = args;
  return [isa, threads, ...featureArguments(args), rows, x, nu, batch, steps, firstStep, seed, weights, mean];
}

function linearSvmScoreArguments(isa: number, threads: number, args: LinearOneClassSvmScoreArgs): KernelArgument[] {
  const { weights, offset, scale, rows, x, scores } = args;
  return [isa, threads, ...featureArguments(args), weights, offset, scale, rows, x, scores];
}

function functionArguments({ kernel, gamma, coef0, degree }: SvmKernelFunction): KernelArgument[] {
  return [SVM_KERNELS.indexOf(kernel), gamma, coef0, degree];
}

function featureArguments(args: FourierFeatures & { readonly cols: number }): KernelArgument[] {
  return [args.phases.length, args.cols, args.frequencies, args.phases];
}

function steadySvmScore(args: OneClassSvmScoreArgs): OneClassSvmScoreArgs {
  requireSteady("scores", args.scores);
  return { ...args, x: steady(args.x), vectors: steady(args.vectors), coefficients: steady(args.coefficients) };
}

function steadySvmFit(args: OneClassSvmFitArgs): OneClassSvmFitArgs {
  for (const name of ["alpha", "gradient", "status"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x) };
}

function steadyLinearSvmFit(args: LinearOneClassSvmFitArgs): LinearOneClassSvmFitArgs {
  for (const name of ["weights", "mean"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x), frequencies: steady(args.frequencies), phases: steady(args.phases) };
}

function steadyLinearSvmScore(args: LinearOneClassSvmScoreArgs): LinearOneClassSvmScoreArgs {
  requireSteady("scores", args.scores);
  const { x, frequencies, phases, weights } = args;
  return {
    ...args,
    ...{ x: steady(x), frequencies: steady(frequencies), phases: steady(phases), weights: steady(weights) },
  };
}
