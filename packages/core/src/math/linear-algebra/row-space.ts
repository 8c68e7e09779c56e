import { productsWithRows, subtractRows } from "./row-products.js";
import { largestPositive, symmetricEigen } from "./symmetric-eigen.js";

/* Principal axes of fewer rows than columns: their inner products are a smaller matrix than those of the columns. */

/** Variation along the principal axes of rows. */
export interface RowSpace {
  /** One for each row: the sum of the squares along each axis, largest first; rounding may leave them a little below 0. */
  readonly values: Float64Array;
  /**
   * The first `count` axes, row-major, count × cols: unit vectors whose component of largest magnitude is positive. Their
   * values are to be above 0.
   */
  axes(count: number): Float64Array;
}

/** a aᵀ: the inner products of all rows. Each sum takes column after column. */
export function gramOfRows(a: Float64Array, rows: number, cols: number): Float64Array {
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    productsWithRows(a, i + 1, a.subarray(i * cols, (i + 1) * cols), gram, i * rows);
    for (let j = 0; j < i; j++) gram[j * rows + i] = gram[i * rows + j] as number;
  }
  return gram;
}

/** Rows from which their mean was taken away, and their inner products. */
export interface CentredRows {
  readonly mean: Float64Array;
  /** rows × cols. */
  readonly centred: Float64Array;
  /** rows × rows; not finite where squares are beyond the range of doubles. */
  readonly gram: Float64Array;
}

/** What {@link rowSpace} needs of rows, row-major, rows × cols. */
export function centredRows(rowsData: Float64Array, rows: number, cols: number): CentredRows {
  const mean = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) + (rowsData[i * cols + j] as number);
  }
  for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) / rows;
  const centred = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) centred[i * cols + j] = (rowsData[i * cols + j] as number) - (mean[j] as number);
  }
  return { mean, centred, gram: gramOfRows(centred, rows, cols) };
}

/**
 * What an eigen-decomposition of aᵀa would give, from that of a aᵀ, in O(rows² · cols) instead of O(cols³) time. Axes with
 * hardly any variation are brought back to right angles. Only + − × ÷ √ in a fixed order: same bits everywhere.
 *
 * @param a  rows × cols, row-major
 * @param gram  its {@link gramOfRows}, finite
 * @see Golub, Van Loan: Matrix computations, sections 2.4 and 5.2.7
 */
export function rowSpace(a: Float64Array, rows: number, cols: number, gram: Float64Array): RowSpace {
  const { values, vectors } = symmetricEigen(gram, rows);
  return {
    values,
    axes: (count) => {
      const axes = new Float64Array(count * cols);
      for (let k = 0; k < count; k++) {
        const length = Math.sqrt(values[k] as number);
        const axis = axes.subarray(k * cols, (k + 1) * cols);
        const shares = vectors.slice(k * rows, (k + 1) * rows).map((v) => -v / length);
        subtractRows(a, shares, axis);
        const before = new Float64Array(k);
        productsWithRows(axes, k, axis, before);
        subtractRows(axes, before, axis);
        let squares = 0;
        for (let c = 0; c < cols; c++) squares += (axis[c] as number) ** 2;
        const rest = Math.sqrt(squares);
        for (let c = 0; c < cols; c++) axis[c] = (axis[c] as number) / rest;
        largestPositive(axis);
      }
      return axes;
    },
  };
}
