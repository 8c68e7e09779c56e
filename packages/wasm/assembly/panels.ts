// Dense layers on a panel of rows: value (unit, row) of a panel stands at unit · lanes + row, lanes being a multiple of sixteen.
import { PANEL, packColumns, product } from "./products";

/** Running sums of a row of lanes, folded by halves at the end. */
const LANES: usize = 16;

/**
 * A panel of `rows` units from a panel of `units`: out(r, lane) = initial(r) + Σ weight(r, u) · panel(u, lane), unit after unit.
 * Weights lie `row` apart from r to r and `step` from u to u. `packed` has room for a panel of `units`; of `initial` each
 * number stands there PANEL times, rows `initialRow` apart.
 */
export function panelProduct(
  rows: usize,
  weights: usize,
  row: usize,
  step: usize,
  panel: usize,
  units: usize,
  lanes: usize,
  packed: usize,
  initial: usize,
  initialRow: usize,
  out: usize,
): void {
  packColumns(panel, units, lanes, 0, lanes, packed);
  for (let lane: usize = 0; lane < lanes; lane += PANEL) {
    const from = packed + lane * units * 4;
    product(rows, weights, row, step, from, units, initial, initialRow, out + lane * 4, lanes);
  }
}

/** Sixteen sums, 0+8, 1+9 …, then 4, 2 and 1 apart. */
function fold(a: v128, b: v128, c: v128, d: v128): f32 {
  const four = f32x4.add(f32x4.add(a, c), f32x4.add(b, d));
  const even = f32x4.extract_lane(four, 0) + f32x4.extract_lane(four, 2);
  return even + (f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3));
}

/** Of two units of a panel of gradients, next to each other, the sums of products with one unit of another panel. */
function twoWeights(unit: usize, gradients: usize, lanes: usize, out: usize): void {
  const size = lanes * 4;
  const zero = f32x4.splat(0);
  let a0 = zero;
  let b0 = zero;
  let c0 = zero;
  let d0 = zero;
  let a1 = zero;
  let b1 = zero;
  let c1 = zero;
  let d1 = zero;
  for (let at: usize = 0; at < size; at += LANES * 4) {
    const from = unit + at;
    const left = gradients + at;
    const right = left + size;
    const a = v128.load(from);
    a0 = f32x4.add(a0, f32x4.mul(a, v128.load(left)));
    a1 = f32x4.add(a1, f32x4.mul(a, v128.load(right)));
    const b = v128.load(from, 16);
    b0 = f32x4.add(b0, f32x4.mul(b, v128.load(left, 16)));
    b1 = f32x4.add(b1, f32x4.mul(b, v128.load(right, 16)));
    const c = v128.load(from, 32);
    c0 = f32x4.add(c0, f32x4.mul(c, v128.load(left, 32)));
    c1 = f32x4.add(c1, f32x4.mul(c, v128.load(right, 32)));
    const d = v128.load(from, 48);
    d0 = f32x4.add(d0, f32x4.mul(d, v128.load(left, 48)));
    d1 = f32x4.add(d1, f32x4.mul(d, v128.load(right, 48)));
  }
  store<f32>(out, fold(a0, b0, c0, d0));
  store<f32>(out + 4, fold(a1, b1, c1, d1));
}

/** The gradients of a layer's weights, inputs × sums, from the panel that it was given and that of its sums' gradients. */
export function panelWeightGradients(
  inputs: usize,
  panel: usize,
  sums: usize,
  gradients: usize,
  lanes: usize,
  out: usize,
): void {
  for (let k: usize = 0; k < inputs; k++) {
    const unit = panel + k * lanes * 4;
    const to = out + k * sums * 4;
    // An odd last one comes with what stands behind it, for which the caller leaves room.
    for (let j: usize = 0; j < sums; j += 2) twoWeights(unit, gradients + j * lanes * 4, lanes, to + j * 4);
  }
}

/** The sum of each unit's values. */
export function panelUnitSums(units: usize, values: usize, lanes: usize, out: usize): void {
  for (let u: usize = 0; u < units; u++) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let end = values + lanes * 4; values < end; values += LANES * 4) {
      a = f32x4.add(a, v128.load(values));
      b = f32x4.add(b, v128.load(values, 16));
      c = f32x4.add(c, v128.load(values, 32));
      d = f32x4.add(d, v128.load(values, 48));
    }
    store<f32>(out + u * 4, fold(a, b, c, d));
  }
}
