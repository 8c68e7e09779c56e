import { changePointsFromFlags } from "@telltale/core";
import type { Entry } from "../entry.js";
import type { SkabFile } from "./files.js";

/** What a method says about the tested rows of a file. */
export interface Decision {
  /** One a row, higher = more anomalous. */
  readonly scores: Float64Array;
  /** By the method's published rule. */
  readonly flags: Uint8Array;
  /** By the same rule where it does not stop short of a file's edges; absent for rules without edges. */
  readonly throughout?: Uint8Array;
  /** Where the score of a row alone is above the limit; absent where that is the rule. */
  readonly plain?: Uint8Array;
  /** Found change points; default: where a flag differs from the one before. */
  readonly changePoints?: Uint8Array;
}

/** A row of the benchmark's table. */
export type SkabEntry = Entry<SkabFile, Decision>;

/** Change points of a decision. */
export function changePointsOf({ changePoints, flags }: Decision): Uint8Array {
  return changePoints ?? changePointsFromFlags(flags);
}

/** Flags of values above a limit. */
export function above(values: Float64Array, limit: number): Uint8Array {
  return Uint8Array.from(values, (value) => (value > limit ? 1 : 0));
}

/**
 * The benchmark's rule for detectors of windows: a row is flagged when the `size` − 1 windows that hold it, but for the one that begins at
 * it, are all above the limit. Its loop ends `size` − 1 rows before the last window begins, so that the first `size` − 1 rows and twice
 * as many at the end are never flagged. These are mostly normal: the edges make the figures better than they are.
 *
 * @param windows  scores of the windows that begin at row 0, 1 …
 * @param rows  rows that the windows are made of: windows.length + size − 1
 */
export function flagsOfWindows(windows: Float64Array, size: number, rows: number, limit: number): Uint8Array {
  const flags = new Uint8Array(rows);
  const run = runsAbove(windows, limit);
  for (let i = size - 1; i <= windows.length - size; i++) flags[i] = (run[i - 1] as number) >= size - 1 ? 1 : 0;
  return flags;
}

/**
 * The same without edges: a row is flagged when all the windows that hold it, as many as there are, are above the limit.
 *
 * @param scores  at each row, that of the window of `size` rows that ends there; at the first rows it reaches into training rows
 */
export function flagsThroughout(scores: Float64Array, size: number, limit: number): Uint8Array {
  const run = runsAbove(scores, limit);
  const { length } = scores;
  return Uint8Array.from(scores, (_, i) => {
    const last = Math.min(length - 1, i + size - 1);
    return (run[last] as number) >= last - i + 1 ? 1 : 0;
  });
}

/** For each value how many up to it, without a gap, are above the limit. */
function runsAbove(values: Float64Array, limit: number): Int32Array {
  const run = new Int32Array(values.length);
  for (let j = 0; j < values.length; j++) run[j] = (values[j] as number) > limit ? (run[j - 1] ?? 0) + 1 : 0;
  return run;
}

/** Median of each row's value and those of the rows before it, `size` in all; NaN where there are fewer. */
export function rollingMedian(values: Float64Array, size: number): Float64Array {
  return values.map((_, i) => {
    if (i < size - 1) return Number.NaN;
    return values.slice(i - size + 1, i + 1).sort()[(size - 1) / 2] as number;
  });
}

/** 1 where one of the last `size` flags, that of the row with them, is 1; 0 where there are fewer rows. */
export function rollingMaximum(flags: Uint8Array, size: number): Uint8Array {
  let last = Number.NEGATIVE_INFINITY;
  return flags.map((flag, i) => {
    if (flag === 1) last = i;
    return i >= size - 1 && i - last < size ? 1 : 0;
  });
}

/** Mean of each row's value and those of the rows before it, `size` in all or as many as there are. */
export function trailingMean(values: Float64Array, size: number): Float64Array {
  return values.map((_, i) => {
    const first = Math.max(0, i - size + 1);
    let sum = 0;
    for (let k = first; k <= i; k++) sum += values[k] as number;
    return sum / (i - first + 1);
  });
}
