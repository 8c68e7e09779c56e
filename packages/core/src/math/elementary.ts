/**
 * Elementary functions made of + − × ÷ √ and comparisons in a fixed order, so that every JavaScript engine and the C++
 * kernels (`native/cpp/math/elementary.h`, which mirrors this file line by line) give the same bits.
 * `Math.log` and `Math.pow` may differ in the last bit from one engine to the next.
 */

const LN2_HIGH = 0.6931471803691238; // ln 2 to 32 bits: k * LN2_HIGH is exact for |k| < 2^20
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_HALF = 0.7071067811865476;

const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const table = new Float64Array(2046); // 2^-1022 … 2^1023
  let up = 1;
  let down = 1;
  for (let k = 0; k <= 1023; k++) {
    table[1022 + k] = up;
    up *= 2;
  }
  for (let k = 0; k <= 1022; k++) {
    table[1022 - k] = down;
    down /= 2;
  }
  return table;
}

/** 2^k for a whole number from −1022 to 1023. */
export function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + 1022] as number;
}

/** 2^x, within 1 unit in the last place for −1022 ≤ x ≤ 1023; 0 below, Infinity above, NaN for NaN. */
export function exp2(x: number): number {
  if (!(x >= -1022)) return x < 0 ? 0 : x;
  if (x > 1023) return Number.POSITIVE_INFINITY;
  const whole = Math.floor(x + 0.5);
  const f = x - whole;
  // 2^f = Σ (ln 2)^k / k! · f^k; on |f| ≤ ½ the remainder is below 2^-57. Written out, which takes half the time of a loop.
  let p = 1.3691488853904128e-12 * f + 2.5678435993488206e-11;
  p = p * f + 4.4455382718708116e-10;
  p = p * f + 7.054911620801123e-9;
  p = p * f + 1.01780860092397e-7;
  p = p * f + 1.321548679014431e-6;
  p = p * f + 1.5252733804059841e-5;
  p = p * f + 1.540353039338161e-4;
  p = p * f + 1.3333558146428443e-3;
  p = p * f + 9.618129107628477e-3;
  p = p * f + 5.550410866482158e-2;
  p = p * f + 0.24022650695910072;
  p = p * f + 0.6931471805599453;
  p = p * f + 1;
  return p * (POWERS_OF_TWO[whole + 1022] as number);
}

const bits = new DataView(new ArrayBuffer(8));

/** Natural logarithm of a positive, finite, normal number, within 2 units in the last place. NaN for anything else. */
export function log(x: number): number {
  if (!(x >= 2.2250738585072014e-308 && x <= 1.7976931348623157e308)) return Number.NaN;
  bits.setFloat64(0, x);
  let k = (bits.getUint32(0) >>> 20) - 1022;
  // Mantissa in [½, 1), in two steps, since 2^-k may be beyond the table; writing its bits and reading them back takes longer.
  const half = k >> 1;
  let m = x * powerOfTwo(-half) * powerOfTwo(half - k);
  if (m < SQRT_HALF) {
    m *= 2;
    k -= 1;
  }
  // ln m = 2 artanh s, s = (m − 1) / (m + 1), |s| ≤ 0.1716
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let series = (1 / 25) * z + 1 / 23;
  series = series * z + 1 / 21;
  series = series * z + 1 / 19;
  series = series * z + 1 / 17;
  series = series * z + 1 / 15;
  series = series * z + 1 / 13;
  series = series * z + 1 / 11;
  series = series * z + 1 / 9;
  series = series * z + 1 / 7;
  series = series * z + 1 / 5;
  series = series * z + 1 / 3;
  const tail = 2 * s * (z * series);
  return k * LN2_HIGH + (2 * s + (tail + k * LN2_LOW));
}
