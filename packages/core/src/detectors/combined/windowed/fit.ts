import { KernelError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { medianOf } from "../../../math/selection.js";
import type { Matrix } from "../../../matrix.js";
import { checkTraining } from "../../checks.js";
import { fittedDetector, type SeriesStarts } from "../../detector.js";
import { seriesOf } from "../../series.js";
import { windowLength } from "../../window-length.js";
import { baseOf, type Given, packed, type WindowedState, windowCounts } from "./state.js";
import { type Cut, windowRows } from "./window-rows.js";

/** Values in all training windows: 8 GiB. */
const MOST_VALUES = 2 ** 30;
/** Training windows whose scores say what is typical. */
const SAMPLE = 512;
/** Share of a fit's progress before those are scored. */
const FIT_SHARE = 0.95;

/** Cuts the training series into windows and fits the base on them. */
export function fitWindows(
  x: Matrix,
  given: Given,
  run: Run,
  { starts = Int32Array.of(0) }: SeriesStarts,
): MaybePromise<WindowedState> {
  const { spec, params } = baseOf(given);
  const series = seriesOf(x, starts);
  const length = windowLength(series, given.window);
  const { stride, normalize } = given;
  const counts = windowCounts(starts, x.rows, length, stride);
  const windows = counts.reduce((a, b) => a + b, 0);
  const width = length * x.cols;
  if (windows * width > MOST_VALUES) {
    throw new KernelError("KERNEL_MEMORY", `${windows} training windows of ${width} values take too much memory`, {
      remedy: "Raise stride, choose a shorter window, or train on fewer rows",
    });
  }
  const train = trainingWindows(series, x.cols, { length, normalize }, counts, stride);
  checkTraining(spec, train, {});
  return chain(spec.fit(train, params, run.within(0, FIT_SHARE), {}), (state) => {
    const base = fittedDetector(spec, params, state, width, undefined, windows);
    const some = sample(train);
    return chain(spec.score(state, some, params, run.within(FIT_SHARE, 1)), (scores) => {
      const finite = scores.filter(Number.isFinite);
      const typical = finite.length === 0 ? 0 : medianOf(finite);
      return packed(base, { length, starts: starts.slice(), rows: x.rows, typical });
    });
  });
}

/** The windows of all series, one below the other. */
export function trainingWindows(
  series: readonly Matrix[],
  cols: number,
  cut: Cut,
  counts: readonly number[],
  stride: number,
): Matrix {
  const rows = counts.reduce((a, b) => a + b, 0);
  const data = new Float64Array(rows * cut.length * cols);
  let at = 0;
  series.forEach((part, s) => {
    const own = windowRows(part.data, cols, cut, 0, counts[s] as number, stride);
    data.set(own.data, at);
    at += own.data.length;
  });
  return { data, rows, cols: cut.length * cols };
}

/** Rows of the matrix at even distances, not too many. */
function sample({ data, rows, cols }: Matrix): Matrix {
  const count = Math.min(rows, SAMPLE);
  const out = new Float64Array(count * cols);
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * rows) / count) * cols;
    out.set(data.subarray(at, at + cols), i * cols);
  }
  return { data: out, rows: count, cols };
}
