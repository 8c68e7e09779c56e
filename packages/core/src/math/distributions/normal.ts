import { log } from "../elementary.js";
import { exp } from "./exponential.js";
import { gammaSurvival } from "./gamma.js";
import { checkProbability } from "./quantile.js";

const ROOT_TWO_PI = 2.5066282746310002;

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / ROOT_TWO_PI;
}

/** The probability that a standard normal variable exceeds z, precise far out. */
export function normalSurvival(z: number): number {
  if (Number.isNaN(z)) return z;
  const tail = 0.5 * gammaSurvival(0.5 * z * z, 0.5);
  return z >= 0 ? tail : 1 - tail;
}

/** The standard normal distribution function: the probability of a value ≤ z. */
export function normalCdf(z: number): number {
  return normalSurvival(-z);
}

/**
 * The value that a standard normal variable stays below with probability p; with `upper`, above.
 *
 * @throws {@link ParamError} `PARAM_RANGE` unless p is from 0 to 1
 * @example
 * ```ts
 * import { normalQuantile } from "@telltale/core";
 * console.log(normalQuantile(0.975).toFixed(6)); // 1.959964
 * ```
 */
export function normalQuantile(p: number, upper = false): number {
  checkProbability(p);
  const side = upper ? -1 : 1;
  if (p === 0 || p === 1) return p === 0 ? -side * Number.POSITIVE_INFINITY : side * Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  // Abramowitz and Stegun 26.2.23, within 4.5e-4; each of Halley's steps triples the digits.
  const t = Math.sqrt(-2 * log(Math.max(tail, 2.3e-308)));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    const excess = (normalSurvival(z) - tail) / normalDensity(z);
    z += excess / (1 - 0.5 * z * excess);
  }
  return (p < 0.5 ? -z : z) * side;
}
