import { columnMoments } from "../../../math/column-statistics.js";
import { matrix } from "../../../matrix.js";
import {
  type DeviationState,
  deviationParams,
  deviationScores,
  deviations,
  fitDeviations,
  restoreDeviations,
} from "../../column-deviation.js";
import { defineDetector } from "../../detector.js";

/**
 * z-score: rows with a value many standard deviations away from its column's mean are anomalous.
 *
 * *fit*: rows × cols matrix; keeps mean and standard deviation of each column (O(cols) memory, O(rows · cols) time).
 *
 * *score*: one value a row, ≥ 0: of the row's values the largest, or the mean, of |x − mean| / standard deviation. O(cols) a
 * row. `contributions` are these deviations.
 *
 * *Needs*: finite values; no scaling. Columns are looked at one by one. Outliers among the training rows widen the standard
 * deviation and hide behind it; `mad` withstands up to half of them.
 *
 * *Edges*: the standard deviation is that of the rows as a population (divided by their number). A constant column is told
 * in its own unit.
 *
 * @see https://doi.org/10.1080/00401706.1969.10490657 Grubbs: Procedures for detecting outlying observations in samples
 * @example
 * ```ts
 * import { fromRows, zScore } from "@telltale/core";
 * const model = zScore().fitSync(fromRows([[1], [3], [1], [3]]));
 * console.log([...model.scoreSync(fromRows([[2], [7]]))]); // [0, 5]
 * ```
 */
export const zScore = defineDetector({
  name: "z-score",
  aliases: ["zscore", "standard-score"],
  summary: "z-score: rows with a value many standard deviations away from the mean are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: deviationParams,
  fit: (x, _params, run) =>
    fitDeviations(x, run, (values) => {
      const { mean, variance } = columnMoments([{ x: matrix(values, values.length, 1) }]);
      const centre = mean[0] as number;
      return { low: centre, high: centre, unit: Math.sqrt(variance[0] as number) };
    }),
  score: (state, x, { aggregate }, run) => deviationScores(state, x, aggregate, run),
  contributions: (state, x, _params, run) => deviations(state, x, run),
  restore: (state, _params, cols): DeviationState => restoreDeviations("z-score", state, cols),
});
