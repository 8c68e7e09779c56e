import { type Matrix, matrix, symmetricEigen } from "@telltale/core";

/** Directions of the largest variance of standardized rows. */
export interface Projection {
  /** components × cols. */
  readonly directions: Float64Array;
  readonly components: number;
}

/** As many components as hold that share of the variance. */
export function principalComponents({ data, rows, cols }: Matrix, share: number): Projection {
  const scatter = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const value = data[i * cols + j] as number;
      for (let k = 0; k < cols; k++) {
        scatter[j * cols + k] = (scatter[j * cols + k] as number) + value * (data[i * cols + k] as number);
      }
    }
  }
  const { values, vectors } = symmetricEigen(scatter, cols);
  const total = values.reduce((sum, v) => sum + v, 0);
  let components = 0;
  for (let held = 0; components < cols && held < share * total; components++) held += values[components] as number;
  return { directions: vectors.slice(0, components * cols), components };
}

export function project({ data, rows, cols }: Matrix, { directions, components }: Projection): Matrix {
  const out = new Float64Array(rows * components);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < components; c++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += (data[i * cols + j] as number) * (directions[c * cols + j] as number);
      out[i * components + c] = sum;
    }
  }
  return matrix(out, rows, components);
}
