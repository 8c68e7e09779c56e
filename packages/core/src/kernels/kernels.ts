import type { AffineBackwardArgs, AffineForwardArgs } from "./affine.js";
import type { BoostedTreesBinArgs, BoostedTreesRoundArgs } from "./boosted-trees/fit.js";
import type { BoostedTreesPredictArgs } from "./boosted-trees/predict.js";
import type { TreeShapArgs } from "./boosted-trees/tree-shap.js";
import type { ColumnMomentsArgs, ConcentrationArgs, SquaredProjectionsArgs } from "./covariance.js";
import type { DenseNetworkForwardArgs, DenseNetworkTrainArgs } from "./dense-network.js";
import type { SortColumnsArgs, TailScoreArgs } from "./empirical-tails.js";
import type { HistogramCountArgs, HistogramScoreArgs } from "./histograms.js";
import type { HypersphereScoreArgs } from "./hyperspheres.js";
import type {
  IsolationForestContributionArgs,
  IsolationForestFitArgs,
  IsolationForestScoreArgs,
} from "./isolation-forest.js";
import type { KmeansFitArgs, KmeansSeedArgs, NearestCentroidArgs } from "./kmeans/kmeans.js";
import type { MatrixProfileArgs } from "./matrix-profile.js";
import type { NearestArgs, NearestIndexArgs } from "./nearest/nearest.js";
import type { LinearOneClassSvmFitArgs, LinearOneClassSvmScoreArgs } from "./one-class-svm/linear-one-class-svm.js";
import type { OneClassSvmFitArgs, OneClassSvmScoreArgs } from "./one-class-svm/one-class-svm.js";
import type { ProjectionHistogramArgs, ProjectionRangeArgs, ProjectionScoreArgs } from "./projections.js";
import type { RecurrentBackwardArgs, RecurrentForwardArgs } from "./recurrent.js";
import type { SmoteInterpolateArgs } from "./smote.js";

/** A value now, or a promise of it: what a detector's body returns, because the same body serves both forms. */
export type MaybePromise<T> = T | Promise<T>;

/** How a long call is watched and stopped. */
export interface Control {
  /** Aborting rejects the promise with the signal's reason; nothing is kept of the work. */
  readonly signal?: AbortSignal;
  /** Called now and then with the fraction done, 0 … 1. */
  readonly progress?: (done: number) => void;
  /** Called now and then with what the work is at, in words: `epoch 3 of 50, loss 0.12`. */
  readonly note?: (text: string) => void;
}

/**
 * The coarse operations on whole matrices under the detectors. Every argument is a plain typed array or number, every
 * output is allocated by the caller; meaning is checked before. The plain-TypeScript set is the specification; any other
 * set must give the same bits, or declare its tolerance beside the kernel's argument type.
 */
export interface KernelSet {
  boostedTreesBin(args: BoostedTreesBinArgs): void;
  boostedTreesRound(args: BoostedTreesRoundArgs): void;
  columnMoments(args: ColumnMomentsArgs): void;
  squaredProjections(args: SquaredProjectionsArgs): void;
  concentration(args: ConcentrationArgs): void;
  boostedTreesPredict(args: BoostedTreesPredictArgs): void;
  treeShap(args: TreeShapArgs): void;
  isolationForestFit(args: IsolationForestFitArgs): void;
  isolationForestScore(args: IsolationForestScoreArgs): void;
  isolationForestContributions(args: IsolationForestContributionArgs): void;
  kmeansSeed(args: KmeansSeedArgs): void;
  kmeansFit(args: KmeansFitArgs): void;
  nearestCentroid(args: NearestCentroidArgs): void;
  oneClassSvmFit(args: OneClassSvmFitArgs): void;
  oneClassSvmScore(args: OneClassSvmScoreArgs): void;
  linearOneClassSvmFit(args: LinearOneClassSvmFitArgs): void;
  linearOneClassSvmScore(args: LinearOneClassSvmScoreArgs): void;
  matrixProfile(args: MatrixProfileArgs): void;
  nearestIndex(args: NearestIndexArgs): void;
  nearest(args: NearestArgs): void;
  affineForward(args: AffineForwardArgs): void;
  affineBackward(args: AffineBackwardArgs): void;
  recurrentForward(args: RecurrentForwardArgs): void;
  recurrentBackward(args: RecurrentBackwardArgs): void;
  smoteInterpolate(args: SmoteInterpolateArgs): void;
  sortColumns(args: SortColumnsArgs): void;
  tailScore(args: TailScoreArgs): void;
  histogramCount(args: HistogramCountArgs): void;
  histogramScore(args: HistogramScoreArgs): void;
  projectionRange(args: ProjectionRangeArgs): void;
  projectionHistogram(args: ProjectionHistogramArgs): void;
  projectionScore(args: ProjectionScoreArgs): void;
  hypersphereScore(args: HypersphereScoreArgs): void;
  denseNetworkForward(args: DenseNetworkForwardArgs): void;
  denseNetworkTrain(args: DenseNetworkTrainArgs): void;
}

