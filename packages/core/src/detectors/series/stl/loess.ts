/** Part of a series in a typed array. */
export interface Local {
  /** Values, at the places 1 … n of the line. */
  readonly y: Float64Array;
  /** Points that a fit looks at; more than there are widen the weights. */
  readonly window: number;
  /** 0 fits a constant, 1 a line. */
  readonly degree: number;
  /** A weight for each value, on top of those by distance. */
  readonly weights?: Float64Array;
}

/** Values that all tables together may have. */
const MOST_VALUES = 2 ** 20;

/** Tricube weights by distance, each reach worked out once: inside a series all places have the same, at its ends the same ones come back. */
export class Tricube {
  readonly #tables = new Map<number, Float64Array>();
  #values = 0;

  /** The weights of the distances 0, 1, … as far as they are above 0. */
  upTo(reach: number): Float64Array {
    const known = this.#tables.get(reach);
    if (known !== undefined) return known;
    const full = 0.001 * reach;
    const table = new Float64Array(Math.floor(0.999 * reach) + 1);
    for (let distance = 0; distance < table.length; distance++) {
      const share = distance / reach;
      const rest = distance > full ? 1 - share * share * share : 1;
      table[distance] = rest * rest * rest;
    }
    this.#values += table.length;
    if (this.#values > MOST_VALUES) {
      this.#tables.clear();
      this.#values = table.length;
    }
    this.#tables.set(reach, table);
    return table;
  }
}

/**
 * The local fit at a place of the line: tricube weights by the distance, over values `left` … `right` (from 1 on). NaN where no
 * value has any weight.
 *
 * @see https://doi.org/10.1080/01621459.1979.10481038 Cleveland: robust locally weighted regression
 */
export function fitAt(
  { y, window, degree, weights }: Local,
  at: number,
  left: number,
  right: number,
  tricube: Tricube,
): number {
  const n = y.length;
  const reach = Math.max(at - left, right - at) + (window > n ? Math.floor((window - n) / 2) : 0);
  const table = tricube.upTo(reach);
  const from = Math.max(left, at - table.length + 1);
  const to = Math.min(right, at + table.length - 1);
  // Moments of the weights and of the values about the place itself.
  let sum = 0;
  let first = 0;
  let second = 0;
  let value = 0;
  let product = 0;
  for (let j = from; j <= to; j++) {
    const distance = j - at;
    const tricubed = table[distance < 0 ? -distance : distance] as number;
    const w = weights === undefined ? tricubed : tricubed * (weights[j - 1] as number);
    const moment = w * distance;
    const v = y[j - 1] as number;
    sum += w;
    first += moment;
    second += moment * distance;
    value += w * v;
    product += moment * v;
  }
  if (!(sum > 0)) return Number.NaN;
  const mean = value / sum;
  if (degree === 0 || reach === 0) return mean;
  const centre = first / sum;
  const spread = second / sum - centre * centre;
  // A line through points that hardly spread would swing.
  if (!(Math.sqrt(Math.max(0, spread)) > 0.001 * (n - 1))) return mean;
  return mean - (centre / spread) * (product / sum - centre * mean);
}

/** The local fit at every value of the series itself; a value stays as it is where none has weight. */
export function smooth(local: Local, tricube: Tricube): Float64Array {
  const { y, window } = local;
  const n = y.length;
  if (n < 2) return y.slice();
  const half = Math.floor((window + 1) / 2);
  let left = 1;
  let right = Math.min(window, n);
  return y.map((value, i) => {
    if (window < n && i + 1 > half && right !== n) {
      left++;
      right++;
    }
    const fitted = fitAt(local, i + 1, left, right, tricube);
    return Number.isNaN(fitted) ? value : fitted;
  });
}
