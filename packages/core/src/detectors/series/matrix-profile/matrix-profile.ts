import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { medianOf } from "../../../math/selection.js";
import type { Matrix } from "../../../matrix.js";
import { intOr, oneOf, type ParamValues } from "../../../params/params.js";
import { defineDetector, type ModelState, type SeriesRun } from "../../detector.js";
import { combineParam, combineSensors } from "../../sensors.js";
import { inOrder, lookingBackExplained, seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";
import { windowLength } from "../../window-length.js";
import { columnOf, ProfileStream, selfProfile } from "./profile.js";
import { describeWindows, type ValueWindows } from "./window-moments.js";

const MOST_ROWS = 100_000;

const params = {
  window: intOr("auto", {
    default: "auto",
    min: 3,
    max: MOST_ROWS,
    doc: "Rows in a window; auto takes the period of the first column, from its autocorrelation.",
  }),
  compare: oneOf(["training", "past", "both"], {
    default: "training",
    doc: "What a window is held against: the training series, the earlier windows of its own series, or both.",
  }),
  combine: combineParam("mean"),
};
type Given = ParamValues<typeof params>;

/** The training series and their own profile. */
export type MatrixProfileState = {
  /** rows × cols: the training series, one below the other. */
  readonly values: Float64Array;
  readonly starts: Int32Array;
  /** Rows in a window. */
  readonly length: number;
  /** One score a training row, without the row's own window and those that overlap it. */
  readonly profile: Float64Array;
  /** Median of the profile: the score of rows of which nothing is known. */
  readonly typical: number;
};

/**
 * Matrix profile: a stretch of a series unlike every other one in shape (a discord) is anomalous.
 *
 * *fit*: rows × cols, one series or several. Keeps the series, and works out for each of their windows the distance of the
 * nearest other one. O(rows² · cols) time, O(rows · cols) memory.
 *
 * *score*: one value a row: the z-normalised Euclidean distance of the window that ends there to the nearest of those it is
 * `compare`d with, exact, 0 … 2 √window for each sensor, then combined over the sensors. O(training rows · cols) a row
 * whatever the window; with `past` and `both` also the rows of the series so far, which a stream keeps then. With `past`
 * this is the left matrix profile; with `both` an anomaly counts once and is known from then on. Contributions: what each
 * sensor adds.
 *
 * *Needs*: finite values; no scaling, because every window is brought to mean 0 and standard deviation 1. Level and
 * amplitude do not count: where they matter take `sub-knn`. Pure noise has no shapes to compare.
 *
 * *Edges*: rows before the first whole window, or without an earlier window to compare with, get the median score of
 * training. Windows that overlap by more than three quarters are not compared (STUMPY's exclusion zone). A window that
 * stands still is at distance 0 from others that do, at √window from those that do not.
 *
 * *Departures*: running products select the nearest window, and its distance is summed up anew, so that it is exact where
 * others lose half of the digits near 0.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when no training series is as long as a window
 * @see https://doi.org/10.1109/ICDM.2016.0179 Yeh and others: Matrix profile I
 * @see https://doi.org/10.1145/3357223.3362721 Zimmerman and others: Matrix profile XIV (SCAMP)
 * @example
 * ```ts
 * import { fromRows, matrixProfile } from "@telltale/core";
 * const beat = (t: number) => [[0, 1, 3, 1, 0, 0][t % 6] ?? 0];
 * const train = fromRows(Array.from({ length: 60 }, (_, t) => beat(t)));
 * const model = matrixProfile({ window: 6 }).fitSync(train);
 * const test = fromRows([...Array.from({ length: 12 }, (_, t) => beat(t)), [0], [3], [0], [3], [1], [0]]);
 * console.log([...model.scoreSync(test)].map((v) => v.toFixed(1)).slice(9).join(" ")); // 0.0 0.0 0.0 0.0 1.4 1.5 2.6 2.5 2.5
 * ```
 */
export const matrixProfile = defineDetector({
  name: "matrix-profile",
  aliases: ["matrixprofile", "stomp", "discord"],
  summary: "Matrix profile: a stretch of a series whose shape is unlike that of every other is anomalous.",
  input: "series",
  traits: { causal: true, quadratic: true },
  leastRows: 16,
  params,
  fit(x, given, run, { starts = Int32Array.of(0) }): MaybePromise<MatrixProfileState> {
    const length = windowLength(seriesOf(x, starts), given.window);
    return chain(ownProfile(x, starts, length, given, run), ({ profile, typical }) => ({
      values: x.data.slice(),
      starts: starts.slice(),
      length,
      profile,
      typical,
    }));
  },
  ...lookingBackExplained((state: MatrixProfileState, given: Given) => openProfile(state, given)),
  trainingScores: (state) => state.profile.slice(),
  restore(state, { window }, cols) {
    const reader = new StateReader("matrix-profile", state as ModelState);
    const length = reader.count("length", 1, MOST_ROWS);
    if (window !== "auto" && window !== length) throw reader.wrong("its windows are not those of its parameters");
    const profile = reader.doubles("profile");
    const rows = profile.length;
    const values = reader.doubles("values", rows * cols);
    const starts = reader.integers("starts", 0, Math.max(0, rows - 1));
    const ascending = starts.every((start, s) => start > (starts[s - 1] ?? -1));
    if (rows < 1 || starts[0] !== 0 || !ascending) throw reader.wrong("its series are impossible");
    return { values, starts, length, profile, typical: reader.number("typical") };
  },
});

/** Scores of the training rows, each window without itself. */
function ownProfile(
  x: Matrix,
  starts: Int32Array,
  length: number,
  { compare, combine }: Given,
  run: Run,
): MaybePromise<{ profile: Float64Array; typical: number }> {
  const series = seriesOf(x, starts);
  const columns: Float64Array[][] = [];
  const done = inOrder(x.cols, (j) => {
    const windows = series.map((part) => describeWindows(columnOf(part, j), length));
    const within = run.within(j / x.cols, (j + 1) / x.cols);
    return chain(selfProfile(windows, compare === "past", within), (found) => {
      columns.push(found);
    });
  });
  return chain(done, () => {
    const profile = new Float64Array(x.rows).fill(Number.POSITIVE_INFINITY);
    const row = new Float64Array(x.cols);
    series.forEach((part, s) => {
      for (let i = 0; i + length <= part.rows; i++) {
        for (let j = 0; j < x.cols; j++) row[j] = columns[j]?.[s]?.[i] as number;
        profile[(starts[s] as number) + i + length - 1] = combineSensors(row, combine);
      }
    });
    const known = profile.filter(Number.isFinite);
    const typical = known.length === 0 ? 0 : medianOf(known);
    return { profile: profile.map((v) => (Number.isFinite(v) ? v : typical)), typical };
  });
}

function openProfile(state: MatrixProfileState, { compare, combine }: Given): SeriesRun {
  const { length, typical } = state;
  const training = compare === "past" ? undefined : trainingWindows(state);
  const cols = state.values.length / state.profile.length;
  const streams = Array.from(
    { length: cols },
    (_, j) => new ProfileStream(length, training?.[j] ?? [], compare !== "training"),
  );
  return {
    push(x, run, contributions) {
      const found: Float64Array[] = [];
      const done = inOrder(cols, (j) => {
        const stream = streams[j] as ProfileStream;
        return chain(stream.push(columnOf(x, j), run.within(j / cols, (j + 1) / cols)), (distances) => {
          found.push(distances);
        });
      });
      return chain(done, () => {
        const scores = new Float64Array(x.rows).fill(typical);
        const count = found[0]?.length ?? 0;
        const row = new Float64Array(cols);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < cols; j++) row[j] = found[j]?.[i] as number;
          if (!Number.isFinite(row[0])) continue;
          const at = x.rows - count + i;
          scores[at] = combineSensors(row, combine, contributions?.subarray(at * cols, (at + 1) * cols));
        }
        return scores;
      });
    },
  };
}

const described = new WeakMap<MatrixProfileState, ValueWindows[][]>();

/** For each column the windows of each training series, described once for each model. */
function trainingWindows(state: MatrixProfileState): ValueWindows[][] {
  const known = described.get(state);
  if (known !== undefined) return known;
  const { values, starts, length, profile } = state;
  const rows = profile.length;
  const cols = values.length / rows;
  const series = seriesOf({ data: values, rows, cols }, starts);
  const all = Array.from({ length: cols }, (_, j) =>
    series.map((part) => describeWindows(columnOf(part, j), length)).filter(({ count }) => count > 0),
  );
  described.set(state, all);
  return all;
}
