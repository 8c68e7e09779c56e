import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { axesOfCovariance, axesOfRows, type PrincipalAxes } from "../../../math/linear-algebra/principal-axes.js";
import { realEigenvalues } from "../../../math/linear-algebra/real-eigenvalues.js";
import type { Matrix } from "../../../matrix.js";
import { centredTraining, momentsOfTraining } from "../../ellipsoid.js";

/** In which directions training rows vary. */
export interface TrainingAxes extends PrincipalAxes {
  readonly mean: Float64Array;
  /** The variances in the order of LAPACK, when that is asked for. */
  readonly unsorted: Float64Array | undefined;
}

/**
 * From the covariance of the columns; from the inner products of the rows where these are fewer, which takes the
 * (rows / cols)³ part of the time and leaves out the directions in which nothing varies.
 */
export function principalAxes(x: Matrix, inOrderOfLapack: boolean, run: Run): MaybePromise<TrainingAxes> {
  const { rows, cols } = x;
  if (rows <= cols && !inOrderOfLapack) {
    const { mean, centred, gram } = centredTraining("pca", x);
    return { mean, unsorted: undefined, ...axesOfRows(centred, rows, cols, gram) };
  }
  return chain(momentsOfTraining("pca", x, run), ({ mean, scatter }) => {
    const covariance = scatter.map((v) => v / (rows - 1));
    const unsorted = inOrderOfLapack ? realEigenvalues(covariance, cols) : undefined;
    const { variances, vectors } = axesOfCovariance(covariance, cols);
    // The state has all of them here, as model files have had them from the beginning.
    return { mean, unsorted, variances, vectors: () => vectors(cols) };
  });
}
