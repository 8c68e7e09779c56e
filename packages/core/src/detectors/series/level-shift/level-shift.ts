import { ShapeError } from "../../../errors.js";
import { whitening } from "../../../math/linear-algebra/whitening.js";
import { medianOf } from "../../../math/selection.js";
import type { Matrix } from "../../../matrix.js";
import { int, number, type ParamValues } from "../../../params/params.js";
import { type Baseline, fitBaseline, restoreBaseline, standardiseRow } from "../../baseline.js";
import { defineDetector } from "../../detector.js";
import { lookingBackExplained, seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";
import { AdjacentMeans } from "./adjacent-means.js";

/** Level and spread of each column, and how differences of adjacent means vary together. */
export type LevelShiftState = Baseline & {
  /** Row-major, rank × cols: W, with ‖W d‖² the score's square for differences d of standardised rows. */
  readonly directions: Float64Array;
  /** Score of the rows that have too few before them: the median of the training scores. */
  readonly usual: number;
};

const params = {
  recent: int({ default: 15, min: 1, max: 100_000, doc: "Rows of the new level: the last ones." }),
  reference: int({ default: 100, min: 1, max: 1_000_000, doc: "Rows of the old level: those before them." }),
  shrinkage: number({
    default: 0.3,
    min: 0,
    max: 1,
    doc: "How far the correlations of the sensors are shrunk to none: few training rows know them badly.",
  }),
};
type Values = ParamValues<typeof params>;

/**
 * Level shift: the mean of the last rows has left that of the rows before them, farther than it does in training. Its peaks
 * are change points: `alarmRows` makes alarms of its scores.
 *
 * *fit*: rows × cols, one series or several. Differences between means of `recent` rows and of the `reference` rows before
 * them, and their covariance; O(rows · cols²) time.
 *
 * *score*: one value a row, ≥ 0: √(dᵀ S⁻¹ d / rank) of that difference d at the row, S its covariance in training
 * around 0 with correlations shrunk. Its mean square is about 1 in training; above 4 is the usual limit, so that is the threshold
 * a model gets. O(cols²) a row whatever the windows. Looks back only; in a stream the same bits. Contributions: the parts of
 * d S⁻¹ d that belong to each sensor, as shares of the score; below 0 where a sensor speaks against a shift.
 *
 * *Needs*: finite values, no scaling; more training rows than 2 · `recent`, better three times `reference`.
 *
 * *Edges*: the reference grows from `recent` rows to `reference`, and counts for less as long as it is short, as its standard
 * error is larger. Rows with less before them get the median training score. A column that did not vary in training has
 * deviation 1 and no correlation.
 *
 * *Why its own covariance*: sensors that drift differ between adjacent windows while all is well, more than independent rows would.
 * Training shows by how much, so no model of the drift is needed. On the 34 labelled files of SKAB, defaults, the alarms of
 * `alarmRows` at limit 4 with 55 rows of rest have 47 of 100 in SKAB's variant of the NAB score, at a precision of .78; the best
 * published is 32. docs/skab.md has both halves of the files that this was chosen and confirmed on.
 *
 * @see https://doi.org/10.1093/biomet/41.1-2.100 Page: Continuous inspection schemes
 * @see https://doi.org/10.1214/aoms/1177732979 Hotelling: The generalization of Student's ratio
 * @example
 * ```ts
 * import { alarmRows, levelShift, matrix, Random } from "@telltale/core";
 * const random = new Random(1);
 * const sensor = (rows: number, level: (t: number) => number) =>
 *   matrix(Float64Array.from({ length: rows }, (_, t) => level(t) + random.normal()), rows, 1);
 * const model = levelShift().fitSync(sensor(400, () => 0));
 * const alarms = alarmRows(model.scoreSync(sensor(500, (t) => (t < 300 ? 0 : 4))), { limit: 4 });
 * console.log(alarms[0] >= 300 && alarms[0] < 312); // true
 * ```
 */
export const levelShift = defineDetector({
  name: "level-shift",
  aliases: ["levelshift", "level-shift-ad"],
  summary: "Level shift: the mean of the last rows has left that of the rows before them; for change points.",
  input: "series",
  traits: { causal: true },
  leastRows: 32,
  params,
  threshold: () => "fixed:4",
  fit(x, values, _run, { starts }): LevelShiftState {
    const baseline = fitBaseline(x, starts, "standard");
    const series = seriesOf(x, starts);
    const directions = directionsOf(baseline, series, values);
    const fitted = { ...baseline, directions, usual: 0 };
    const scores = series.flatMap((part) => {
      const { scores, known } = new Shifts(fitted, values).push(part, undefined);
      return [...scores.subarray(Math.min(known, part.rows))];
    });
    return { ...fitted, usual: medianOf(Float64Array.from(scores)) };
  },
  ...lookingBackExplained((state: LevelShiftState, values: Values) => {
    const shifts = new Shifts(state, values);
    return { push: (x, _run, contributions) => shifts.push(x, contributions).scores };
  }),
  restore(state, _params, cols): LevelShiftState {
    const reader = new StateReader("level-shift", state);
    const directions = reader.doubles("directions");
    const rank = directions.length / cols;
    if (!Number.isInteger(rank) || rank < 1 || rank > cols) throw reader.wrong("the directions do not fit the columns");
    const usual = reader.number("usual");
    if (usual < 0) throw reader.wrong("the usual score is below 0");
    return { ...restoreBaseline(state, cols, "level-shift"), directions, usual };
  },
});

/** How much a shorter reference is trusted: the standard error of a whole one over its own, for independent rows. */
function trust({ recent, reference }: Values, there: number): number {
  return there === reference ? 1 : Math.sqrt((1 / recent + 1 / reference) / (1 / recent + 1 / there));
}

/** The whitening of the differences in training, divided by √rank. */
function directionsOf(baseline: Baseline, series: readonly Matrix[], values: Values): Float64Array {
  const cols = baseline.center.length;
  // Whole references only; where training is too short for one, those that are there.
  const longest = series.reduce((most, { rows }) => Math.max(most, rows), 0);
  const least = Math.min(values.reference, longest - values.recent);
  if (least < values.recent) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `level-shift: a series of at least ${2 * values.recent} rows is needed to compare ${values.recent} rows with those before; found ${longest}`,
      { remedy: "Train on more rows, or choose a smaller recent" },
    );
  }
  const products = new Float64Array(cols * cols);
  const row = new Float64Array(cols);
  let count = 0;
  for (const part of series) {
    const means = new AdjacentMeans(cols, values.recent, values.reference);
    for (let i = 0; i < part.rows; i++) {
      standardiseRow(baseline, part, i, row);
      const there = means.push(row);
      if (there < least) continue;
      count += 1;
      const factor = trust(values, there) ** 2;
      for (let a = 0; a < cols; a++) {
        for (let b = 0; b < cols; b++) {
          products[a * cols + b] =
            (products[a * cols + b] as number) + factor * (row[a] as number) * (row[b] as number);
        }
      }
    }
  }
  const covariance = products.map((sum, at) => {
    const [a, b] = [Math.floor(at / cols), at % cols];
    return (a === b ? sum : (1 - values.shrinkage) * sum) / count;
  });
  // A column whose differences are 0 throughout keeps its unit, so that the first one that is not is seen.
  for (let j = 0; j < cols; j++) if (!((covariance[j * cols + j] as number) > 0)) covariance[j * cols + j] = 1;
  const { rank, directions } = whitening(covariance, cols);
  return directions.map((value) => value / Math.sqrt(rank));
}

