import type { Matrix } from "../matrix.js";
import { columnMoments } from "./column-statistics.js";

/**
 * The sign of each column's skewness, −1, 0 or 1: that of the mean cube of the distances from the mean. It is 0 where the sum
 * of cubes is no more than what rounding leaves of a symmetric column.
 */
export function skewSigns(x: Matrix): Int32Array {
  const { data, rows, cols } = x;
  const { mean, variance } = columnMoments([{ x }]);
  // In units of the standard deviation no cube of a value that matters overflows.
  const unit = variance.map((v) => (v > 0 && v < Number.POSITIVE_INFINITY ? 1 / Math.sqrt(v) : 0));
  const cubes = new Float64Array(cols);
  const sizes = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) {
    for (let j = 0; j < cols; j++) {
      const d = ((data[at + j] as number) - (mean[j] as number)) * (unit[j] as number);
      const cube = d * d * d;
      cubes[j] = (cubes[j] as number) + cube;
      sizes[j] = (sizes[j] as number) + Math.abs(cube);
    }
  }
  return Int32Array.from(cubes, (cube, j) => {
    // Of the sums, and of the mean that every distance is taken from.
    const offset = 1 + Math.abs((mean[j] as number) * (unit[j] as number));
    const rounding = Number.EPSILON * (Math.sqrt(rows) * (sizes[j] as number) + 4 * rows * offset);
    return Math.abs(cube) > rounding ? Math.sign(cube) : 0;
  });
}
