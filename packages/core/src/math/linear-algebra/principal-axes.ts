import { rowSpace } from "./row-space.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** In which directions rows vary. */
export interface PrincipalAxes {
  /** One a column, divided by rows − 1, largest first. */
  readonly variances: Float64Array;
  /** The first `count` axes, row-major unit vectors; those of no variance are not there when they come from {@link axesOfRows}. */
  vectors(count: number): Float64Array;
}

/** From the covariance of the columns. */
export function axesOfCovariance(covariance: Float64Array, cols: number): PrincipalAxes {
  const { values, vectors } = symmetricEigen(covariance, cols);
  return { variances: values.map((v) => Math.max(0, v)), vectors: (count) => vectors.subarray(0, count * cols) };
}

/**
 * From the inner products of the rows where these are not more than the columns, which takes the (rows / cols)³ part of the time.
 *
 * @param centred  rows × cols, row-major, their mean taken away
 * @param gram  its inner products, finite
 */
export function axesOfRows(centred: Float64Array, rows: number, cols: number, gram: Float64Array): PrincipalAxes {
  const { values, axes } = rowSpace(centred, rows, cols, gram);
  const variances = new Float64Array(cols);
  values.forEach((v, k) => {
    variances[k] = Math.max(0, v / (rows - 1));
  });
  return { variances, vectors: axes };
}
