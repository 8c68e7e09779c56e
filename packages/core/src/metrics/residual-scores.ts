import { ParamError, ShapeError } from "../errors.js";
import type { Matrix } from "../matrix.js";

/**
 * How far observations are from what was predicted, one number a row: the norm of the differences (Darts' `NormScorer`).
 *
 * @param order  1 adds magnitudes up, 2 is the Euclidean norm (default), Infinity takes the largest
 * @throws {@link ShapeError} `SHAPE_MISMATCH` · {@link ParamError} `PARAM_RANGE` for another order
 * @example
 * ```ts
 * import { fromRows, normScores } from "@telltale/core";
 * console.log([...normScores(fromRows([[3, 5]]), fromRows([[0, 1]]))]); // [5]
 * ```
 */
export function normScores(observed: Matrix, predicted: Matrix, order: 1 | 2 | typeof Infinity = 2): Float64Array {
  if (order !== 1 && order !== 2 && order !== Number.POSITIVE_INFINITY) {
    throw new ParamError("PARAM_RANGE", `order: expected 1, 2 or Infinity; found ${order}`);
  }
  const { data } = differenceScores(observed, predicted);
  const { rows, cols } = observed;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      const size = Math.abs(data[i * cols + j] as number);
      sum = order === 1 ? sum + size : order === 2 ? sum + size * size : Math.max(sum, size);
    }
    scores[i] = order === 2 ? Math.sqrt(sum) : sum;
  }
  return scores;
}

/**
 * Observed less predicted, value by value: the residuals with their signs (Darts' `DifferenceScorer`).
 *
 * @throws {@link ShapeError} `SHAPE_MISMATCH`
 */
export function differenceScores(observed: Matrix, predicted: Matrix): Matrix {
  if (observed.rows !== predicted.rows || observed.cols !== predicted.cols) {
    throw new ShapeError(
      "SHAPE_MISMATCH",
      `observed values are ${observed.rows} × ${observed.cols}, predicted ones ${predicted.rows} × ${predicted.cols}`,
    );
  }
  return { ...observed, data: observed.data.map((value, i) => value - (predicted.data[i] as number)) };
}