/** Scores of one series. */
class Shifts {
  readonly #state: LevelShiftState;
  readonly #values: Values;
  readonly #means: AdjacentMeans;
  readonly #row: Float64Array;

  constructor(state: LevelShiftState, values: Values) {
    this.#state = state;
    this.#values = values;
    this.#means = new AdjacentMeans(state.center.length, values.recent, values.reference);
    this.#row = new Float64Array(state.center.length);
  }

  /** @returns the scores, and how many of them at the beginning say nothing */
  push(x: Matrix, contributions: Float64Array | undefined): { readonly scores: Float64Array; readonly known: number } {
    const { directions, usual } = this.#state;
    const row = this.#row;
    const scores = new Float64Array(x.rows);
    let known = 0;
    for (let i = 0; i < x.rows; i++) {
      standardiseRow(this.#state, x, i, row);
      const there = this.#means.push(row);
      if (there < this.#values.recent && there < this.#values.reference) {
        scores[i] = usual;
        known = i + 1;
        continue;
      }
      const factor = trust(this.#values, there);
      for (let j = 0; j < x.cols; j++) row[j] = (row[j] as number) * factor;
      scores[i] = length(directions, row, contributions?.subarray(i * x.cols, (i + 1) * x.cols));
    }
    return { scores, known };
  }
}

const BOUND = 1e150;

/** ‖W d‖; `parts` gets dⱼ (WᵀW d)ⱼ / ‖W d‖, which add up to it. */
function length(directions: Float64Array, d: Float64Array, parts: Float64Array | undefined): number {
  const cols = d.length;
  let square = 0;
  for (let row = 0; row < directions.length; row += cols) {
    let product = 0;
    for (let j = 0; j < cols; j++) product += (directions[row + j] as number) * (d[j] as number);
    // Kept where squares do not overflow, as standardised values are.
    product = Math.max(-BOUND, Math.min(BOUND, product));
    square += product * product;
    if (parts === undefined) continue;
    for (let j = 0; j < cols; j++) parts[j] = (parts[j] as number) + product * (directions[row + j] as number);
  }
  const score = Math.sqrt(square);
  if (parts !== undefined) {
    for (let j = 0; j < cols; j++) parts[j] = score > 0 ? ((parts[j] as number) * (d[j] as number)) / score : 0;
  }
  return score;
}
