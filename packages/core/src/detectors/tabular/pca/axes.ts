import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { realEigenvalues } from "../../../math/linear-algebra/real-eigenvalues.js";
import { rowSpace } from "../../../math/linear-algebra/row-space.js";
import { symmetricEigen } from "../../../math/linear-algebra/symmetric-eigen.js";
import type { Matrix } from "../../../matrix.js";
import { centredTraining, momentsOfTraining } from "../../ellipsoid.js";

/** In which directions training rows vary. */
export interface PrincipalAxes {
  readonly mean: Float64Array;
  /** One a column, divided by rows − 1, largest first. */
  readonly variances: Float64Array;
  /** The same in the order of LAPACK, when that is asked for. */
  readonly unsorted: Float64Array | undefined;
  /** Row-major unit vectors, of all columns or of as many as are kept. */
  vectors(kept: number): Float64Array;
}

/**
 * From the covariance of the columns; from the inner products of the rows where these are fewer, which takes the
 * (rows / cols)³ part of the time and leaves out the directions in which nothing varies.
 */
export function principalAxes(x: Matrix, inOrderOfLapack: boolean, run: Run): MaybePromise<PrincipalAxes> {
  const { rows, cols } = x;
  if (rows <= cols && !inOrderOfLapack) {
    const { mean, centred, gram } = centredTraining("pca", x);
    const { values, axes } = rowSpace(centred, rows, cols, gram);
    const variances = new Float64Array(cols);
    values.forEach((v, k) => {
      variances[k] = Math.max(0, v / (rows - 1));
    });
    return { mean, variances, unsorted: undefined, vectors: axes };
  }
  return chain(momentsOfTraining("pca", x, run), ({ mean, scatter }) => {
    const covariance = scatter.map((v) => v / (rows - 1));
    const { values, vectors } = symmetricEigen(covariance, cols);
    const variances = values.map((v) => Math.max(0, v));
    const unsorted = inOrderOfLapack ? realEigenvalues(covariance, cols) : undefined;
    return { mean, variances, unsorted, vectors: () => vectors };
  });
}
