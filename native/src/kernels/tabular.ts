import {
  type Control,
  countSlices,
  explainedSlices,
  type HistogramCountArgs,
  type HistogramScoreArgs,
  type HypersphereScoreArgs,
  type ProjectionHistogramArgs,
  type ProjectionRangeArgs,
  type ProjectionScoreArgs,
  partSlices,
  rowSlices,
  runSlices,
  type SortColumnsArgs,
  TAIL_COMBINATIONS,
  type TailScoreArgs,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, optional, requireSteady, steady } from "./kernel-call.js";

/** Work done between two looks at the abort signal: some tens of milliseconds. */
const SORTED_VALUES = 2 ** 22;
const LOOKED_UP_VALUES = 2 ** 22;
const BINNED_VALUES = 2 ** 24;
const PROJECTED_FEATURES = 2 ** 26;
const SPHERE_VALUES = 2 ** 30;

/** The arguments in the order in which `cpp/binding/kernels/empirical_tails_binding.cc` reads them. */
function sortArguments(threads: number, args: SortColumnsArgs): KernelArgument[] {
  return [threads, args.rows, args.cols, args.x, args.from, args.to, args.sorted];
}

function tailArguments(threads: number, args: TailScoreArgs): KernelArgument[] {
  return [
    ...[threads, args.trained, args.rows, args.cols],
    ...[args.sorted, args.surprise, args.skew, TAIL_COMBINATIONS.indexOf(args.combination)],
    ...[args.x, args.scores, ...optional(args.contributions)],
  ];
}

/** The arguments in the order in which `cpp/binding/kernels/histograms_binding.cc` reads them. */
function binArguments(
  isa: number,
  threads: number,
  { rows, cols, x, low, scale, bins }: HistogramCountArgs | HistogramScoreArgs,
): KernelArgument[] {
  return [isa, threads, rows, cols, x, low, scale, bins];
}

function countArguments(isa: number, threads: number, args: HistogramCountArgs): KernelArgument[] {
  return [...binArguments(isa, threads, args), args.counts];
}

function binScoreArguments(isa: number, threads: number, args: HistogramScoreArgs): KernelArgument[] {
  const { lowest, highest, rarest, levels, scores, contributions } = args;
  return [
    ...[...binArguments(isa, threads, args), lowest, highest, rarest, levels, scores],
    ...optional(contributions),
  ];
}

/** The arguments in the order in which `cpp/binding/kernels/projections_binding.cc` reads them. */
function projectionArguments(
  isa: number,
  threads: number,
  args: ProjectionRangeArgs | ProjectionHistogramArgs | ProjectionScoreArgs,
): KernelArgument[] {
  const { from, to } = { from: 0, to: args.cuts, ...args };
  return [
    ...[isa, threads, args.rows, args.cols, args.x],
    ...[args.cuts, args.perCut, args.features, args.weights, from, to],
  ];
}

function rangeArguments(isa: number, threads: number, args: ProjectionRangeArgs): KernelArgument[] {
  return [...projectionArguments(isa, threads, args), args.low, args.high];
}

function histogramArguments(isa: number, threads: number, args: ProjectionHistogramArgs): KernelArgument[] {
  return [...projectionArguments(isa, threads, args), args.bins, args.low, args.scale, args.counts];
}

function projectionScoreArguments(isa: number, threads: number, args: ProjectionScoreArgs): KernelArgument[] {
  const { bins, low, scale, high, levels, scores } = args;
  return [...projectionArguments(isa, threads, args), bins, low, scale, high, levels, scores];
}

/** The arguments in the order in which `cpp/binding/kernels/hyperspheres_binding.cc` reads them. */
function sphereArguments(isa: number, threads: number, args: HypersphereScoreArgs): KernelArgument[] {
  return [
    ...[isa, threads, args.sets, args.spheres, args.rows, args.cols],
    ...[args.centres, args.radii, args.values, args.x, args.scores],
  ];
}

/** The arguments with inputs that a thread may read, and outputs that it may write, while JavaScript goes on. */
function steadied<A extends object>(args: A, outputs: readonly (keyof A)[]): A {
  const entries = Object.entries(args).map(([name, value]) => {
    if (!ArrayBuffer.isView(value)) return [name, value];
    const array = value as Float64Array;
    if (!outputs.includes(name as keyof A)) return [name, steady(array)];
    requireSteady(name, array);
    return [name, value];
  });
  return Object.fromEntries(entries) as A;
}

