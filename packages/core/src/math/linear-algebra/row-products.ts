/* Products of a vector with many rows. Four rows at a time, since one sum alone waits for each of its additions. */

/**
 * The inner products of a vector with the first `count` rows of a; each sum takes column after column.
 *
 * @param a  row-major, count × v.length
 * @param products  output, from place `at` on
 */
export function productsWithRows(
  a: Float64Array,
  count: number,
  v: Float64Array,
  products: Float64Array,
  at = 0,
): void {
  const cols = v.length;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const first = k * cols;
    const second = first + cols;
    const third = second + cols;
    const fourth = third + cols;
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    for (let j = 0; j < cols; j++) {
      const value = v[j] as number;
      p += value * (a[first + j] as number);
      q += value * (a[second + j] as number);
      r += value * (a[third + j] as number);
      s += value * (a[fourth + j] as number);
    }
    products[at + k] = p;
    products[at + k + 1] = q;
    products[at + k + 2] = r;
    products[at + k + 3] = s;
  }
  for (; k < count; k++) {
    const row = k * cols;
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += (v[j] as number) * (a[row + j] as number);
    products[at + k] = sum;
  }
}

/**
 * v ← v − Σ factorₖ · rowₖ, row after row.
 *
 * @param a  row-major, factors × v.length
 */
export function subtractRows(a: Float64Array, factors: Float64Array, v: Float64Array): void {
  const cols = v.length;
  const count = factors.length;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const first = k * cols;
    const second = first + cols;
    const third = second + cols;
    const fourth = third + cols;
    const p = factors[k] as number;
    const q = factors[k + 1] as number;
    const r = factors[k + 2] as number;
    const s = factors[k + 3] as number;
    for (let j = 0; j < cols; j++) {
      let value = (v[j] as number) - p * (a[first + j] as number);
      value -= q * (a[second + j] as number);
      value -= r * (a[third + j] as number);
      v[j] = value - s * (a[fourth + j] as number);
    }
  }
  for (; k < count; k++) {
    const factor = factors[k] as number;
    const row = k * cols;
    for (let j = 0; j < cols; j++) v[j] = (v[j] as number) - factor * (a[row + j] as number);
  }
}
