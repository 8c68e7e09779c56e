/** The values of one distribution, ready to measure others against. */
export interface SortedSample {
  /** Ascending. */
  readonly values: Float64Array;
  /** Sum of the first i values at i. */
  readonly sums: Float64Array;
}

export function sortedSample(values: Float64Array): SortedSample {
  const sorted = values.slice().sort();
  const sums = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = (sums[i] as number) + (sorted[i] as number);
  return { values: sorted, sums };
}

/**
 * First Wasserstein distance of two samples, in their unit: the least mean way over which the values of one are moved to
 * become those of the other; SciPy's `wasserstein_distance`. O(w log n).
 *
 * @param sample  n ≥ 1 values
 * @param other  w ≥ 1 finite values; sorted in place
 */
export function wassersteinToSample(sample: SortedSample, other: Float64Array): number {
  const sorted = other.sort();
  const n = sample.values.length;
  const w = sorted.length;
  let distance = 0;
  for (let k = 0; k < w; k++) {
    const value = sorted[k] as number;
    const [from, to] = [(k * n) / w, ((k + 1) * n) / w];
    // Places of the sample, as fractions, where it passes the value.
    const cross = Math.min(to, Math.max(from, countBelow(sample.values, value)));
    const [a, c, b] = [integral(sample, from), integral(sample, cross), integral(sample, to)];
    distance += value * (cross - from) - (c - a) + (b - c) - value * (to - cross);
  }
  return Math.max(0, distance / n);
}

/**
 * First Wasserstein distance of two samples; SciPy's `wasserstein_distance`.
 *
 * @example
 * ```ts
 * import { wassersteinDistance } from "@telltale/core";
 * console.log(wassersteinDistance(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8))); // 5
 * ```
 */
export function wassersteinDistance(a: Float64Array, b: Float64Array): number {
  return wassersteinToSample(sortedSample(a), b.slice());
}

/** Sum of the values up to a place that may lie within one. */
function integral({ values, sums }: SortedSample, place: number): number {
  const whole = Math.min(values.length, Math.floor(place));
  const rest = place - whole;
  return rest > 0 && whole < values.length
    ? (sums[whole] as number) + rest * (values[whole] as number)
    : (sums[whole] as number);
}

function countBelow(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