/** Both forms of the kernels under the tabular detectors of columns, projections and spheres. */
export function bindTabular(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  const projectionsPerSlice = ({ rows, perCut }: { readonly rows: number; readonly perCut: number }) =>
    Math.max(1, Math.floor(PROJECTED_FEATURES / Math.max(1, rows * perCut)));
  return {
    now: {
      sortColumns: (args: SortColumnsArgs) => guard(() => addon.sortColumns(...sortArguments(threadsOf(args), args))),
      tailScore: (args: TailScoreArgs) => guard(() => addon.tailScore(...tailArguments(threadsOf(args), args))),
      histogramCount: (args: HistogramCountArgs) =>
        guard(() => addon.histogramCount(...countArguments(isa, threadsOf(args), args))),
      histogramScore: (args: HistogramScoreArgs) =>
        guard(() => addon.histogramScore(...binScoreArguments(isa, threadsOf(args), args))),
      projectionRange: (args: ProjectionRangeArgs) =>
        guard(() => addon.projectionRange(...rangeArguments(isa, threadsOf(args), args))),
      projectionHistogram: (args: ProjectionHistogramArgs) =>
        guard(() => addon.projectionHistogram(...histogramArguments(isa, threadsOf(args), args))),
      projectionScore: (args: ProjectionScoreArgs) =>
        guard(() => addon.projectionScore(...projectionScoreArguments(isa, threadsOf(args), args))),
      hypersphereScore: (args: HypersphereScoreArgs) =>
        guard(() => addon.hypersphereScore(...sphereArguments(isa, threadsOf(args), args))),
    },
    promise: {
      sortColumns: (args: SortColumnsArgs, control?: Control) =>
        runSlices(
          partSlices(steadied(args, ["sorted"]), Math.max(threadsOf(args), Math.ceil(SORTED_VALUES / args.rows))),
          (slice) => guardPromise(() => addon.sortColumnsPromise(...sortArguments(threadsOf(slice), slice))),
          control,
        ),
      tailScore: (args: TailScoreArgs, control?: Control) =>
        runSlices(
          // As long as the guides that a call makes of the training rows are worth it.
          explainedSlices(
            steadied(args, ["scores", "contributions"]),
            Math.max(args.trained, Math.ceil(LOOKED_UP_VALUES / args.cols)),
          ),
          (slice) => guardPromise(() => addon.tailScorePromise(...tailArguments(threadsOf(slice), slice))),
          control,
        ),
      histogramCount: (args: HistogramCountArgs, control?: Control) =>
        runSlices(
          countSlices(steadied(args, ["counts"]), Math.ceil(BINNED_VALUES / args.cols)),
          (slice) => guardPromise(() => addon.histogramCountPromise(...countArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      histogramScore: (args: HistogramScoreArgs, control?: Control) =>
        runSlices(
          explainedSlices(steadied(args, ["scores", "contributions"]), Math.ceil(BINNED_VALUES / args.cols)),
          (slice) =>
            guardPromise(() => addon.histogramScorePromise(...binScoreArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      projectionRange: (args: ProjectionRangeArgs, control?: Control) =>
        runSlices(
          partSlices(steadied(args, ["low", "high"]), projectionsPerSlice(args)),
          (slice) => guardPromise(() => addon.projectionRangePromise(...rangeArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      projectionHistogram: (args: ProjectionHistogramArgs, control?: Control) =>
        runSlices(
          partSlices(steadied(args, ["counts"]), projectionsPerSlice(args)),
          (slice) =>
            guardPromise(() => addon.projectionHistogramPromise(...histogramArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      projectionScore: (args: ProjectionScoreArgs, control?: Control) =>
        runSlices(
          rowSlices(steadied(args, ["scores"]), "scores", Math.ceil(PROJECTED_FEATURES / args.weights.length)),
          (slice) =>
            guardPromise(() => addon.projectionScorePromise(...projectionScoreArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      hypersphereScore: (args: HypersphereScoreArgs, control?: Control) =>
        runSlices(
          rowSlices(steadied(args, ["scores"]), "scores", Math.ceil(SPHERE_VALUES / args.centres.length)),
          (slice) =>
            guardPromise(() => addon.hypersphereScorePromise(...sphereArguments(isa, threadsOf(slice), slice))),
          control,
        ),
    },
  };
}
