import { TrailingMeans } from "../../../math/trailing-means.js";
import { int, type ParamValues } from "../../../params/params.js";
import { type Baseline, fitBaseline, restoreBaseline, spreadParam, standardiseRow } from "../../baseline.js";
import { defineDetector } from "../../detector.js";
import { combineParam, combineSensors } from "../../sensors.js";
import { lookingBackExplained } from "../../series.js";

const params = {
  window: int({ default: 60, min: 1, max: 100_000, doc: "Rows in the window that ends at each row." }),
  spread: spreadParam("standard"),
  combine: combineParam("mean"),
};

/**
 * Mean z: how far the sensors are from their training level, on average over the last rows.
 *
 * *fit*: rows × cols, one series or several. Level and spread of each column; O(rows · cols) time.
 *
 * *score*: one value a row, ≥ 0, in spreads: |value − level| / spread of each sensor, averaged over the window that ends at
 * the row, then combined over the sensors. O(cols) a row whatever the window. In a stream the same bits. Contributions:
 * what each sensor adds.
 *
 * *Needs*: finite values; no scaling.
 *
 * *Edges*: rows before the first one of a series are taken to equal it. A column that did not vary in training counts
 * with spread 1.
 *
 * *Which spread*: neighbouring rows of a sensor mostly say the same, so a sensor that drifts to and fro is far from its
 * level more often than its standard deviation suggests. `long-run` measures how much the means of 20 rows vary instead.
 * On the 34 labelled files of SKAB (400 rows to train, window 60) mean average precision per file is .824 with `standard`
 * and .859 with `long-run`.
 *
 * @see https://doi.org/10.1287/opre.31.6.983 Law: Statistical analysis of simulation output data (batch means)
 * @example
 * ```ts
 * import { fromRows, meanZ } from "@telltale/core";
 * const model = meanZ({ window: 2 }).fitSync(fromRows([[1], [3], [1], [3]])); // level 2, spread 1
 * console.log([...model.scoreSync(fromRows([[2], [4], [8]]))]); // [0, 1, 4]
 * ```
 */
export const meanZ = defineDetector({
  name: "mean-z",
  aliases: ["meanz", "mean-absolute-z"],
  summary: "Mean z: sensors that are on average far from their training level over the last rows are anomalous.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params,
  fit: (x, { spread }, _run, { starts }): Baseline => fitBaseline(x, starts, spread),
  ...lookingBackExplained((state: Baseline, { window, combine }: ParamValues<typeof params>) => {
    const means = new TrailingMeans(state.center.length, window);
    const row = new Float64Array(state.center.length);
    return {
      push(x, _run, contributions) {
        const scores = new Float64Array(x.rows);
        for (let i = 0; i < x.rows; i++) {
          standardiseRow(state, x, i, row);
          for (let j = 0; j < x.cols; j++) row[j] = Math.abs(row[j] as number);
          means.push(row);
          scores[i] = combineSensors(row, combine, contributions?.subarray(i * x.cols, (i + 1) * x.cols));
        }
        return scores;
      },
    };
  }),
  restore: (state, _params, cols) => restoreBaseline(state, cols, "mean-z"),
});
