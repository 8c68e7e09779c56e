import { NEAREST_LEAF, type NearestIndexArgs } from "../../nearest/nearest.js";

/** Groups training rows into leaves: the specification of the kernel, see `NearestIndex`. */
export function nearestIndex({ x, rows, cols, order, boxes }: NearestIndexArgs): void {
  for (let i = 0; i < rows; i++) order[i] = i;
  const low = new Float64Array(cols);
  const high = new Float64Array(cols);
  const split = (from: number, to: number): void => {
    const leaves = Math.ceil((to - from) / NEAREST_LEAF);
    if (leaves <= 1) {
      order.subarray(from, to).sort();
      return;
    }
    bounds(x, cols, order, from, to, low, high);
    let widest = 0;
    for (let j = 1; j < cols; j++) {
      if (range(low, high, j) > range(low, high, widest)) widest = j;
    }
    const middle = from + Math.ceil(leaves / 2) * NEAREST_LEAF;
    select(x, cols, widest, order, from, to - 1, middle);
    split(from, middle);
    split(middle, to);
  };
  split(0, rows);
  for (let from = 0, at = 0; from < rows; from += NEAREST_LEAF, at += 2 * cols) {
    const [least, greatest] = [boxes.subarray(at, at + cols), boxes.subarray(at + cols, at + 2 * cols)];
    bounds(x, cols, order, from, Math.min(rows, from + NEAREST_LEAF), least, greatest);
  }
}

function range(low: Float64Array, high: Float64Array, j: number): number {
  return (high[j] as number) - (low[j] as number);
}

/** The least and greatest value of every column among some rows. */
function bounds(
  x: Float64Array,
  cols: number,
  order: Int32Array,
  from: number,
  to: number,
  low: Float64Array,
  high: Float64Array,
): void {
  low.fill(Number.POSITIVE_INFINITY);
  high.fill(Number.NEGATIVE_INFINITY);
  for (let i = from; i < to; i++) {
    const row = (order[i] as number) * cols;
    for (let j = 0; j < cols; j++) {
      // Adding 0 makes −0 and 0 one and the same, so that the bits of a box do not depend on which came first.
      const v = (x[row + j] as number) + 0;
      if (v < (low[j] as number)) low[j] = v;
      if (v > (high[j] as number)) high[j] = v;
    }
  }
}

/** Reorders places `from … to` so that those before `middle` are the ones that come first by value, then index. */
function select(
  x: Float64Array,
  cols: number,
  column: number,
  order: Int32Array,
  from: number,
  to: number,
  middle: number,
): void {
  const value = (place: number) => x[(order[place] as number) * cols + column] as number;
  let first = from;
  let last = to;
  while (first < last) {
    const centre = (first + last) >>> 1;
    const [a, b, c] = [value(first), value(centre), value(last)];
    const pivotPlace = a < b ? (b < c ? centre : a < c ? last : first) : a < c ? first : b < c ? last : centre;
    const pivot = value(pivotPlace);
    const pivotRow = order[pivotPlace] as number;
    let i = first;
    let j = last;
    while (i <= j) {
      for (let v = value(i); v < pivot || (v === pivot && (order[i] as number) < pivotRow); v = value(i)) i++;
      for (let v = value(j); v > pivot || (v === pivot && (order[j] as number) > pivotRow); v = value(j)) j--;
      if (i > j) break;
      const moved = order[i] as number;
      order[i++] = order[j] as number;
      order[j--] = moved;
    }
    if (middle <= j) last = j;
    else if (middle >= i) first = i;
    else return;
  }
}
