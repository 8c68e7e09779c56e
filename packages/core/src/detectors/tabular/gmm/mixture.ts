import { exp } from "../../../math/distributions/exponential.js";
import { log } from "../../../math/elementary.js";

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

/** The logarithm of a mixture's density, row by row. */
export class MixtureDensity {
  readonly #mixture: Mixture;
  readonly #cols: number;
  readonly #full: boolean;
  readonly #perFactor: number;
  /** ln of each component's weight and height. */
  readonly #heights: Float64Array;
  /** For the row looked at last: ln(weight · density) of each component. */
  readonly logs: Float64Array;

  constructor(mixture: Mixture, cols: number, covariance: Covariance) {
    const { perFactor, diagonal } = mixtureSizes(cols, covariance);
    this.#mixture = mixture;
    this.#cols = cols;
    this.#full = covariance === "full";
    this.#perFactor = perFactor;
    this.#heights = mixture.weights.map((weight, c) => {
      let height = log(weight) - cols * HALF_LOG_TWO_PI;
      for (let j = 0; j < cols; j++) height += log(mixture.factors[c * perFactor + j * diagonal] as number);
      return height;
    });
    this.logs = new Float64Array(mixture.weights.length);
  }

  /** ln of the density at the row that begins at `row`; −∞ where squared distances overflow. */
  logDensity(x: Float64Array, row: number): number {
    const { logs } = this;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < logs.length; c++) {
      const squares = this.#squaredDistance(x, row, c);
      const value = squares < Number.POSITIVE_INFINITY ? (this.#heights[c] as number) - 0.5 * squares : -Infinity;
      logs[c] = value;
      if (value > greatest) greatest = value;
    }
    if (greatest === Number.NEGATIVE_INFINITY || logs.length === 1) return greatest;
    let sum = 0;
    for (let c = 0; c < logs.length; c++) sum += exp((logs[c] as number) - greatest);
    return greatest + log(sum);
  }

  /** (x − mean)ᵀ Σ⁻¹ (x − mean); NaN or ∞ where it overflows. */
  #squaredDistance(x: Float64Array, row: number, c: number): number {
    const { means, factors } = this.#mixture;
    const cols = this.#cols;
    const mean = c * cols;
    let squares = 0;
    for (let i = 0; i < cols; i++) {
      let sum = 0;
      if (this.#full) {
        const factor = c * this.#perFactor + i * cols;
        for (let j = 0; j <= i; j++) {
          sum += (factors[factor + j] as number) * ((x[row + j] as number) - (means[mean + j] as number));
        }
      } else {
        sum = (factors[mean + i] as number) * ((x[row + i] as number) - (means[mean + i] as number));
      }
      squares += sum * sum;
    }
    return squares;
  }
}
