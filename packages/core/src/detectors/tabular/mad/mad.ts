import { medianOf } from "../../../math/selection.js";
import {
  type DeviationState,
  deviationParams,
  deviationScores,
  deviations,
  fitDeviations,
  restoreDeviations,
} from "../../column-deviation.js";
import { defineDetector } from "../../detector.js";

/** The third quartile of the standard normal distribution: the median absolute deviation in standard deviations. */
const MAD_OF_NORMAL = 0.6745;
/** √(2 / π): the mean absolute deviation of a normal distribution in standard deviations. */
const MEAN_DEVIATION_OF_NORMAL = 0.7978845608028654;

/**
 * Robust z-score: rows with a value many median absolute deviations away from its column's median are anomalous.
 *
 * *fit*: rows × cols matrix; keeps median and spread of each column (O(cols) memory, O(rows · cols) time).
 *
 * *score*: one value a row, ≥ 0, in standard deviations of a normal distribution: of the row's values the largest, or the
 * mean, of 0.6745 · |x − median| / MAD. Iglewicz and Hoaglin call values above 3.5 outliers. O(cols) a row. `contributions`
 * are these deviations.
 *
 * *Needs*: finite values; no scaling. Columns are looked at one by one.
 *
 * *Edges*: where more than half of a column's values are the same, its MAD is 0, and its mean absolute deviation takes its
 * place; a constant column is told in its own unit.
 *
 * @see https://doi.org/10.1016/j.jesp.2013.03.013 Leys et al.: Detecting outliers: use absolute deviation around the median
 * @example
 * ```ts
 * import { fromRows, robustZScore } from "@telltale/core";
 * const model = robustZScore().fitSync(fromRows([[1], [2], [3], [4], [5]]));
 * console.log([...model.scoreSync(fromRows([[3], [13]]))]); // [0, 6.745]
 * ```
 */
export const robustZScore = defineDetector({
  name: "mad",
  aliases: ["robust-z", "median-absolute-deviation"],
  summary: "Robust z-score: rows with a value many median absolute deviations away from the median are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: deviationParams,
  fit: (x, _params, run) =>
    fitDeviations(x, run, (values) => {
      const median = medianOf(values);
      const distances = values.map((v) => Math.abs(v - median));
      const mean = distances.reduce((sum, d) => sum + d, 0) / distances.length;
      return {
        ...{ low: median, high: median },
        unit: medianOf(distances) / MAD_OF_NORMAL || mean / MEAN_DEVIATION_OF_NORMAL,
      };
    }),
  score: (state, x, { aggregate }, run) => deviationScores(state, x, aggregate, run),
  contributions: (state, x, _params, run) => deviations(state, x, run),
  restore: (state, _params, cols): DeviationState => restoreDeviations("mad", state, cols),
});
