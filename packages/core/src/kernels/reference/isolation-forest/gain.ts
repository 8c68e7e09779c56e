/** The threshold that parts values best, and by how much it makes them less spread; 1 when nothing is left of it. */
export interface GainSplit {
  gain: number;
  threshold: number;
}

/**
 * A point in [low, high), drawn so that nothing overflows; `low` when rounding leaves the interval. An infinite end is
 * taken as the largest double, so that almost every point parts it from the finite values.
 */
export function pointBetween(u: number, low: number, high: number): number {
  const point = (1 - u) * finite(low) + u * finite(high);
  return point >= low && point < high ? point : low;
}

/** Infinite values count as the largest double. */
export function finite(value: number): number {
  return value > Number.MAX_VALUE ? Number.MAX_VALUE : value < -Number.MAX_VALUE ? -Number.MAX_VALUE : value;
}

/** Up to so many values are sorted by insertion. */
const FEW = 16;

/**
 * Looks for thresholds of largest gain among up to `most` values at a time.
 *
 * What fixes the bits: sums from the least to the largest value, of distances from the mean in units of the range.
 */
export class GainSearch {
  readonly #sorted: Float64Array;
  readonly #unit: Float64Array;
  readonly #bucket: Int32Array;
  readonly #ends: Int32Array;

  constructor(most: number) {
    this.#sorted = new Float64Array(most);
    this.#unit = new Float64Array(most);
    this.#bucket = new Int32Array(most);
    this.#ends = new Int32Array(most + 1);
  }

  /**
   * The threshold, half-way between two neighbouring values, of largest gain: with σ the standard deviation of the n values
   * and k of them to the left, pooled 1 − (k σ_left² + (n − k) σ_right²) / (n σ²) (Cortes 2021, arXiv 2110.13402), averaged
   * 1 − (σ_left + σ_right) / (2 σ) (Liu, Ting, Zhou 2010). Of equal ones that furthest left.
   *
   * @param values  missing ones are passed over
   * @param first  the least of them, and `last`, the largest; not the same
   */
  largest(values: Float64Array, first: number, last: number, averaged: boolean, found: GainSplit): void {
    const low = finite(first) / 2;
    const range = finite(last) / 2 - low;
    found.gain = 0;
    found.threshold = pointBetween(0.5, first, last);
    if (!(range > 0)) return; // an infinite value beside the largest finite one
    const n = this.#sort(values, low, range);
    const sorted = this.#sorted;
    const unit = this.#unit;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      unit[i] = (finite(sorted[i] as number) / 2 - low) / range;
      sum += unit[i] as number;
    }
    const mean = sum / n;
    let total = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const d = (unit[i] as number) - mean;
      total += d;
      squares += d * d;
    }
    const spread = n * squares - total * total;
    let least = Number.POSITIVE_INFINITY;
    let place = 0;
    let left = 0;
    let leftSquares = 0;
    for (let k = 1; k < n; k++) {
      const d = (unit[k - 1] as number) - mean;
      left += d;
      leftSquares += d * d;
      if (!((unit[k - 1] as number) < (unit[k] as number))) continue;
      const m = n - k;
      const right = total - left;
      // (k σ_left)² and (m σ_right)².
      const lower = positive(k * leftSquares - left * left);
      const upper = positive(m * (squares - leftSquares) - right * right);
      const rest = averaged ? Math.sqrt(lower) / k + Math.sqrt(upper) / m : lower / k + upper / m;
      if (rest < least) {
        least = rest;
        place = k;
      }
    }
    found.gain = 1 - (least * n) / (averaged ? 2 * Math.sqrt(spread) : spread);
    found.threshold = pointBetween(0.5, sorted[place - 1] as number, sorted[place] as number);
  }

  /** Puts the values that are there in order; returns how many. As many buckets as values, each sorted on its own. */
  #sort(values: Float64Array, low: number, range: number): number {
    const sorted = this.#sorted;
    const buckets = values.length;
    const ends = this.#ends;
    ends.fill(0, 0, buckets + 1);
    let n = 0;
    for (let i = 0; i < buckets; i++) {
      const v = values[i] as number;
      if (!(v === v)) {
        this.#bucket[i] = -1;
        continue;
      }
      const b = Math.min(buckets - 1, Math.floor(((finite(v) / 2 - low) / range) * buckets));
      this.#bucket[i] = b;
      ends[b + 1] = (ends[b + 1] as number) + 1;
      n += 1;
    }
    for (let b = 0; b < buckets; b++) ends[b + 1] = (ends[b + 1] as number) + (ends[b] as number);
    for (let i = 0; i < buckets; i++) {
      const b = this.#bucket[i] as number;
      if (b < 0) continue;
      const to = ends[b] as number;
      sorted[to] = values[i] as number;
      ends[b] = to + 1;
    }
    let from = 0;
    for (let b = 0; b < buckets; b++) {
      const to = ends[b] as number;
      if (to - from > FEW) sorted.subarray(from, to).sort();
      else if (to - from > 1) insert(sorted, from, to);
      from = to;
    }
    return n;
  }
}

function insert(values: Float64Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const v = values[i] as number;
    let at = i;
    for (; at > from && (values[at - 1] as number) > v; at--) values[at] = values[at - 1] as number;
    values[at] = v;
  }
}

/** 0 for what rounding may have made negative. */
function positive(square: number): number {
  return square > 0 ? square : 0;
}
