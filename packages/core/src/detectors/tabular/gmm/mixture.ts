import { NOTHING_BESIDE } from "../../../kernels/covariance.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { exp } from "../../../math/distributions/exponential.js";
import { log } from "../../../math/elementary.js";
import type { Matrix } from "../../../matrix.js";
import { inOrder } from "../../series.js";

const HALF_LOG_TWO_PI = 0.9189385332046728;

export type Covariance = "full" | "diag";

/** A mixture of normal distributions. */
export interface Mixture {
  /** One a component; their sum is 1. */
  readonly weights: Float64Array;
  /** components × cols. */
  readonly means: Float64Array;
  /**
   * Of each component the factor F of its precision, F ᵀF = Σ⁻¹: the inverse of the Cholesky factor, lower triangular,
   * cols × cols (`full`), or the inverse standard deviations (`diag`).
   */
  readonly factors: Float64Array;
}

/** How long one component's factor is, and how far apart the places of its diagonal are. */
export function mixtureSizes(cols: number, covariance: Covariance): { perFactor: number; diagonal: number } {
  return covariance === "full" ? { perFactor: cols * cols, diagonal: cols + 1 } : { perFactor: cols, diagonal: 1 };
}

/** ln of each component's weight and of its density's height. */
function logHeights({ weights, factors }: Mixture, cols: number, covariance: Covariance): Float64Array {
  const { perFactor, diagonal } = mixtureSizes(cols, covariance);
  return weights.map((weight, c) => {
    let height = log(weight) - cols * HALF_LOG_TWO_PI;
    for (let j = 0; j < cols; j++) height += log(factors[c * perFactor + j * diagonal] as number);
    return height;
  });
}

/** Values looked at between two turns. */
const VALUES_PER_PART = 2 ** 19;

/**
 * ln of the mixture's density at each row; −∞ where squared distances overflow.
 *
 * @param shares  output, components × rows: the share of each component in each row; of no meaning where that is −∞
 */
export function logDensities(
  mixture: Mixture,
  x: Matrix,
  covariance: Covariance,
  shares: Float64Array,
  run: Run,
): MaybePromise<Float64Array> {
  const { rows, cols } = x;
  const k = mixture.weights.length;
  const heights = logHeights(mixture, cols, covariance);
  const densities = new Float64Array(rows);
  // The distances first, in the place of the shares.
  return chain(squaredDistances(mixture, x, covariance, shares, run.within(0, 0.7)), () => {
    const mixed = run.within(0.7, 1).parts(rows, VALUES_PER_PART / k, (from, to) => {
      for (let i = from; i < to; i++) {
        let greatest = Number.NEGATIVE_INFINITY;
        for (let at = i, c = 0; c < k; c++, at += rows) {
          const value = (heights[c] as number) - 0.5 * (shares[at] as number);
          shares[at] = value;
          if (value > greatest) greatest = value;
        }
        let sum = 0;
        for (let at = i, c = 0; c < k; c++, at += rows) {
          const less = (shares[at] as number) - greatest;
          const share = less === 0 ? 1 : exp(less);
          shares[at] = share;
          sum += share;
        }
        if (k > 1) for (let at = i, c = 0; c < k; c++, at += rows) shares[at] = (shares[at] as number) / sum;
        densities[i] = greatest === Number.NEGATIVE_INFINITY ? greatest : greatest + log(sum);
      }
    });
    return chain(mixed, () => densities);
  });
}

/** components × rows: (x − mean)ᵀ Σ⁻¹ (x − mean); ∞ where it overflows. */
function squaredDistances(
  { means, factors }: Mixture,
  { data, rows, cols }: Matrix,
  covariance: Covariance,
  norms: Float64Array,
  run: Run,
): MaybePromise<void> {
  const { perFactor } = mixtureSizes(cols, covariance);
  const k = means.length / cols;
  return inOrder(k, (c) => {
    const center = means.subarray(c * cols, (c + 1) * cols);
    const factor = factors.subarray(c * perFactor, (c + 1) * perFactor);
    const own = norms.subarray(c * rows, (c + 1) * rows);
    const within = run.within(c / k, (c + 1) / k);
    if (covariance === "full") {
      const groups = Int32Array.of(cols);
      const given = { center, directions: factor, groups, ...NOTHING_BESIDE, threads: run.threads };
      const args = { x: data, rows, cols, ...given, norms: own };
      return within.call("squaredProjections", args);
    }
    return within.parts(rows, VALUES_PER_PART / cols, (from, to) => {
      for (let i = from; i < to; i++) {
        let squares = 0;
        for (let j = 0; j < cols; j++) {
          const scaled = (factor[j] as number) * ((data[i * cols + j] as number) - (center[j] as number));
          squares += scaled * scaled;
        }
        own[i] = Number.isNaN(squares) ? Number.POSITIVE_INFINITY : squares;
      }
    });
  });
}
