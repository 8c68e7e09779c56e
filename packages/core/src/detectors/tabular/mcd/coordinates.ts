import type { Whitening } from "../../../math/linear-algebra/whitening.js";
import { type Matrix, matrix } from "../../../matrix.js";

/* To the coordinates of a whitening and back. */

/** The rows in those coordinates. */
export function inward({ data, rows, cols }: Matrix, mean: Float64Array, { rank, directions }: Whitening): Matrix {
  const values = new Float64Array(rows * rank);
  const centred = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) centred[j] = (data[i * cols + j] as number) - (mean[j] as number);
    for (let k = 0; k < rank; k++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += (directions[k * cols + j] as number) * (centred[j] as number);
      values[i * rank + k] = sum;
    }
  }
  return matrix(values, rows, rank);
}

/** A covariance of those coordinates, as one of the columns. */
export function outward(covariance: Float64Array, { rank, back }: Whitening, cols: number): Float64Array {
  const turned = new Float64Array(rank * cols);
  for (let j = 0; j < cols; j++) {
    for (let k = 0; k < rank; k++) turned[k * cols + j] = back[j * rank + k] as number;
  }
  return product(product(back, covariance, cols, rank, rank), turned, cols, rank, cols);
}

/** A point of those coordinates, among the rows. */
export function moved(mean: Float64Array, point: Float64Array, { rank, back }: Whitening): Float64Array {
  const shift = product(back, point, mean.length, rank, 1);
  return mean.map((v, j) => v + (shift[j] as number));
}

/** a (rows × inner) times b (inner × cols). */
export function product(a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const v = a[i * inner + k] as number;
      for (let j = 0; j < cols; j++)
        out[i * cols + j] = (out[i * cols + j] as number) + v * (b[k * cols + j] as number);
    }
  }
  return out;
}
