import type { SortColumnsArgs, TailCombination, TailScoreArgs } from "../kernels/empirical-tails.js";
import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { log } from "../math/elementary.js";
import { skewSigns } from "../math/skewness.js";
import type { Matrix } from "../matrix.js";
import type { ModelState } from "./detector.js";
import { StateReader } from "./state-reader.js";

/** What the detectors that look at empirical tails have in common: ECOD and COPOD. */
export type TailState = {
  /** cols × training rows: each column's training values, ascending. */
  readonly sorted: Float64Array;
  /** The sign of each column's skewness. */
  readonly skew: Int32Array;
};

/** Sorts the training values of each column. */
export function fitTails(x: Matrix, run: Run): MaybePromise<TailState> {
  const { data, rows, cols } = x;
  const args: SortColumnsArgs = {
    ...{ x: data, rows, cols, from: 0, to: cols, threads: run.threads },
    sorted: new Float64Array(data.length),
  };
  const skew = skewSigns(x);
  return chain(run.call("sortColumns", args), () => ({ sorted: args.sorted, skew }));
}

/** Scores, and the part of each column in them where they are wanted. */
export function tailScores(
  { sorted, skew }: TailState,
  x: Matrix,
  combination: TailCombination,
  run: Run,
  explained: boolean,
): MaybePromise<TailScoreArgs> {
  const trained = sorted.length / x.cols;
  const args: TailScoreArgs = {
    ...{ sorted, trained, skew, combination, surprise: surprises(trained) },
    ...{ x: x.data, rows: x.rows, cols: x.cols, threads: run.threads },
    scores: new Float64Array(x.rows),
    contributions: new Float64Array(explained ? x.data.length : 0),
  };
  return chain(run.call("tailScore", args), () => args);
}

/** −ln(k / n) for a tail that holds k of n training values; one that holds none has ln(n + 1), that of 1 in n + 1. */
function surprises(n: number): Float64Array {
  const values = new Float64Array(n + 1);
  values[0] = log(n + 1);
  for (let k = 1; k < n; k++) values[k] = -log(k / n);
  return values;
}

export function restoreTails(owner: string, state: ModelState, cols: number): TailState {
  const reader = new StateReader(owner, state);
  const sorted = reader.doubles("sorted");
  const rows = sorted.length / cols;
  if (!Number.isInteger(rows) || rows < 1) throw reader.wrong("sorted does not hold the same rows for every column");
  for (let i = 1; i < sorted.length; i++) {
    if (i % rows !== 0 && (sorted[i] as number) < (sorted[i - 1] as number)) throw reader.wrong("sorted is not sorted");
  }
  return { sorted, skew: reader.integers("skew", -1, 1, cols) };
}
