import { cholesky, invertLower } from "./cholesky.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** Coordinates in which a covariance is the identity, of as many dimensions as it has directions with any variance. */
export interface Whitening {
  readonly rank: number;
  /** Row-major, rank × n: W, with ‖W v‖² = vᵀ a⁻¹ v. */
  readonly directions: Float64Array;
  /** Row-major, n × rank: the way back, W⁻¹ on the span of a. */
  readonly back: Float64Array;
}

/** A pivot or an eigenvalue of a correlation matrix below this is taken for rounding. */
const NO_VARIANCE = 1e-12;

/**
 * The whitening of a covariance matrix. Where it has no inverse (a constant column, columns that are combinations of
 * others), the directions without variance are left out, as a pseudo-inverse does; which they are is judged with every
 * column in the unit of its own standard deviation.
 *
 * @param a  n × n, symmetric, positive semi-definite
 */
export function whitening(a: Float64Array, n: number): Whitening {
  const factor = cholesky(a, n, NO_VARIANCE);
  if (factor !== undefined) return { rank: n, directions: invertLower(factor, n), back: factor };
  const unit = Float64Array.from({ length: n }, (_, i) => {
    const variance = a[i * n + i] as number;
    return variance > 0 ? Math.sqrt(variance) : 0;
  });
  const correlation = a.map((v, at) => {
    const product = (unit[Math.floor(at / n)] as number) * (unit[at % n] as number);
    return product > 0 ? v / product : 0;
  });
  const { values, vectors } = symmetricEigen(correlation, n);
  let rank = 0;
  while (rank < n && (values[rank] as number) > NO_VARIANCE * n) rank++;
  const directions = new Float64Array(rank * n);
  const back = new Float64Array(n * rank);
  for (let k = 0; k < rank; k++) {
    const root = Math.sqrt(values[k] as number);
    for (let j = 0; j < n; j++) {
      const component = vectors[k * n + j] as number;
      const scale = unit[j] as number;
      directions[k * n + j] = scale > 0 ? component / (root * scale) : 0;
      back[j * rank + k] = component * root * scale;
    }
  }
  return { rank, directions, back };
}
