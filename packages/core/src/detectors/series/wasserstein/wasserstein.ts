import { chain, type MaybePromise } from "../../../kernels/kernels.js";
import { History } from "../../../math/history.js";
import { medianOf } from "../../../math/selection.js";
import { type SortedSample, sortedSample, wassersteinToSample } from "../../../math/wasserstein.js";
import { int, type ParamValues } from "../../../params/params.js";
import { fitBaseline, restoreBaseline } from "../../baseline.js";
import { defineDetector, type SeriesRun } from "../../detector.js";
import { combineParam, combineSensors } from "../../sensors.js";
import { lookingBackExplained, scoreEach, seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";

const VALUES_PER_PART = 2 ** 15;

const params = {
  window: int({ default: 10, min: 1, max: 100_000, doc: "Rows in the window that ends at each row." }),
  combine: combineParam("mean"),
};
type Given = ParamValues<typeof params>;

/** Sorted training values of each column, and the unit of its distances. */
export type WassersteinState = {
  /** cols × rows: column after column, each ascending. */
  readonly sorted: Float64Array;
  readonly center: Float64Array;
  readonly spread: Float64Array;
  /** Median training score: that of rows before the first whole window. */
  readonly typical: number;
};

/**
 * Wasserstein distance of windows: a stretch whose values are distributed unlike those of training is anomalous, whatever
 * their order.
 *
 * *fit*: rows × cols, one series or several. Sorts each column; O(rows · cols) memory.
 *
 * *score*: one value a row, ≥ 0, in standard deviations of the training values: the first Wasserstein distance between the
 * values of the window that ends there and those of training, for each sensor, then combined over the sensors.
 * O(window · log rows · cols) a row. In a stream the same bits. Contributions: what each sensor adds. Of one sensor this is
 * Darts' `WassersteinScorer`, but in standard deviations.
 *
 * *Needs*: finite values; no scaling. Sees level and spread, not shape.
 *
 * *Edges*: rows before the first whole window of a series get the median score of training. A column that did not vary in
 * training is measured in its own unit.
 *
 * @see https://doi.org/10.1007/978-3-540-71050-9 Villani: Optimal transport
 * @example
 * ```ts
 * import { fromRows, wasserstein } from "@telltale/core";
 * const model = wasserstein({ window: 2 }).fitSync(fromRows([[1], [3], [1], [3]])); // spread 1
 * console.log([...model.scoreSync(fromRows([[3], [1], [6]]))].slice(1)); // [0, 1.5]
 * ```
 */
export const wasserstein = defineDetector({
  name: "wasserstein",
  aliases: ["wasserstein-scorer"],
  summary: "Wasserstein distance: a stretch whose values are distributed unlike those of training is anomalous.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params,
  fit(x, given, run, { starts }): MaybePromise<WassersteinState> {
    const { center, spread } = fitBaseline(x, starts, "standard");
    const sorted = new Float64Array(x.data.length);
    for (let j = 0; j < x.cols; j++) {
      const column = Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols + j] as number);
      sorted.set(column.sort(), j * x.rows);
    }
    const state = { sorted, center, spread, typical: Number.NaN };
    const own = scoreEach(seriesOf(x, starts), run, (part, within) => openSeries(state, given).push(part, within));
    return chain(own, (scores) => {
      const known = scores.filter(Number.isFinite);
      return { ...state, typical: known.length === 0 ? 0 : medianOf(known) };
    });
  },
  ...lookingBackExplained((state: WassersteinState, given: Given) => openSeries(state, given)),
  restore(state, _params, cols): WassersteinState {
    const reader = new StateReader("wasserstein", state);
    const sorted = reader.doubles("sorted");
    const rows = sorted.length / cols;
    if (!Number.isSafeInteger(rows) || rows < 1) throw reader.wrong("its values are no whole columns");
    if (sorted.some((v, i) => i % rows > 0 && v < (sorted[i - 1] as number)))
      throw reader.wrong("a column is not sorted");
    return { sorted, ...restoreBaseline(state, cols, "wasserstein"), typical: reader.number("typical") };
  },
});

function openSeries({ sorted, center, spread, typical }: WassersteinState, { window, combine }: Given): SeriesRun {
  const cols = center.length;
  const rows = sorted.length / cols;
  const samples: SortedSample[] = Array.from({ length: cols }, (_, j) =>
    sortedSample(
      sorted.subarray(j * rows, (j + 1) * rows).map((v) => (v - (center[j] as number)) / (spread[j] as number)),
    ),
  );
  const history = new History(window - 1);
  const values = new Float64Array(window);
  const row = new Float64Array(cols);
  let seen = 0;
  return {
    push(x, run, contributions) {
      const data = history.extend(x);
      const early = Math.max(0, Math.min(x.rows, window - 1 - seen));
      seen += x.rows;
      const scores = new Float64Array(x.rows).fill(typical, 0, early);
      const done = run.parts(x.rows, VALUES_PER_PART / (window * cols), (from, to) => {
        for (let i = Math.max(from, early); i < to; i++) {
          for (let j = 0; j < cols; j++) {
            for (let t = 0; t < window; t++) {
              values[t] = ((data[(i + t) * cols + j] as number) - (center[j] as number)) / (spread[j] as number);
            }
            row[j] = wassersteinToSample(samples[j] as SortedSample, values);
          }
          scores[i] = combineSensors(row, combine, contributions?.subarray(i * cols, (i + 1) * cols));
        }
      });
      return chain(done, () => scores);
    },
  };
}