/** The promise form of every kernel: off the main thread where there are threads, in slices where there are not. */
export type PromiseKernelSet = {
  readonly [K in keyof KernelSet]: (args: Parameters<KernelSet[K]>[0], control?: Control) => Promise<void>;
};

export interface Kernels extends KernelSet {
  /** `reference`, `native:avx512` … */
  readonly name: string;
  readonly promise: PromiseKernelSet;
}

/** How one call of a detector runs its kernels: at once, or as promises. */
export interface Run {
  readonly kernels: Kernels;
  /** Threads that a kernel may use; 0 leaves it to the kernel. */
  readonly threads: number;
  call<K extends keyof KernelSet>(kernel: K, args: Parameters<KernelSet[K]>[0]): MaybePromise<void>;
  /**
   * Work in plain TypeScript over 0 … count, `perPart` at a time: at once, or giving way to other work between the parts, so
   * that the signal is seen and progress is told. What comes out may not depend on how the work is cut.
   */
  parts(count: number, perPart: number, body: (from: number, to: number) => void): MaybePromise<void>;
  /** Tells the person who waits what the work is at. */
  note(text: string): void;
  /** The same run for one of several calls: its progress from 0 to 1 is told as `from` to `to`. */
  within(from: number, to: number): Run;
}

/** A run whose kernels finish before they return. */
export function syncRun(kernels: Kernels, threads = 0): Run {
  const run: Run = {
    kernels,
    threads,
    call: (kernel, args) => (kernels[kernel] as (a: typeof args) => void)(args),
    parts: (count, perPart, body) => {
      for (const [from, to] of partsOf(count, perPart)) body(from, to);
    },
    note: () => {},
    within: () => run,
  };
  return run;
}

/** A run whose kernels are promises. */
export function promiseRun(kernels: Kernels, threads = 0, control: Control = {}): Run {
  type Form = (a: unknown, control: Control) => Promise<void>;
  const { progress, ...rest } = control;
  return {
    kernels,
    threads,
    call: (kernel, args) => (kernels.promise[kernel] as Form)(args, control),
    parts: (count, perPart, body) => runSlices(partsOf(count, perPart), ([from, to]) => body(from, to), control),
    note: (text) => control.note?.(text),
    within: (from, to) => {
      if (progress === undefined) return promiseRun(kernels, threads, rest);
      return promiseRun(kernels, threads, { ...rest, progress: (done) => progress(from + done * (to - from)) });
    },
  };
}

/** Ranges that cover 0 … count, each `perPart` long but the last. */
function partsOf(count: number, perPart: number): (readonly [from: number, to: number])[] {
  const step = Math.max(1, Math.floor(perPart));
  return Array.from(
    { length: Math.ceil(count / step) },
    (_, i) => [i * step, Math.min(count, (i + 1) * step)] as const,
  );
}

/** `next(value)` now if the value is there, later if it is promised. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does `step` again and again until it says that it was the last: at once while it can, else with promises. */
export function repeat(step: () => MaybePromise<boolean>): MaybePromise<void> {
  for (;;) {
    const last = step();
    if (last instanceof Promise) return last.then((done) => (done ? undefined : repeat(step)));
    if (last) return;
  }
}

/**
 * The promise form of a synchronous kernel: slice after slice, giving way to other work in between, so that the signal is
 * seen and progress is told.
 *
 * @param slices  cuts the arguments of one call into the arguments of several; their sum must give the same bits
 * @param run  does one slice
 */
export async function runSlices<A>(
  slices: readonly A[],
  run: (slice: A) => MaybePromise<void>,
  control: Control = {},
): Promise<void> {
  const { signal, progress } = control;
  let done = 0;
  for (const slice of slices) {
    signal?.throwIfAborted();
    await run(slice);
    done += 1;
    progress?.(done / slices.length);
    if (done < slices.length) await nextTurn();
  }
  signal?.throwIfAborted();
}

/**
 * The promise form of a synchronous kernel whose length is not known before: round after round until it is done.
 *
 * @param round  does the next round and tells the fraction done so far; 1 ends
 */
export async function runRounds(round: () => MaybePromise<number>, control: Control = {}): Promise<void> {
  const { signal, progress } = control;
  for (;;) {
    signal?.throwIfAborted();
    const done = await round();
    progress?.(done);
    if (done >= 1) break;
    await nextTurn();
  }
  signal?.throwIfAborted();
}

/** Lets timers, input and abort events have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
