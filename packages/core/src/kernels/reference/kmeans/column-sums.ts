/**
 * Sums of rows that do not depend on their order: every value is cut into two parts, each a multiple of a unit so coarse
 * that sums of as many parts as there are rows stay below 2^53 units, and so are exact. What is left below the second unit
 * is dropped: with n rows, less than 2^(2 ⌈log2 n⌉ − 105) of the greatest magnitude in the column.
 *
 * @see https://doi.org/10.1109/TC.2014.2345391 Demmel, Nguyen: Parallel reproducible summation
 */
export interface ColumnUnits {
  /** Of each column what rounds a value to a multiple of the unit when it is added and taken off again: 1.5 · 2^52 units. */
  readonly coarse: Float64Array;
  readonly fine: Float64Array;
}

export interface ColumnSums {
  readonly coarse: Float64Array;
  readonly fine: Float64Array;
}

export function columnUnits(x: Float64Array, rows: number, cols: number): ColumnUnits {
  const greatest = new Float64Array(cols);
  for (let at = 0; at < rows * cols; at += cols) {
    for (let j = 0; j < cols; j++) {
      const magnitude = Math.abs(x[at + j] as number);
      if (magnitude > (greatest[j] as number)) greatest[j] = magnitude;
    }
  }
  const rowBits = Math.max(2, 32 - Math.clz32(Math.min(rows, 2 ** 32) - 1));
  const units = greatest.map((v) => Math.max(-1074, exponentAbove(v) + rowBits - 52));
  return {
    coarse: units.map(rounderOf),
    fine: units.map((unit) => rounderOf(Math.max(-1074, unit + rowBits - 53))),
  };
}

/** Adds a row's values, or takes them off. */
export function addRow(
  sums: ColumnSums,
  at: number,
  units: ColumnUnits,
  x: Float64Array,
  row: number,
  sign: 1 | -1,
): void {
  const cols = units.coarse.length;
  for (let j = 0; j < cols; j++) {
    const v = x[row + j] as number;
    const coarse = units.coarse[j] as number;
    const fine = units.fine[j] as number;
    const high = v + coarse - coarse;
    const low = v - high + fine - fine;
    sums.coarse[at + j] = (sums.coarse[at + j] as number) + sign * high;
    sums.fine[at + j] = (sums.fine[at + j] as number) + sign * low;
  }
}

/** The mean of `count` values, rounded nearly once: the mean of equal values is their value. */
export function meanOf(coarse: number, fine: number, count: number): number {
  const sum = coarse + fine;
  const rest = fine - (sum - coarse);
  const mean = sum / count;
  // Halves of the mean of 26 bits, so that their products with the count are exact.
  const wide = mean * 134217729;
  const high = wide - (wide - mean);
  const left = sum - count * high - count * (mean - high) + rest;
  return mean + left / count;
}

const view = new DataView(new ArrayBuffer(8));

/** The least e, from −1022 on, with |v| < 2^e. */
function exponentAbove(v: number): number {
  view.setFloat64(0, v);
  return Math.max(-1022, ((view.getUint32(0) >>> 20) & 0x7ff) - 1022);
}

/** 1.5 · 2^(52 + e); infinite beyond the range of doubles. */
function rounderOf(e: number): number {
  const biased = 52 + e + 1023;
  if (biased > 2046) return Number.POSITIVE_INFINITY;
  view.setUint32(0, (biased << 20) | 0x80000);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}
