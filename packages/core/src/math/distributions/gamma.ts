import { log } from "../elementary.js";
import { deviance, exp, stirlingRest } from "./exponential.js";
import { checkPositive, checkProbability, quantileOnLine, type Tails } from "./quantile.js";

const TWO_PI = 6.283185307179586;
const MOST_TERMS = 100_000;
const TINY = 1e-300;

/** x^a e^−x / Γ(a + 1), by the saddle point of Loader (2000): no large logarithms cancel. */
function gammaFactor(a: number, x: number): number {
  return exp(-stirlingRest(a) - deviance(a, x)) / Math.sqrt(TWO_PI * a);
}

/** Both tails of the regularised incomplete gamma function at x > 0. */
function gammaTails(a: number, x: number): Tails {
  const factor = gammaFactor(a, x);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let n = 1; n < MOST_TERMS; n++) {
      term *= x / (a + n);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    const lower = Math.min(1, factor * sum);
    return { lower, upper: 1 - lower };
  }
  // Lentz's form of the continued fraction.
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  const upper = Math.min(1, factor * a * fraction);
  return { lower: 1 - upper, upper };
}

/**
 * The gamma distribution function: the probability of a value ≤ x.
 *
 * @param x  any number
 * @param shape  > 0
 * @param scale  > 0
 * @throws {@link ParamError} `PARAM_RANGE`
 */
export function gammaCdf(x: number, shape: number, scale = 1): number {
  checkPositive("shape", shape);
  checkPositive("scale", scale);
  return tailsAt(shape, x / scale).lower;
}

/** The probability of a value > x, precise where it is small. */
export function gammaSurvival(x: number, shape: number, scale = 1): number {
  checkPositive("shape", shape);
  checkPositive("scale", scale);
  return tailsAt(shape, x / scale).upper;
}

/**
 * The value that a gamma variable stays below with probability p.
 *
 * @param p  from 0 to 1
 * @param upper  read p as the probability of staying above, which keeps its digits where it is small
 * @throws {@link ParamError} `PARAM_RANGE`
 */
export function gammaQuantile(p: number, shape: number, scale = 1, upper = false): number {
  checkPositive("shape", shape);
  checkPositive("scale", scale);
  checkProbability(p);
  if (p === (upper ? 1 : 0)) return 0;
  if (p === (upper ? 0 : 1)) return Number.POSITIVE_INFINITY;
  // On a line of ln x, where both tails are nearly straight in the logarithm of their probability.
  const at = (t: number) => tailsAt(shape, exp(t));
  const slope = (t: number) => shape * gammaFactor(shape, exp(t));
  return scale * exp(quantileOnLine(at, slope, p, upper, log(shape)));
}

function tailsAt(shape: number, x: number): Tails {
  if (!(x > 0)) return x <= 0 ? { lower: 0, upper: 1 } : { lower: x, upper: x };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  return gammaTails(shape, x);
}

/** The χ² distribution function with `degrees` of freedom. */
export function chiSquaredCdf(x: number, degrees: number): number {
  checkPositive("degrees", degrees);
  return gammaCdf(x, degrees / 2, 2);
}

/** The probability that a χ² variable exceeds x, precise where it is small. */
export function chiSquaredSurvival(x: number, degrees: number): number {
  checkPositive("degrees", degrees);
  return gammaSurvival(x, degrees / 2, 2);
}

/**
 * The value that a χ² variable stays below with probability p; with `upper`, above.
 *
 * @example
 * ```ts
 * import { chiSquaredQuantile } from "@telltale/core";
 * console.log(chiSquaredQuantile(0.95, 1).toFixed(4)); // 3.8415
 * ```
 */
export function chiSquaredQuantile(p: number, degrees: number, upper = false): number {
  checkPositive("degrees", degrees);
  return gammaQuantile(p, degrees / 2, 2, upper);
}
