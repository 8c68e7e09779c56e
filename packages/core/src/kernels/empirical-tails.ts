/**
 * The kernels under detectors that ask how many training rows lie further out: their arguments.
 *
 * *Numerical contract*: same bits on every path. Columns are sorted by value, −0 before 0; ranks are exact; a row's score is
 * the sum of its columns' contributions in their order, starting from 0.
 */

/** Sorts the columns `from` … `to` of a matrix of finite values. */
export interface SortColumnsArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly from: number;
  readonly to: number;
  readonly threads: number;
  /** Output, cols × rows, one column after the other, each ascending; columns outside `from` … `to` are left alone. */
  readonly sorted: Float64Array;
}

/** How the surprises l and r of the two tails of a column and s, that of the tail it is skewed to, become one. */
export const TAIL_COMBINATIONS = ["largest", "mean"] as const;
/** `largest`: max(l, r, s); `mean`: max((l + r) / 2, s). */
export type TailCombination = (typeof TAIL_COMBINATIONS)[number];

/** Scores rows by how few training values lie as far out, column by column. */
export interface TailScoreArgs {
  /** cols × trained: the training values of each column, ascending. */
  readonly sorted: Float64Array;
  readonly trained: number;
  /** For k = 0 … trained, the surprise of a tail that holds k training values. */
  readonly surprise: Float64Array;
  /** For each column −1, 0 or 1: the sign of its skewness. Where it is 0, s = l + r. */
  readonly skew: Int32Array;
  readonly combination: TailCombination;
  /** Row-major, finite. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  /** Output, one a row. */
  readonly scores: Float64Array;
  /** Output, rows × cols, or empty when they are not wanted: the part of each column in the score. */
  readonly contributions: Float64Array;
}
