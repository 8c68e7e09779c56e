import { TrailingMeans } from "../../../math/trailing-means.js";
import { int, type ParamValues } from "../../../params/params.js";
import { type Baseline, fitLongRunBaseline, restoreBaseline, standardiseRow } from "../../baseline.js";
import { defineDetector } from "../../detector.js";
import { meanOfLargest } from "../../sensors.js";
import { lookingBackExplained } from "../../series.js";
import { StateReader } from "../../state-reader.js";

/** A baseline, and what is taken for the rows before a series begins. */
export type LongRunZState = Baseline & {
  /** Mean square of the standardised training rows, one a column, ≥ 0. */
  readonly usual: Float64Array;
};

const params = {
  window: int({ default: 60, min: 1, max: 100_000, doc: "Rows in the window that ends at each row." }),
  bandwidth: int({
    default: 20,
    min: 1,
    max: 100_000,
    doc: "Rows over which neighbouring readings say the same, for the long-run standard deviation.",
  }),
  sensors: int({ default: 2, min: 1, max: 100_000, doc: "How many of the farthest sensors make the score." }),
};

/**
 * Long-run z: how far the sensors that are farthest from their training level have been from it over the last rows, in
 * long-run standard deviations. The detector to begin with for sensors of a machine.
 *
 * *fit*: rows × cols, one series or several. Level, long-run standard deviation and mean square of each column; O(rows · cols)
 * time.
 *
 * *score*: one value a row, ≥ 0, in long-run standard deviations: with z = (value − level) / deviation of each sensor, the
 * root of the mean of z² over the window that ends at the row, averaged over the `sensors` largest. O(cols) a row
 * whatever the window. In a stream the same bits. Contributions: what each sensor adds.
 *
 * *Needs*: finite values, no scaling; a few hundred rows of normal operation say enough about deviations.
 *
 * *Edges*: rows before the first one of a series are taken to be as far from the level as training rows are on average, so a
 * series begins with an ordinary score. A column that did not vary in training counts with deviation 1.
 *
 * *Why it works*: readings of a machine are not independent. A temperature that wanders is far from its level for minutes while
 * all is well, and its standard deviation over a few minutes does not tell; its long-run one, from the means of overlapping
 * batches of `bandwidth` rows, does, so what wanders does not drown what stands still. The root mean square sees a
 * shifted level and larger swings alike. A fault shows in few sensors: averaged over all of them it is diluted, and the
 * single farthest one hangs on the luck of one sensor; the mean of two bears one that wanders.
 * On SKAB (34 files, 400 rows of each to train, limit: the .999 quantile of the training scores) mean average precision per file
 * is .880, against .860 of `mean-z` with the long-run spread and .784 of the best published; docs/skab.md has the protocol, the
 * two halves of the files, and what did not help.
 *
 * @see https://doi.org/10.2307/1913610 Newey, West: A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix
 * @see https://doi.org/10.1287/mnsc.30.12.1484 Meketon, Schmeiser: Overlapping batch means
 * @example
 * ```ts
 * import { fromRows, longRunZ } from "@telltale/core";
 * const detector = longRunZ({ window: 2, bandwidth: 1, sensors: 1 });
 * const model = detector.fitSync(fromRows([[1], [3], [1], [3]])); // level 2, deviation 1
 * console.log([...model.scoreSync(fromRows([[2], [3], [9]]))].map((v) => v.toFixed(2)).join(" ")); // 0.71 0.71 5.00
 * ```
 */
export const longRunZ = defineDetector({
  name: "long-run-z",
  aliases: ["longrunz", "long-run-deviation"],
  summary: "Long-run z: the sensors that are farthest from their training level, in long-run standard deviations.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params,
  threshold: () => "quantile:0.999",
  fit(x, { bandwidth }, _run, { starts }): LongRunZState {
    const baseline = fitLongRunBaseline(x, starts, bandwidth);
    const usual = new Float64Array(x.cols);
    const row = new Float64Array(x.cols);
    for (let i = 0; i < x.rows; i++) {
      standardiseRow(baseline, x, i, row);
      for (let j = 0; j < x.cols; j++) usual[j] = (usual[j] as number) + (row[j] as number) ** 2 / x.rows;
    }
    return { ...baseline, usual };
  },
  ...lookingBackExplained((state: LongRunZState, { window, sensors }: ParamValues<typeof params>) => {
    const cols = state.center.length;
    const means = new TrailingMeans(cols, window);
    means.push(state.usual.slice());
    const row = new Float64Array(cols);
    return {
      push(x, _run, contributions) {
        const scores = new Float64Array(x.rows);
        for (let i = 0; i < x.rows; i++) {
          standardiseRow(state, x, i, row);
          for (let j = 0; j < cols; j++) row[j] = (row[j] as number) ** 2;
          means.push(row);
          for (let j = 0; j < cols; j++) row[j] = Math.sqrt(row[j] as number);
          scores[i] = meanOfLargest(row, sensors, contributions?.subarray(i * cols, (i + 1) * cols));
        }
        return scores;
      },
    };
  }),
  restore(state, _params, cols): LongRunZState {
    const reader = new StateReader("long-run-z", state);
    const usual = reader.doubles("usual", cols);
    if (!usual.every((v) => v >= 0 && v <= MOST_USUAL)) throw reader.wrong("a mean square is out of its range");
    return { ...restoreBaseline(state, cols, "long-run-z"), usual };
  },
});

/** Standardised values are below 1e150. */
const MOST_USUAL = 1e300;
