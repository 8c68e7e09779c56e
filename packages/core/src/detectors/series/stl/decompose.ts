import { kthSmallest } from "../../../math/selection.js";
import { fitAt, smooth, Tricube } from "./loess.js";

/** Windows count values; all are odd. */
export interface StlOptions {
  /** Values in a period, at least 2. */
  readonly period: number;
  readonly seasonalWindow: number;
  readonly trendWindow: number;
  readonly lowPassWindow: number;
  readonly seasonalDegree: number;
  readonly trendDegree: number;
  /** Rounds within a round of weights, and rounds of weights after the first. */
  readonly innerRounds: number;
  readonly outerRounds: number;
}

export interface Decomposition {
  readonly seasonal: Float64Array;
  readonly trend: Float64Array;
  /** How much each value counted in the last round: 1, or less for outliers of a robust fit. */
  readonly weights: Float64Array;
}

/**
 * Takes a series apart into season, trend and the rest: seasonal-trend decomposition by LOESS.
 *
 * @param y  at least two periods of finite values
 * @see https://www.scb.se/contentassets/ca21efb41fee47d293bbee5bf7be7fb3/stl-a-seasonal-trend-decomposition-procedure-based-on-loess.pdf Cleveland, Cleveland, McRae, Terpenning (1990): STL
 */
export function decompose(y: Float64Array, options: StlOptions): Decomposition {
  const { period, innerRounds, outerRounds } = options;
  const n = y.length;
  let trend: Float64Array = new Float64Array(n);
  let seasonal: Float64Array = new Float64Array(n);
  let weights: Float64Array | undefined;
  const tricube = new Tricube();
  for (let outer = 0; outer <= outerRounds; outer++) {
    for (let inner = 0; inner < innerRounds; inner++) {
      const cycles = smoothCycles(subtract(y, trend), options, weights, tricube);
      const means = movingMean(movingMean(movingMean(cycles, period), period), 3);
      const level = smooth({ y: means, window: options.lowPassWindow, degree: 1 }, tricube);
      seasonal = level.map((v, i) => (cycles[period + i] as number) - v);
      const local = { y: subtract(y, seasonal), window: options.trendWindow, degree: options.trendDegree };
      trend = smooth(weights === undefined ? local : { ...local, weights }, tricube);
    }
    if (outer < outerRounds) weights = robustWeights(y, seasonal, trend);
  }
  return { seasonal, trend, weights: weights ?? new Float64Array(n).fill(1) };
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((v, i) => v - (b[i] as number));
}

/** Every place of the period smoothed over the periods, with one period more at both ends. */
function smoothCycles(
  y: Float64Array,
  { period, seasonalWindow: window, seasonalDegree: degree }: StlOptions,
  weights: Float64Array | undefined,
  tricube: Tricube,
): Float64Array {
  const n = y.length;
  const out = new Float64Array(n + 2 * period);
  for (let place = 0; place < period; place++) {
    const count = Math.floor((n - 1 - place) / period) + 1;
    const values = everyNth(y, place, period, count);
    const own = weights === undefined ? {} : { weights: everyNth(weights, place, period, count) };
    const local = { y: values, window, degree, ...own };
    const fitted = smooth(local, tricube);
    const before = fitAt(local, 0, 1, Math.min(window, count), tricube);
    const after = fitAt(local, count + 1, Math.max(1, count - window + 1), count, tricube);
    out[place] = Number.isNaN(before) ? (fitted[0] as number) : before;
    for (let k = 0; k < count; k++) out[place + (k + 1) * period] = fitted[k] as number;
    out[place + (count + 1) * period] = Number.isNaN(after) ? (fitted[count - 1] as number) : after;
  }
  return out;
}

function everyNth(from: Float64Array, first: number, step: number, count: number): Float64Array {
  const out = new Float64Array(count);
  for (let k = 0; k < count; k++) out[k] = from[first + k * step] as number;
  return out;
}

/** Means of `length` values in a row: length − 1 fewer. */
function movingMean(values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(values.length - length + 1);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i] as number;
  out[0] = sum / length;
  for (let i = 1; i < out.length; i++) {
    sum += (values[i + length - 1] as number) - (values[i - 1] as number);
    out[i] = sum / length;
  }
  return out;
}

/** Bisquare weights of the rest: 0 from six times its median magnitude on. */
function robustWeights(y: Float64Array, seasonal: Float64Array, trend: Float64Array): Float64Array {
  const rest = y.map((v, i) => Math.abs(v - (trend[i] as number) - (seasonal[i] as number)));
  const half = Math.floor(rest.length / 2);
  const limit = 3 * (kthSmallest(rest, half) + kthSmallest(rest, rest.length - half - 1));
  return rest.map((r) => {
    if (r <= 0.001 * limit) return 1;
    if (r > 0.999 * limit) return 0;
    const share = r / limit;
    return (1 - share * share) * (1 - share * share);
  });
}
