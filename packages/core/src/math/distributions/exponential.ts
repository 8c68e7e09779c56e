import { exp2, log, powerOfTwo } from "../elementary.js";

const LOG2_E = 1.4426950408889634;
const LN2_HIGH = 0.6931471803691238; // ln 2 to 32 bits: k * LN2_HIGH is exact for |k| < 2^20
const LN2_LOW = 1.9082149292705877e-10;

/** e^x, within 3 units in the last place where the result is normal; 0 below, Infinity above. Same bits everywhere. */
export function exp(x: number): number {
  if (!(x >= -708)) return x < 0 ? 0 : x;
  if (x > 709.7) return Number.POSITIVE_INFINITY;
  const k = Math.floor(x * LOG2_E + 0.5);
  const rest = x - k * LN2_HIGH - k * LN2_LOW;
  const power = exp2(rest * LOG2_E);
  // In two steps: 2^k alone may be beyond the range where the result is not.
  const half = Math.floor(k / 2);
  return power * powerOfTwo(half) * powerOfTwo(k - half);
}

/** ln(1 + x) for x > −1, without the loss of digits of x near 0; −Infinity at −1. */
export function log1p(x: number): number {
  if (x === -1) return Number.NEGATIVE_INFINITY;
  const sum = 1 + x;
  if (sum === 1) return x;
  return (log(sum) * x) / (sum - 1);
}

/** Terms B(2k) / (2k (2k − 1)) of Stirling's series, k = 1 … 8. */
const STIRLING: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];
const STIRLING_FROM = 16;

/** ln Γ(x + 1) − ((x + ½) ln x − x + ½ ln 2π) for x > 0: what Stirling's formula leaves out. */
export function stirlingRest(x: number): number {
  let at = x;
  let rest = 0;
  for (; at < STIRLING_FROM; at++) rest += (at + 0.5) * log1p(1 / at) - 1;
  const inverse = 1 / (at * at);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * inverse + (STIRLING[k] as number);
  return rest + series / at;
}

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** ln Γ(x) for x > 0, within 1e-14 of it, or of 1 where it is small. */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirlingRest(x);
}

/** x ln(x / m) + m − x for positive x and m, without cancellation where they are close (Loader 2000). */
export function deviance(x: number, m: number): number {
  const difference = x - m;
  const sum = x + m;
  if (Math.abs(difference) >= 0.1 * sum) return x * log(x / m) + m - x;
  const v = difference / sum;
  const square = v * v;
  let total = difference * v;
  let term = 2 * x * v;
  for (let odd = 3; odd < 60; odd += 2) {
    term *= square;
    const next = total + term / odd;
    if (next === total) break;
    total = next;
  }
  return total;
}
