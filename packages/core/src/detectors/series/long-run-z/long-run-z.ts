import { TrailingMeans } from "../../../math/trailing-means.js";
import { int, ints, number, type ParamValues } from "../../../params/params.js";
import { type Baseline, fitLongRunBaseline, restoreBaseline, standardiseRow } from "../../baseline.js";
import { defineDetector } from "../../detector.js";
import { powerMean } from "../../sensors.js";
import { lookingBackExplained } from "../../series.js";
import { StateReader } from "../../state-reader.js";

/** A baseline, and what is taken for the rows before a series begins. */
export type LongRunZState = Baseline & {
  /** Mean square of the standardised training rows, one a column, ≥ 0. */
  readonly usual: Float64Array;
};

const params = {
  windows: ints({
    default: [10, 30, 90],
    min: 1,
    max: 100_000,
    doc: "Rows of the windows that end at each row: short ones see sooner, long ones see less.",
  }),
  bandwidth: int({
    default: 20,
    min: 1,
    max: 100_000,
    doc: "Rows over which neighbouring readings say the same, for the long-run standard deviation.",
  }),
  exponent: number({
    default: 4,
    min: 1,
    max: 64,
    doc: "Exponent of the mean over the sensors: 1 is their mean, large ones the sensor that is farthest.",
  }),
};

/**
 * Long-run z: how far the sensors have been from their training level over the last rows, in long-run standard deviations, the
 * farthest ones first. The detector to begin with for sensors of a machine.
 *
 * *fit*: rows × cols, one series or several. Level, long-run standard deviation and mean square of each column; O(rows · cols)
 * time.
 *
 * *score*: one value a row, ≥ 0, in long-run standard deviations: with z = (value − level) / deviation of each sensor, the
 * root of the mean of z² over a window that ends at the row; of the sensors the power mean (Σ vᵖ / n)^(1 / p); then the mean over
 * the windows. O(cols) a row and window whatever its length. In a stream the same bits. Contributions: what each
 * sensor adds.
 *
 * *Needs*: finite values, no scaling; some thousand rows of normal operation. With the limit at their .999 quantile, later rows of
 * SKAB's recording without anomalies are above it in 48 % of cases after 400 training rows, 3 % after 2,000 and 0.5 % after 4,000 (`mean-z`:
 * 84 %, 39 %, 9 %); where sensors drift for longer than training shows, a larger `bandwidth` helps.
 *
 * *Edges*: rows before the first one of a series are taken to be as far from the level as training rows are on average, so a
 * series begins with an ordinary score. A column that did not vary in training counts with deviation 1.
 *
 * *Why it works*: readings of a machine are not independent. A temperature that wanders is far from its level for minutes while
 * all is well, and its standard deviation over a few minutes does not tell; its long-run one, from the means of overlapping
 * batches of `bandwidth` rows, does, so what wanders does not drown what stands still. The root mean square sees a
 * shifted level and larger swings alike. A fault shows in few sensors: averaged over all of them it is diluted, and the
 * single farthest one hangs on the luck of one sensor; the fourth power is between them. A window of 10 rows sees a fault begin and
 * end, one of 90 keeps the score up in between. On SKAB (34 files, 400 rows of each to train, limit: the .999 quantile of the
 * training scores) F1 is .879 by the benchmark's rule for windows (best published .784), .831 without its edges, and mean
 * average precision per file .875 (`mean-z` .824). docs/skab.md has the protocol, both halves of the files, and what did not help.
 *
 * @see https://doi.org/10.2307/1913610 Newey, West: A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix
 * @see https://doi.org/10.1287/mnsc.30.12.1484 Meketon, Schmeiser: Overlapping batch means
 * @example
 * ```ts
 * import { fromRows, longRunZ } from "@telltale/core";
 * const detector = longRunZ({ windows: [2], bandwidth: 1 });
 * const model = detector.fitSync(fromRows([[1], [3], [1], [3]])); // level 2, deviation 1
 * console.log([...model.scoreSync(fromRows([[2], [3], [9]]))].map((v) => v.toFixed(2)).join(" ")); // 0.71 0.71 5.00
 * ```
 */
export const longRunZ = defineDetector({
  name: "long-run-z",
  aliases: ["longrunz", "long-run-deviation"],
  summary: "Long-run z: how far sensors have been from their training level, in long-run standard deviations.",
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
  ...lookingBackExplained((state: LongRunZState, { windows, exponent }: ParamValues<typeof params>) => {
    const cols = state.center.length;
    const means = windows.map((window) => new TrailingMeans(cols, window));
    for (const each of means) each.push(state.usual.slice());
    const squares = new Float64Array(cols);
    const row = new Float64Array(cols);
    const parts = new Float64Array(cols);
    return {
      push(x, _run, contributions) {
        const scores = new Float64Array(x.rows);
        for (let i = 0; i < x.rows; i++) {
          standardiseRow(state, x, i, squares);
          for (let j = 0; j < cols; j++) squares[j] = (squares[j] as number) ** 2;
          let sum = 0;
          for (const each of means) {
            row.set(squares);
            each.push(row);
            for (let j = 0; j < cols; j++) row[j] = Math.sqrt(row[j] as number);
            sum += powerMean(row, exponent, contributions === undefined ? undefined : parts);
            if (contributions === undefined) continue;
            for (let j = 0; j < cols; j++) {
              contributions[i * cols + j] =
                (contributions[i * cols + j] as number) + (parts[j] as number) / means.length;
            }
          }
          scores[i] = sum / means.length;
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
