import type { Matrix } from "@telltale/core";

/** Windows of consecutive rows, none of which spans two series; window k begins at row `first[k]`. */
export interface WindowSource {
  readonly x: Matrix;
  /** Rows of a window. */
  readonly size: number;
  readonly first: Int32Array;
}

/** Windows of all series, in time order, each followed by `ahead` rows of its series. */
export function windowsOf(x: Matrix, starts: Int32Array | undefined, size: number, ahead = 0): WindowSource {
  const begins = starts ?? Int32Array.of(0);
  const first: number[] = [];
  begins.forEach((start, s) => {
    const end = begins[s + 1] ?? x.rows;
    for (let i = start; i + size + ahead <= end; i++) first.push(i);
  });
  return { x, size, first: Int32Array.from(first) };
}

/** Values beyond this enter a network as it: their squares stay within the range of single precision. */
export const MOST_INPUT = 1e9;

/** A value in single precision, within ±{@link MOST_INPUT}. */
export function boundedFloat(value: number): number {
  return value > MOST_INPUT ? MOST_INPUT : value < -MOST_INPUT ? -MOST_INPUT : Math.fround(value);
}

/** The rows of some windows, windows × size × cols, in single precision. */
export function gatherWindows({ x, size, first }: WindowSource, items: Int32Array, to: Float32Array): void {
  const length = size * x.cols;
  items.forEach((item, k) => {
    const from = (first[item] as number) * x.cols;
    for (let i = 0; i < length; i++) to[k * length + i] = boundedFloat(x.data[from + i] as number);
  });
}

/** One row a window, `offset` rows from where it begins: windows × cols. */
export function gatherRows({ x, first }: WindowSource, items: Int32Array, offset: number, to: Float32Array): void {
  items.forEach((item, k) => {
    const from = ((first[item] as number) + offset) * x.cols;
    for (let j = 0; j < x.cols; j++) to[k * x.cols + j] = boundedFloat(x.data[from + j] as number);
  });
}
