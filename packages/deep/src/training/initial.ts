import type { Random } from "@telltale/core";

/**
 * Glorot's uniform distribution, Keras' default for kernels: values within ±√(6 / (inputs + outputs)).
 *
 * @see https://proceedings.mlr.press/v9/glorot10a.html Glorot, Bengio: understanding the difficulty of training deep networks
 */
export function glorotUniform(
  inputs: number,
  outputs: number,
  random: Random,
  into: Float32Array = new Float32Array(inputs * outputs),
): Float32Array {
  const limit = Math.sqrt(6 / (inputs + outputs));
  for (let i = 0; i < into.length; i++) into[i] = limit * (2 * random.uniform() - 1);
  return into;
}

/**
 * rows × cols with orthonormal rows or columns, whichever are fewer: Keras' default for recurrent kernels. Made by modified
 * Gram-Schmidt of normal numbers, twice.
 */
export function orthogonal(rows: number, cols: number, random: Random): Float32Array {
  const wide = cols >= rows;
  const [count, length] = wide ? [rows, cols] : [cols, rows];
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => random.normal()));
  vectors.forEach((vector, i) => {
    for (let round = 0; round < 2; round++) {
      for (let j = 0; j < i; j++) {
        const other = vectors[j] as Float64Array;
        const share = dot(vector, other);
        for (let k = 0; k < length; k++) vector[k] = (vector[k] as number) - share * (other[k] as number);
      }
      const norm = Math.sqrt(dot(vector, vector));
      for (let k = 0; k < length; k++) vector[k] = (vector[k] as number) / norm;
    }
  });
  return Float32Array.from({ length: rows * cols }, (_, at) => {
    const [i, j] = [Math.floor(at / cols), at % cols];
    return (wide ? vectors[i]?.[j] : vectors[j]?.[i]) as number;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
