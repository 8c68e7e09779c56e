import type { Matrix } from "../../../matrix.js";

/** Below this share of the largest value a window's deviation is rounding: the sensor stands still. */
const STILL = 1e-12;

/** Windows to cut out of rows: side by side all values of `length` rows, oldest first. */
export interface Cut {
  readonly length: number;
  /** Whether each sensor of each window is brought to mean 0 and standard deviation 1; one that stands still to 0. */
  readonly normalize: boolean;
}

/**
 * Windows that begin at the rows `from`, `from` + `step` …, `count` of them, as a matrix of count × (length · cols).
 *
 * @param data  rows × cols that hold all of these windows
 */
export function windowRows(
  data: Float64Array,
  cols: number,
  { length, normalize }: Cut,
  from: number,
  count: number,
  step = 1,
): Matrix {
  const width = length * cols;
  const out = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const at = (from + i * step) * cols;
    out.set(data.subarray(at, at + width), i * width);
    if (normalize) normalizeWindow(out, i * width, length, cols);
  }
  return { data: out, rows: count, cols: width };
}

function normalizeWindow(values: Float64Array, at: number, length: number, cols: number): void {
  const end = at + length * cols;
  for (let j = at; j < at + cols; j++) {
    let sum = 0;
    let largest = 0;
    for (let i = j; i < end; i += cols) {
      sum += values[i] as number;
      largest = Math.max(largest, Math.abs(values[i] as number));
    }
    const mean = sum / length;
    let squares = 0;
    for (let i = j; i < end; i += cols) squares += ((values[i] as number) - mean) ** 2;
    const deviation = Math.sqrt(squares / length);
    const unit = deviation > STILL * largest && deviation - deviation === 0 ? deviation : Number.POSITIVE_INFINITY;
    for (let i = j; i < end; i += cols) {
      values[i] = unit === Number.POSITIVE_INFINITY ? 0 : ((values[i] as number) - mean) / unit;
    }
  }
}
