const fround = Math.fround;

/** out += row · weights, one input after the other: `row` has `length` values, `weights` that many rows of `width`. */
export function addProduct(
  out: Float32Array,
  row: Float32Array,
  at: number,
  length: number,
  weights: Float32Array,
  width: number,
): void {
  let k = 0;
  // Four inputs in one pass over the sums, added one after the other as ever.
  for (; k + 4 <= length; k += 4) {
    const [a, b] = [row[at + k] as number, row[at + k + 1] as number];
    const [c, d] = [row[at + k + 2] as number, row[at + k + 3] as number];
    const [fromA, fromB, fromC, fromD] = [k * width, (k + 1) * width, (k + 2) * width, (k + 3) * width];
    for (let j = 0; j < width; j++) {
      let sum = fround((out[j] as number) + fround(a * (weights[fromA + j] as number)));
      sum = fround(sum + fround(b * (weights[fromB + j] as number)));
      sum = fround(sum + fround(c * (weights[fromC + j] as number)));
      out[j] = sum + fround(d * (weights[fromD + j] as number));
    }
  }
  for (; k < length; k++) {
    const value = row[at + k] as number;
    const from = k * width;
    for (let j = 0; j < width; j++) {
      out[j] = (out[j] as number) + fround(value * (weights[from + j] as number));
    }
  }
}

/** out += weights · row: the same weights, transposed; `first` … `last` are the columns, whose values are at `at` of `row`. */
export function addTransposed(
  out: Float32Array,
  outAt: number,
  row: Float32Array,
  at: number,
  weights: Float32Array,
  width: number,
  first: number,
  last: number,
  rows: number,
): void {
  let k = 0;
  // Four sums side by side: each waits for its own last addition alone.
  for (; k + 4 <= rows; k += 4) {
    const [fromA, fromB, fromC, fromD] = [k * width, (k + 1) * width, (k + 2) * width, (k + 3) * width];
    let [a, b] = [out[outAt + k] as number, out[outAt + k + 1] as number];
    let [c, d] = [out[outAt + k + 2] as number, out[outAt + k + 3] as number];
    for (let j = first; j < last; j++) {
      const value = row[at + j - first] as number;
      a = fround(a + fround(value * (weights[fromA + j] as number)));
      b = fround(b + fround(value * (weights[fromB + j] as number)));
      c = fround(c + fround(value * (weights[fromC + j] as number)));
      d = fround(d + fround(value * (weights[fromD + j] as number)));
    }
    out[outAt + k] = a;
    out[outAt + k + 1] = b;
    out[outAt + k + 2] = c;
    out[outAt + k + 3] = d;
  }
  for (; k < rows; k++) {
    const from = k * width;
    let sum = out[outAt + k] as number;
    for (let j = first; j < last; j++) {
      sum = fround(sum + fround((row[at + j - first] as number) * (weights[from + j] as number)));
    }
    out[outAt + k] = sum;
  }
}

/** Adds left ⊗ right to `out`, whose rows are `width` long; `right` goes to its columns from `column` on. */
export function addOuter(
  out: Float32Array,
  width: number,
  column: number,
  left: Float32Array,
  leftAt: number,
  leftLength: number,
  right: Float32Array,
  rightAt: number,
  rightLength: number,
): void {
  for (let k = 0; k < leftLength; k++) {
    const value = left[leftAt + k] as number;
    const at = k * width + column;
    for (let j = 0; j < rightLength; j++) {
      out[at + j] = (out[at + j] as number) + fround(value * (right[rightAt + j] as number));
    }
  }
}

/** Adds `right` to the part of `out` from `at` on. */
export function addValues(out: Float32Array, at: number, right: Float32Array, rightAt: number, length: number): void {
  for (let j = 0; j < length; j++) out[at + j] = (out[at + j] as number) + (right[rightAt + j] as number);
}
