import type { Matrix } from "../../../matrix.js";
import type { PcaState } from "./pca.js";

/* PyOD's score: distances of a row to the unit vectors of the components, divided by their shares of the variance. */

/** One value a row. */
export function weightedDistances(state: PcaState, x: Matrix): Float64Array {
  const scores = new Float64Array(x.rows);
  eachDistance(state, x, (row, distance, weight) => {
    scores[row] = (scores[row] as number) + distance * weight;
  });
  return scores;
}

/** Parts of these that add up to them: (x − v)ⱼ² / ‖x − v‖ of a distance. */
export function weightedContributions(state: PcaState, x: Matrix): Float64Array {
  const { cols } = x;
  const values = new Float64Array(x.rows * cols);
  eachDistance(state, x, (row, distance, weight, differences) => {
    if (distance === 0) return;
    for (let j = 0; j < cols; j++) {
      const part = ((differences[j] as number) ** 2 / distance) * weight;
      values[row * cols + j] = (values[row * cols + j] as number) + part;
    }
  });
  return values;
}

function eachDistance(
  { center, vectors, variances, kept }: PcaState,
  { data, rows, cols }: Matrix,
  use: (row: number, distance: number, weight: number, differences: Float64Array) => void,
): void {
  const total = variances.reduce((sum, v) => sum + v, 0);
  const weights = variances.subarray(0, kept).map((v) => total / v);
  const centred = new Float64Array(cols);
  const differences = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) centred[j] = (data[i * cols + j] as number) - (center[j] as number);
    for (let k = 0; k < kept; k++) {
      let squares = 0;
      for (let j = 0; j < cols; j++) {
        const difference = (centred[j] as number) - (vectors[k * cols + j] as number);
        differences[j] = difference;
        squares += difference * difference;
      }
      use(i, Math.sqrt(squares), weights[k] as number, differences);
    }
  }
}
