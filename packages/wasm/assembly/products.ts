// Products of matrices in single precision, in panels of eight columns: two registers. Every element is one sum over one
// index after the other, each product rounded before it is added, so that a row's result has the same bits in every tile.
// Sizes, strides and steps are in numbers, not in bytes.

/** Columns of a panel. */
export const PANEL: usize = 8;
/** Rows of a tile: two sums a row, two columns, a value and a product have to fit the sixteen registers of x86. */
const TILE: usize = 4;

/** The width of a row that ends with a whole panel. */
export function padded(width: usize): usize {
  return (width + PANEL - 1) & ~(PANEL - 1);
}

/**
 * One panel: out = initial + a · b for `rows` rows of a. Values of a lie `aRow` apart from row to row and `aStep` from step to
 * step; b is `length` × PANEL; rows of `initial` lie `initialRow` apart, 0 for the same one again.
 */
export function product(
  rows: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  length: usize,
  initial: usize,
  initialRow: usize,
  out: usize,
  outRow: usize,
): void {
  const row = aRow << 2;
  const step = aStep << 2;
  const from = initialRow << 2;
  const to = outRow << 2;
  for (; rows >= TILE; rows -= TILE) {
    const in1 = initial + from;
    const in2 = in1 + from;
    const in3 = in2 + from;
    let s00 = v128.load(initial);
    let s01 = v128.load(initial, 16);
    let s10 = v128.load(in1);
    let s11 = v128.load(in1, 16);
    let s20 = v128.load(in2);
    let s21 = v128.load(in2, 16);
    let s30 = v128.load(in3);
    let s31 = v128.load(in3, 16);
    let a0 = a;
    let a1 = a0 + row;
    let a2 = a1 + row;
    let a3 = a2 + row;
    for (let at = b, end = b + length * PANEL * 4; at < end; at += PANEL * 4) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      const v0 = v128.load_splat<f32>(a0);
      s00 = f32x4.add(s00, f32x4.mul(v0, left));
      s01 = f32x4.add(s01, f32x4.mul(v0, right));
      const v1 = v128.load_splat<f32>(a1);
      s10 = f32x4.add(s10, f32x4.mul(v1, left));
      s11 = f32x4.add(s11, f32x4.mul(v1, right));
      const v2 = v128.load_splat<f32>(a2);
      s20 = f32x4.add(s20, f32x4.mul(v2, left));
      s21 = f32x4.add(s21, f32x4.mul(v2, right));
      const v3 = v128.load_splat<f32>(a3);
      s30 = f32x4.add(s30, f32x4.mul(v3, left));
      s31 = f32x4.add(s31, f32x4.mul(v3, right));
      a0 += step;
      a1 += step;
      a2 += step;
      a3 += step;
    }
    const out1 = out + to;
    const out2 = out1 + to;
    const out3 = out2 + to;
    v128.store(out, s00);
    v128.store(out, s01, 16);
    v128.store(out1, s10);
    v128.store(out1, s11, 16);
    v128.store(out2, s20);
    v128.store(out2, s21, 16);
    v128.store(out3, s30);
    v128.store(out3, s31, 16);
    a += row * TILE;
    initial += from * TILE;
    out += to * TILE;
  }
  for (; rows > 0; rows--) {
    let left = v128.load(initial);
    let right = v128.load(initial, 16);
    let value = a;
    for (let at = b, end = b + length * PANEL * 4; at < end; at += PANEL * 4) {
      const v = v128.load_splat<f32>(value);
      left = f32x4.add(left, f32x4.mul(v, v128.load(at)));
      right = f32x4.add(right, f32x4.mul(v, v128.load(at, 16)));
      value += step;
    }
    v128.store(out, left);
    v128.store(out, right, 16);
    a += row;
    initial += from;
    out += to;
  }
}

/**
 * Rows of initial + a · b that are `width` wide and stored without padding; b is in panels, `initial` one padded row. `tile` has room
 * for TILE × PANEL numbers.
 */
export function productRows(
  rows: usize,
  a: usize,
  aRow: usize,
  panels: usize,
  length: usize,
  initial: usize,
  width: usize,
  out: usize,
  tile: usize,
): void {
  const whole = width & ~(PANEL - 1);
  for (; rows > 0; ) {
    const count = rows < TILE ? rows : TILE;
    for (let column: usize = 0; column < whole; column += PANEL) {
      product(
        count,
        a,
        aRow,
        1,
        panels + column * length * 4,
        length,
        initial + column * 4,
        0,
        out + column * 4,
        width,
      );
    }
    if (whole < width) {
      product(count, a, aRow, 1, panels + whole * length * 4, length, initial + whole * 4, 0, tile, PANEL);
      for (let r: usize = 0; r < count; r++) {
        for (let c: usize = whole; c < width; c++) {
          store<f32>(out + (r * width + c) * 4, load<f32>(tile + (r * PANEL + c - whole) * 4));
        }
      }
    }
    a += count * aRow * 4;
    out += count * width * 4;
    rows -= count;
  }
}

/** Columns of a matrix of rows × stride, from `first` on, as panels of rows × PANEL; zeros behind the last. */
export function packColumns(from: usize, rows: usize, stride: usize, first: usize, last: usize, to: usize): void {
  for (let column = first; column < last; column += PANEL) {
    const count = last - column;
    for (let k: usize = 0; k < rows; k++, to += PANEL * 4) {
      const at = from + (k * stride + column) * 4;
      if (count >= PANEL) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
        continue;
      }
      for (let c: usize = 0; c < PANEL; c++) store<f32>(to + c * 4, c < count ? load<f32>(at + c * 4) : 0);
    }
  }
}

/** The same of the transposed matrix: its columns are the rows of `from`, its rows the columns `first` … `last`. */
export function packTransposed(from: usize, rows: usize, stride: usize, first: usize, last: usize, to: usize): void {
  for (let row: usize = 0; row < rows; row += PANEL) {
    for (let k = first; k < last; k++, to += PANEL * 4) {
      for (let c: usize = 0; c < PANEL; c++) {
        const inside = row + c < rows;
        store<f32>(to + c * 4, inside ? load<f32>(from + ((row + c) * stride + k) * 4) : 0);
      }
    }
  }
}

/** Panels of rows × PANEL as a matrix of rows × width: what `packColumns` did, undone. */
export function unpackColumns(from: usize, rows: usize, width: usize, to: usize): void {
  for (let column: usize = 0; column < width; column += PANEL) {
    const count = width - column < PANEL ? width - column : PANEL;
    for (let k: usize = 0; k < rows; k++, from += PANEL * 4) {
      for (let c: usize = 0; c < count; c++) store<f32>(to + (k * width + column + c) * 4, load<f32>(from + c * 4));
    }
  }
}

/** The first `count` lanes to memory, at most four. */
export function storeSome(to: usize, value: v128, count: usize): void {
  if (count >= 4) {
    v128.store(to, value);
    return;
  }
  store<f32>(to, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(value, 2), 8);
}

/** sum += values, `length` of them; sums are those of a padded row. */
export function addValues(sum: usize, values: usize, length: usize): void {
  let j: usize = 0;
  for (; j + 4 <= length; j += 4) {
    v128.store(sum + j * 4, f32x4.add(v128.load(sum + j * 4), v128.load(values + j * 4)));
  }
  for (; j < length; j++) store<f32>(sum + j * 4, load<f32>(sum + j * 4) + load<f32>(values + j * 4));
}
