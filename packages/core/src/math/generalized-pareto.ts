import { exp2, log } from "./elementary.js";

const LOG2_E = 1.4426950408889634;
/** Points of the grid on which the likelihood is looked at, for each sign of the shape. */
const GRID = 48;
/** Further points towards either end of a light tail. */
const HALVINGS = 16;
/** Bisections that pin a maximum down to the last bits. */
const BISECTIONS = 60;
/** Least and greatest shape ÷ scale looked at for heavy tails, in units of 1 / mean. */
const LEAST_RATIO = 1e-6;
const MOST_RATIO = 1e12;

/** A generalized Pareto distribution of excesses y ≥ 0: P(Y > y) = (1 + shape · y / scale)^(−1 / shape). */
export interface GeneralizedPareto {
  /** γ (ξ): 0 is the exponential distribution, above it the tail is heavier, below it ends at −scale / shape. */
  readonly shape: number;
  /** σ > 0, in the unit of the excesses; 0 when all of them are 0. */
  readonly scale: number;
}

/**
 * Fits a generalized Pareto distribution to excesses by maximum likelihood.
 *
 * With x = shape / scale the likelihood depends on x alone, since the best shape for it is the mean of log(1 + x y)
 * (Grimshaw 1993). That curve is looked at on a grid, every local maximum of it is pinned down by bisection of its
 * derivative, and the highest one wins, the exponential distribution (x = 0) among them. Towards x = −1 / max y the
 * likelihood grows without bound; that is no maximum, and such data (all excesses alike) get the exponential distribution.
 *
 * @param excesses  n ≥ 1 finite values ≥ 0; not modified. Time O(n) with about 150 logarithms each.
 * @see Grimshaw (1993), "Computing maximum likelihood estimates for the generalized Pareto distribution",
 *   https://doi.org/10.1080/00401706.1993.10485040
 */
export function fitGeneralizedPareto(excesses: Float64Array): GeneralizedPareto {
  let sum = 0;
  let most = 0;
  for (let i = 0; i < excesses.length; i++) {
    const y = excesses[i] as number;
    sum += y;
    if (y > most) most = y;
  }
  const mean = sum / excesses.length;
  if (!(mean > 0) || !Number.isFinite(mean)) return { shape: 0, scale: Number.isFinite(mean) ? mean : most };
  const y = excesses.map((each) => each / mean);
  const end = mean / most;
  let best = { x: 0, likelihood: -1, shape: 0 };
  const grid = ratios(end);
  const values = grid.map((x) => (x === 0 ? best.likelihood : profile(y, x).likelihood));
  for (let i = 1; i < grid.length - 1; i++) {
    const here = values[i] as number;
    if (grid[i] === 0 || here < (values[i - 1] as number) || here < (values[i + 1] as number)) continue;
    const found = refined(y, grid[i - 1] as number, grid[i + 1] as number);
    if (found.likelihood > best.likelihood) best = found;
  }
  return { shape: best.shape, scale: (best.x === 0 ? 1 : best.shape / best.x) * mean };
}

/** The ratios looked at, ascending: finer towards 0, and towards −end, where a tail with a hard end has its maximum. */
function ratios(end: number): number[] {
  const halved = Array.from({ length: HALVINGS }, (_, i) => 2 ** -(i + 1) / GRID);
  const even = Array.from({ length: GRID - 1 }, (_, i) => (i + 1) / GRID);
  const light = [...halved, ...even, ...halved.map((each) => 1 - each)]
    .sort((a, b) => b - a)
    .map((each) => -end * each);
  const step = exp2((log(MOST_RATIO / LEAST_RATIO) * LOG2_E) / (GRID - 1));
  const heavy = [LEAST_RATIO];
  while (heavy.length < GRID) heavy.push((heavy[heavy.length - 1] as number) * step);
  return [...light, 0, ...heavy];
}

/** The likelihood of one excess, on average, at the ratio x of shape and scale, its slope in x, and the best shape. */
function profile(y: Float64Array, x: number): { x: number; likelihood: number; slope: number; shape: number } {
  let logs = 0;
  let ratios = 0;
  for (let i = 0; i < y.length; i++) {
    const each = y[i] as number;
    const argument = 1 + x * each;
    logs += log(argument);
    ratios += each / argument;
  }
  const shape = logs / y.length;
  const change = ratios / y.length;
  return { x, shape, likelihood: -log(shape / x) - shape - 1, slope: 1 / x - change / shape - change };
}

function refined(y: Float64Array, from: number, to: number): ReturnType<typeof profile> {
  let low = from;
  let high = to;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = low + (high - low) / 2;
    if (profile(y, middle).slope > 0) low = middle;
    else high = middle;
  }
  return profile(y, low + (high - low) / 2);
}

/**
 * The excess that is passed with probability `share`: scale / shape · (share^(−shape) − 1).
 *
 * @param share  greater than 0, at most 1
 */
export function generalizedParetoQuantile({ shape, scale }: GeneralizedPareto, share: number): number {
  const exponent = -log(share);
  // (e^z − 1) / z by its series where the difference would cancel.
  const z = shape * exponent;
  if (Math.abs(z) < 1e-5) return scale * exponent * (1 + z / 2 + (z * z) / 6);
  return (scale / shape) * (exp2(z * LOG2_E) - 1);
}
