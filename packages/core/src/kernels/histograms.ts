/**
 * The kernels under HBOS, a histogram of each column: their arguments.
 *
 * *Numerical contract*: same bits on every path. The bin of a value is the whole part of (value − low) · scale, but 0 where
 * that is below 0, and the last one where it is beyond that. A row's score is the sum of its columns' contributions in their
 * order, starting from 0.
 */

/** Histograms with bins of equal width, those of one column after those of the one before. */
export interface Histograms {
  /** One a column: where bin 0 begins. */
  readonly low: Float64Array;
  /** One a column: bins per unit. */
  readonly scale: Float64Array;
  /** One a column: the number of its bins, ≥ 1. */
  readonly bins: Int32Array;
}

/** Counts the values of each column by bin. */
export interface HistogramCountArgs extends Histograms {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  /** One a bin: the values are added to what it holds. */
  readonly counts: Int32Array;
}

/** Scores rows by the bins of their values. */
export interface HistogramScoreArgs extends Histograms {
  /** One a column: values below `lowest` or above `highest` count as `rarest`, others as what their bin says. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  readonly rarest: Float64Array;
  /** One a bin: what a value in it adds to a score. */
  readonly levels: Float64Array;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  /** Output, one a row. */
  readonly scores: Float64Array;
  /** Output, rows × cols, or empty when they are not wanted: the part of each column in the score. */
  readonly contributions: Float64Array;
}

/** Cuts a count over many rows into counts over a few, each added to the one before. */
export function countSlices(args: HistogramCountArgs, rowsPerSlice: number): HistogramCountArgs[] {
  const { rows, cols, x } = args;
  return Array.from({ length: Math.ceil(rows / rowsPerSlice) }, (_, slice) => {
    const from = slice * rowsPerSlice;
    const to = Math.min(rows, from + rowsPerSlice);
    return { ...args, rows: to - from, x: x.subarray(from * cols, to * cols) };
  });
}
