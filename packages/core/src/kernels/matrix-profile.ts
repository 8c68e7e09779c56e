/**
 * The kernel of the matrix profile: for each window of one series the window of another that it correlates with most.
 *
 * *Numerical contract*: same bits on every path. With z the values less their window's mean, the scalar product of the
 * windows i and j follows from that of i − 1 and j − 1: product + (step_i · drift_j + step_j · drift_i), in this order of
 * operations, where for a window of values x₁ … x_m behind the value x₀ step = (x_m − x₀) / 2 and drift = (x_m − mean) +
 * (x₀ − mean of the window before). A row's best is the largest product · inverse_j, the first of equal ones; values that
 * are no numbers are passed over.
 *
 * @see https://doi.org/10.1145/3357223.3362721 Zimmerman and others: Matrix profile XIV (SCAMP)
 */

/** What the kernel needs of the windows of a series; the first window has step and drift 0. */
export interface WindowMoments {
  /** Half of the last value less the value before the window. */
  readonly step: Float64Array;
  readonly drift: Float64Array;
  /** One over the norm of the values less their mean; 0 for a window that does not vary. */
  readonly inverse: Float64Array;
}

/**
 * Does the windows `from` … `to` − 1 of `query`, which go on from `products` as these are. Window i is held against the
 * windows j = i + d of `train` for the diagonals d from `low` to `high` − 1, of those that are there.
 */
export interface MatrixProfileArgs {
  readonly query: WindowMoments;
  readonly train: WindowMoments;
  readonly from: number;
  readonly to: number;
  /** −(query windows − 1) ≤ low */
  readonly low: number;
  /** high ≤ train windows */
  readonly high: number;
  /**
   * In and out, one a diagonal: the product of the last windows done on it; at first that of the windows with which it
   * begins, where steps and drifts are 0 on one side at least.
   */
  readonly products: Float64Array;
  /** Out, one a query window: product · inverse of the best, or −∞ when there is none. */
  readonly best: Float64Array;
  /** Out, one a query window: that window, or −1. */
  readonly nearest: Int32Array;
}

/** Cuts a call over many windows into calls over a few; each goes on from the one before. */
export function profileSlices(args: MatrixProfileArgs, cellsPerSlice: number): MatrixProfileArgs[] {
  const rows = Math.max(1, Math.floor(cellsPerSlice / Math.max(1, args.train.step.length)));
  const slices: MatrixProfileArgs[] = [];
  for (let from = args.from; from < args.to; from += rows) {
    slices.push({ ...args, from, to: Math.min(args.to, from + rows) });
  }
  return slices;
}
