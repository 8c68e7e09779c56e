/**
 * Order statistics without sorting. Selection goes by the bits of the doubles, sixteen at a time from the top: at most
 * four passes whatever the values are, where quickselect has inputs that make it quadratic. Nothing is modified.
 */

const DIGIT_BITS = 16;
const DIGITS = 64 / DIGIT_BITS;
const BUCKETS = 1 << DIGIT_BITS;
/** Below this many candidates a sort is cheaper than clearing and scanning the histogram. */
const SORT_BELOW = 4096;
/** Up to here one sort is cheaper than some selections. */
const SORT_ALL_BELOW = 2 ** 16;
/** Which 32-bit half of a double holds the sign: the second one on little-endian machines. */
const HIGH_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * The value that would stand at position `k` if `values` were sorted ascending.
 *
 * Time O(n), memory O(n) at worst. Infinities are ordinary values here; NaN has no place in an order, so callers check
 * for it first.
 *
 * @param values  n doubles without NaN; not modified
 * @param k  position from 0 to n − 1
 * @throws RangeError when there is no position `k`
 */
export function kthSmallest(values: Float64Array, k: number): number {
  if (!Number.isInteger(k) || k < 0 || k >= values.length) {
    throw new RangeError(`position ${k} asked of ${values.length} values`);
  }
  let candidates = values;
  let rank = k;
  for (let digit = 0; digit < DIGITS && candidates.length > SORT_BELOW; digit++) {
    const counts = countDigits(candidates, digit);
    let bucket = 0;
    while (rank >= (counts[bucket] as number)) rank -= counts[bucket++] as number;
    const size = counts[bucket] as number;
    if (size < candidates.length) candidates = withDigit(candidates, digit, bucket, size);
  }
  // More than SORT_BELOW candidates left means that all four digits agree: they are one and the same value.
  if (candidates.length > SORT_BELOW) return candidates[0] as number;
  return candidates.slice().sort()[rank] as number;
}

/**
 * The `q`-quantile with linear interpolation between the two nearest order statistics: type 7 of Hyndman and Fan,
 * NumPy's default, with the same order of operations so that the bits agree.
 *
 * Where one neighbour is infinite and has weight, the result is infinite (or NaN between −∞ and ∞).
 *
 * @param values  n ≥ 1 doubles without NaN; not modified
 * @param q  from 0 (the least value) to 1 (the greatest)
 * @returns the quantile, in the unit of the values
 * @throws RangeError when `values` is empty or `q` lies outside [0, 1]
 * @see Hyndman, Fan (1996), "Sample quantiles in statistical packages", https://doi.org/10.1080/00031305.1996.10473566
 */
export function quantileOf(values: Float64Array, q: number): number {
  const { below, weight } = placeOf(q, values.length);
  const low = kthSmallest(values, below);
  return between(low, weight === 0 ? low : following(values, low, below), weight);
}

/**
 * Several quantiles of the same values, each as {@link quantileOf} has it: few values are sorted once.
 *
 * @param values  n ≥ 1 doubles without NaN; not modified
 * @throws RangeError when `values` is empty or one of `shares` lies outside [0, 1]
 */
export function quantilesOf(values: Float64Array, shares: readonly number[]): number[] {
  if (values.length > SORT_ALL_BELOW || values.length === 0) return shares.map((q) => quantileOf(values, q));
  const sorted = values.slice().sort();
  return shares.map((q) => {
    const { below, weight } = placeOf(q, sorted.length);
    const low = sorted[below] as number;
    return between(low, weight === 0 ? low : (sorted[below + 1] as number), weight);
  });
}

/** Where a quantile lies among n values: behind so many of them, and how far from there to the next one. */
function placeOf(q: number, n: number): { readonly below: number; readonly weight: number } {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile ${q} lies outside [0, 1]`);
  const position = (n - 1) * q;
  const below = Math.floor(position);
  return { below, weight: position - below };
}

function between(low: number, high: number, weight: number): number {
  // Adding 0 turns −0 into 0, which equals it and reads better.
  if (low === high) return low + 0;
  const gap = high - low;
  if (gap === Number.POSITIVE_INFINITY) return low * (1 - weight) + high * weight;
  return (weight < 0.5 ? low + gap * weight : high - gap * (1 - weight)) + 0;
}

/**
 * The median: the middle value, or halfway between the two middle values.
 *
 * @param values  n ≥ 1 doubles without NaN; not modified
 * @throws RangeError when `values` is empty
 */
export function medianOf(values: Float64Array): number {
  return quantileOf(values, 0.5);
}

/**
 * The places of the `count` least values, ascending; of values equal to the last one taken, the first ones.
 *
 * @param values  without NaN; not modified
 * @throws RangeError when there are not so many values
 */
export function leastPlaces(values: Float64Array, count: number): Int32Array {
  const places = new Int32Array(count);
  if (count === 0) return places;
  const limit = kthSmallest(values, count - 1);
  let equal = count;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) < limit) equal--;
  for (let i = 0, at = 0; at < count; i++) {
    const value = values[i] as number;
    if (value < limit || (value === limit && equal-- > 0)) places[at++] = i;
  }
  return places;
}

/** The order statistic at position `k + 1`, given the one at `k`: `low` again when it is repeated, else the next above. */
function following(values: Float64Array, low: number, k: number): number {
  let notAbove = 0;
  let next = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value <= low) notAbove++;
    else if (value < next) next = value;
  }
  return notAbove > k + 1 ? low : next;
}

function countDigits(values: Float64Array, digit: number): Uint32Array {
  const words = wordsOf(values);
  const counts = new Uint32Array(BUCKETS);
  for (let i = 0; i < words.length; i += 2) {
    const d = digitAt(words, i, digit);
    counts[d] = (counts[d] as number) + 1;
  }
  return counts;
}

function withDigit(values: Float64Array, digit: number, bucket: number, size: number): Float64Array {
  const words = wordsOf(values);
  const out = new Float64Array(size);
  let at = 0;
  for (let i = 0; i < words.length; i += 2) {
    if (digitAt(words, i, digit) === bucket) out[at++] = values[i >> 1] as number;
  }
  return out;
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/**
 * Sixteen bits of a key whose unsigned order is the numeric order: the double's own bits with the sign bit set when it
 * is positive, all bits flipped when it is negative. Digit 0 is the most significant.
 */
function digitAt(words: Uint32Array, at: number, digit: number): number {
  const high = words[at + HIGH_WORD] as number;
  const negative = (high | 0) >> 31;
  const key = digit < 2 ? high ^ (negative | 0x80000000) : (words[at + 1 - HIGH_WORD] as number) ^ negative;
  return (key >>> (digit % 2 === 0 ? DIGIT_BITS : 0)) & (BUCKETS - 1);
}
