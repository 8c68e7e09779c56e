/** Lag below which a peak of the autocorrelation says nothing, and the last one that is looked at. */
const LEAST_LAG = 3;
const LAST_LAG = 400;
/** Values that are looked at. */
const MOST_VALUES = 20_000;
/** A peak must be so far behind the first lag that counts, at least and at most. */
const LEAST_OFFSET = 3;
const MOST_OFFSET = 300;
/** The length where no peak is found. */
const FALLBACK = 125;

/**
 * Autocorrelation at the lags 0 … `lags`: Σ (xₜ − m)(xₜ₊ₖ − m) / Σ (xₜ − m)², m the mean. NaN for a constant series, as
 * statsmodels' `acf`. O(n · lags) time.
 *
 * @param lags  last lag; at most n − 1 of them are there
 */
export function autocorrelation(values: Float64Array, lags: number): Float64Array {
  const n = values.length;
  let sum = 0;
  for (let t = 0; t < n; t++) sum += values[t] as number;
  const mean = sum / n;
  const centred = values.map((v) => v - mean);
  const found = new Float64Array(Math.max(0, Math.min(lags, n - 1) + 1));
  for (let k = 0; k < found.length; k++) {
    let product = 0;
    for (let t = 0; t + k < n; t++) product += (centred[t] as number) * (centred[t + k] as number);
    found[k] = product;
  }
  const variance = found[0] as number;
  return found.map((product) => product / variance);
}

/**
 * How long a pattern of a series is: the lag of the highest peak of its autocorrelation among the lags 3 … 400, over the
 * first 20,000 values. 125 where there is no peak, or only one below lag 6 or above 303. This is the rule of the TSB-AD
 * benchmark (`find_length_rank` with rank 1).
 *
 * @see https://doi.org/10.52202/079017-3437 Liu, Paparrizos: The elephant in the room: towards a reliable time-series anomaly detection benchmark
 * @example
 * ```ts
 * import { findWindowLength } from "@telltale/core";
 * console.log(findWindowLength(Float64Array.from({ length: 500 }, (_, t) => t % 24))); // 24
 * ```
 */
export function findWindowLength(values: Float64Array): number {
  const found = autocorrelation(values.subarray(0, MOST_VALUES), LAST_LAG).subarray(LEAST_LAG);
  let best = -1;
  for (let i = 1; i + 1 < found.length; i++) {
    const here = found[i] as number;
    if (!(here > (found[i - 1] as number) && here > (found[i + 1] as number))) continue;
    if (best < 0 || here > (found[best] as number)) best = i;
  }
  return best < LEAST_OFFSET || best > MOST_OFFSET ? FALLBACK : best + LEAST_LAG;
}
