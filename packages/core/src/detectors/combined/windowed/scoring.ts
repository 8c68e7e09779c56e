import { ParamError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { History } from "../../../math/history.js";
import type { Matrix } from "../../../matrix.js";
import type { FittedDetector, SeriesRun } from "../../detector.js";
import { inOrder, seriesOf } from "../../series.js";
import { coverContributions, coverRows } from "./cover.js";
import { trainingWindows } from "./fit.js";
import { fittedBase, type Given, type WindowedState, windowCounts } from "./state.js";
import { windowRows } from "./window-rows.js";

/** Values in the windows of one slice, so that few are in memory at a time. */
const SLICE_VALUES = 2 ** 20;

interface WindowResults {
  readonly scores: Float64Array;
  /** windows × cols, when they are asked for. */
  readonly parts: Float64Array | undefined;
}

/** Scores of the windows that begin at the rows 0 … count − 1 of `data`, slice by slice. */
function scoreWindows(
  state: WindowedState,
  data: Float64Array,
  cols: number,
  count: number,
  { normalize }: Given,
  run: Run,
  explained: boolean,
): MaybePromise<WindowResults> {
  const { spec, params, state: base } = fittedBase(state);
  const cut = { length: state.length, normalize };
  const slice = Math.max(1, Math.floor(SLICE_VALUES / (cut.length * cols)));
  const slices = Math.ceil(count / slice);
  const scores = new Float64Array(count);
  const parts = explained ? new Float64Array(count * cols) : undefined;
  const done = inOrder(slices, (i) => {
    const from = i * slice;
    const windows = windowRows(data, cols, cut, from, Math.min(count, from + slice) - from);
    const within = (a: number, b: number) => run.within((i + a) / slices, (i + b) / slices);
    return chain(spec.score(base, windows, params, within(0, parts === undefined ? 1 : 0.5)), (found) => {
      scores.set(found, from);
      if (parts === undefined) return;
      const pushed = explanation(spec)(base, windows, params, within(0.5, 1));
      return chain(pushed, (values) => addColumns(values, windows.cols, cols, parts, from));
    });
  });
  return chain(done, () => ({ scores, parts }));
}

function explanation(spec: FittedDetector["spec"]) {
  if (spec.contributions !== undefined) return spec.contributions;
  throw new ParamError("PARAM_UNKNOWN", `${spec.name} does not say which feature made a score`, {
    remedy: "As a base isolation-forest does",
  });
}

/** Adds up over the rows of each window what a column contributed; window i of `values` is number `from` + i of `out`. */
function addColumns(values: Float64Array, width: number, cols: number, out: Float64Array, from: number): void {
  for (let i = 0; i < values.length; i++) {
    const to = (from + Math.floor(i / width)) * cols + (i % cols);
    out[to] = (out[to] as number) + (values[i] as number);
  }
}

/** Scores of one whole series, and what each column contributed when there is a place to write it to. */
export function scoreSeries(
  state: WindowedState,
  x: Matrix,
  given: Given,
  run: Run,
  contributions: Float64Array | undefined,
): MaybePromise<Float64Array> {
  if (given.aggregate === "last") return openWindows(state, given).push(x, run, contributions);
  const { length, typical } = state;
  const { aggregate } = given;
  if (x.rows < length) return new Float64Array(x.rows).fill(typical);
  const explained = contributions !== undefined;
  return chain(scoreWindows(state, x.data, x.cols, x.rows - length + 1, given, run, explained), (found) => {
    if (found.parts !== undefined) {
      contributions?.set(coverContributions(found.parts, x.cols, found.scores, length, aggregate));
    }
    return coverRows(found.scores, length, aggregate);
  });
}

/** A series in chunks: every row gets the score of the window that ends there. */
export function openWindows(state: WindowedState, given: Given): SeriesRun {
  const { length, typical } = state;
  const history = new History(length - 1);
  let seen = 0;
  return {
    push(x, run, contributions) {
      const data = history.extend(x);
      // Rows before the first whole window.
      const early = Math.max(0, Math.min(x.rows, length - 1 - seen));
      seen += x.rows;
      const scores = new Float64Array(x.rows).fill(typical, 0, early);
      const whole = data.subarray(early * x.cols);
      const done = scoreWindows(state, whole, x.cols, x.rows - early, given, run, contributions !== undefined);
      return chain(done, (found) => {
        scores.set(found.scores, early);
        if (found.parts !== undefined) contributions?.set(found.parts, early * x.cols);
        return scores;
      });
    },
  };
}

/** rows × cols. */
export function contributionsOfRows(
  state: WindowedState,
  x: Matrix,
  given: Given,
  run: Run,
): MaybePromise<Float64Array> {
  const values = new Float64Array(x.data.length);
  return chain(scoreSeries(state, x, given, run, values), () => values);
}

/** Training scores of the base, such as of neighbours without the window itself, where every window was trained on. */
export function ownScores(
  state: WindowedState,
  given: Given,
  run: Run,
  x: Matrix,
): MaybePromise<Float64Array> | undefined {
  const { spec, params, state: base } = fittedBase(state);
  if (given.stride !== 1 || spec.trainingScores === undefined) return undefined;
  const { length, starts, rows, typical } = state;
  const { aggregate, normalize } = given;
  const counts = windowCounts(starts, rows, length, 1);
  const windows = trainingWindows(seriesOf(x, starts), x.cols, { length, normalize }, counts, 1);
  const found = spec.trainingScores(base, params, run, windows);
  if (found === undefined) return undefined;
  return chain(found, (scores) => {
    const out = new Float64Array(rows).fill(typical);
    let at = 0;
    counts.forEach((count, s) => {
      const start = starts[s] as number;
      const own = scores.subarray(at, at + count);
      at += count;
      if (count === 0) return;
      if (aggregate === "last") out.set(own, start + length - 1);
      else out.set(coverRows(own, length, aggregate), start);
    });
    return out;
  });
}
