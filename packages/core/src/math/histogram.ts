import { log } from "./elementary.js";

/** Bins of equal width from `low` to `high`: bin k holds the values v with ⌊(v − low) · scale⌋ = k, the last one `high` too. */
export interface EqualBins {
  readonly low: number;
  readonly high: number;
  readonly bins: number;
  /** Bins per unit. */
  readonly scale: number;
}

/** Equal bins over a range; where it is one value, over a range of 1 around that. Their scale is 0 where the range overflows. */
export function equalBins(low: number, high: number, bins: number): EqualBins {
  if (low < high) return { low, high, bins, scale: bins / (high - low) };
  const half = Math.max(0.5, Math.abs(low) * 2 ** -40);
  return equalBins(low - half, low + half, bins);
}

/** The bin of a value in the range; the first or last one for a value outside. */
export function binOf({ low, bins, scale }: EqualBins, value: number): number {
  const t = (value - low) * scale;
  return t < 0 ? 0 : t < bins ? Math.floor(t) : bins - 1;
}

/**
 * The number of equal bins that a penalised likelihood prefers, from 1 to √n, as PyOD counts it: the penalty of Birgé and
 * Rozenholc, b − 1 + (ln b)^2.5, is taken once for every bin.
 *
 * @param sorted  n ≥ 1 ascending values
 * @see https://doi.org/10.1051/ps:2006001 Birgé, Rozenholc: How many bins should be put in a regular histogram
 */
export function likeliestBins(sorted: Float64Array): number {
  const n = sorted.length;
  const most = Math.max(2, Math.floor(Math.sqrt(n)));
  let best = 1;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let b = 1; b < most; b++) {
    const range = equalBins(sorted[0] as number, sorted[n - 1] as number, b);
    const logarithm = b === 1 ? 0 : log(b);
    const penalty = b - 1 + logarithm * logarithm * Math.sqrt(logarithm);
    let likelihood = 0;
    let from = 0;
    for (let k = 0; k < b; k++) {
      const to = endOfBin(sorted, range, k, from);
      const count = to - from;
      likelihood += count * log((b * count) / n + 1) - penalty;
      from = to;
    }
    if (likelihood > greatest) {
      greatest = likelihood;
      best = b;
    }
  }
  return best;
}

/** The place of the first of the ascending values that lies beyond bin k. */
function endOfBin(sorted: Float64Array, range: EqualBins, k: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (binOf(range, sorted[middle] as number) <= k) low = middle + 1;
    else high = middle;
  }
  return low;
}
