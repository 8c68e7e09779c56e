import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import type { Matrix } from "../matrix.js";
import { oneOf } from "../params/params.js";
import type { ModelState } from "./detector.js";
import { StateReader } from "./state-reader.js";

/** What the detectors that look at each column alone have in common: mad, iqr and z-score. */

/** Values looked at between two turns: some milliseconds of work. */
const VALUES_PER_PART = 2 ** 21;

export const deviationParams = {
  aggregate: oneOf(["largest", "mean"], {
    default: "largest",
    doc: "How the deviations of a row's values become one score.",
  }),
};
type Aggregate = "largest" | "mean";

/** Where the normal values of each column lie, and the unit in which deviations from there are told. */
export type DeviationState = {
  /** A value from `low` to `high` deviates by nothing, or by less than nothing. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** > 0. */
  readonly unit: Float64Array;
};

/** The deviation of a value below or above the interval of normal values, in units; negative inside an interval. */
function deviation(value: number, low: number, high: number, unit: number): number {
  const below = low - value;
  const above = value - high;
  return (below > above ? below : above) / unit;
}

/** Makes the state column by column, giving way to other work in between. */
export function fitDeviations(
  x: Matrix,
  run: Run,
  describe: (values: Float64Array) => { readonly low: number; readonly high: number; readonly unit: number },
): MaybePromise<DeviationState> {
  const { data, rows, cols } = x;
  const state = { low: new Float64Array(cols), high: new Float64Array(cols), unit: new Float64Array(cols) };
  const values = new Float64Array(rows);
  const done = run.parts(cols, 1, (j) => {
    for (let i = 0; i < rows; i++) values[i] = data[i * cols + j] as number;
    const { low, high, unit } = describe(values);
    state.low[j] = low;
    state.high[j] = high;
    // Where the training values do not spread, deviations are told in the column's own unit, as standardising does.
    state.unit[j] = unit > 0 && unit < Number.POSITIVE_INFINITY ? unit : 1;
  });
  return chain(done, () => state);
}

export function deviationScores(state: DeviationState, x: Matrix, aggregate: Aggregate, run: Run) {
  const { low, high, unit } = state;
  const { data, rows, cols } = x;
  const scores = new Float64Array(rows);
  const done = run.parts(rows, VALUES_PER_PART / cols, (from, to) => {
    for (let i = from; i < to; i++) {
      let greatest = Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (let j = 0; j < cols; j++) {
        const d = deviation(data[i * cols + j] as number, low[j] as number, high[j] as number, unit[j] as number);
        if (d > greatest) greatest = d;
        sum += d;
      }
      scores[i] = aggregate === "mean" ? sum / cols : greatest;
    }
  });
  return chain(done, () => scores);
}

/** rows × cols: the deviation of each value. */
export function deviations({ low, high, unit }: DeviationState, { data, rows, cols }: Matrix, run: Run) {
  const parts = new Float64Array(data.length);
  const done = run.parts(rows, VALUES_PER_PART / cols, (from, to) => {
    for (let at = from * cols; at < to * cols; at++) {
      const j = at % cols;
      parts[at] = deviation(data[at] as number, low[j] as number, high[j] as number, unit[j] as number);
    }
  });
  return chain(done, () => parts);
}

export function restoreDeviations(owner: string, state: ModelState, cols: number): DeviationState {
  const reader = new StateReader(owner, state);
  const [low, high, unit] = [reader.doubles("low", cols), reader.doubles("high", cols), reader.doubles("unit", cols)];
  if (!low.every((v, j) => v <= (high[j] as number))) throw reader.wrong("an interval ends before it begins");
  if (!unit.every((v) => v > 0)) throw reader.wrong("a unit is not positive");
  return { low, high, unit };
}
