import { quantileOf } from "../../../math/selection.js";
import { number } from "../../../params/params.js";
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
 * Interquartile range: rows with a value far outside the middle half of its column are anomalous.
 *
 * *fit*: rows × cols matrix; keeps two quantiles of each column (O(cols) memory, O(rows · cols) time).
 *
 * *score*: one value a row: of the row's values the largest, or the mean, of max(q₁ − x, x − q₃) / (q₃ − q₁), where q₁ and q₃
 * are the quartiles. 0 is at a quartile, values between the quartiles are below 0, and 1.5 is at the whiskers of a box plot
 * (Tukey's fences). O(cols) a row. `contributions` are these deviations.
 *
 * *Needs*: finite values; no scaling. Columns are looked at one by one.
 *
 * *Edges*: where both quantiles are the same, deviations are told in the column's own unit.
 *
 * @see https://doi.org/10.1080/01621459.1987.10478551 Hoaglin, Iglewicz: Fine-tuning some resistant rules for outlier labeling
 * @example
 * ```ts
 * import { fromRows, interquartileRange } from "@telltale/core";
 * const model = interquartileRange().fitSync(fromRows([[0], [1], [2], [3], [4]]));
 * console.log([...model.scoreSync(fromRows([[2], [6], [-5]]))]); // [-0.5, 1.5, 3]
 * ```
 */
export const interquartileRange = defineDetector({
  name: "iqr",
  aliases: ["interquartile-range", "tukey-fences"],
  summary: "Interquartile range: rows with a value far outside the middle half of its column are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: {
    quantile: number({
      default: 0.25,
      min: 0,
      max: 0.5,
      exclusive: true,
      doc: "Share of the training values on either side of the interval; a quarter for quartiles.",
    }),
    ...deviationParams,
  },
  fit: (x, { quantile }, run) =>
    fitDeviations(x, run, (values) => {
      const low = quantileOf(values, quantile);
      const high = Math.max(low, quantileOf(values, 1 - quantile));
      return { low, high, unit: high - low };
    }),
  score: (state, x, { aggregate }, run) => deviationScores(state, x, aggregate, run),
  contributions: (state, x, _params, run) => deviations(state, x, run),
  restore: (state, _params, cols): DeviationState => restoreDeviations("iqr", state, cols),
});
