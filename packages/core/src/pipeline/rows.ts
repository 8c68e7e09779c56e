import { type CallOptions, type FittedDetector, matchColumns } from "../detectors/detector.js";
import type { Control } from "../kernels/kernels.js";
import type { Batch } from "../prepare/batch.js";
import type { FittedStep, StepStream } from "../prepare/step.js";
import { cut, originOf, scoresRowByRow, sliceRows } from "./flow.js";
import { callOptions, type Form } from "./form.js";
import { partOf, type Work, wait } from "./work.js";

/** The parts of a fitted pipeline that rows go through. */
export interface RowPath {
  readonly detector: FittedDetector;
  readonly steps: readonly FittedStep[];
  readonly cols: number;
  readonly columns: readonly string[] | undefined;
}

/** Where a piece of work stands in a larger one, in rows. */
interface Extent {
  readonly done: number;
  readonly of: number;
}

/** Where results go; what is absent is not worked out. */
export interface RowResults {
  /** One a row. */
  readonly scores?: Float64Array;
  /** rows × columns of the input. */
  readonly contributions?: Float64Array;
}

/** Works out the results of the next rows of a series, slice by slice. */
export function* workRows(
  form: Form,
  path: RowPath,
  steps: StepStream,
  batch: Batch,
  results: RowResults,
  options: CallOptions & Control,
  extent: Extent,
): Work<void> {
  const { scores, contributions } = results;
  const origin = originOf(path.cols, path.steps);
  for (const slice of slices(path, steps, batch, options, extent)) {
    const { ready, from, to } = slice;
    const half = scores !== undefined && contributions !== undefined ? 0.5 : 0;
    if (scores !== undefined) {
      const call = half === 0 ? slice.options : { ...slice.options, ...partOf(slice.options, 0, half) };
      writeScores(yield* wait(form.score(path.detector, ready.x, call)), ready, scores.subarray(from, to));
    }
    if (contributions !== undefined) {
      const call = { ...slice.options, ...partOf(slice.options, half, 1) };
      const { data } = yield* wait(form.contributions(path.detector, ready.x, call));
      addUp(data, origin, ready, contributions.subarray(from * path.cols, to * path.cols), path.cols);
    }
  }
}

/** NaN for a row that was dropped. */
function writeScores(values: Float64Array, { kept }: Batch, out: Float64Array): void {
  if (kept === undefined) {
    out.set(values);
    return;
  }
  out.fill(Number.NaN);
  for (let i = 0; i < values.length; i++) out[kept[i] as number] = values[i] as number;
}

/** Adds up what the derived columns of each column contribute. */
function addUp(values: Float64Array, origin: Int32Array, ready: Batch, out: Float64Array, cols: number): void {
  const { kept } = ready;
  out.fill(kept === undefined ? 0 : Number.NaN);
  for (let i = 0; i < ready.x.rows; i++) {
    const to = (kept?.[i] ?? i) * cols;
    if (kept !== undefined) out.fill(0, to, to + cols);
    for (let k = 0; k < origin.length; k++) {
      const at = to + (origin[k] as number);
      out[at] = (out[at] as number) + (values[i * origin.length + k] as number);
    }
  }
}

interface Slice {
  readonly from: number;
  readonly to: number;
  /** The prepared rows. */
  readonly ready: Batch;
  readonly options: CallOptions & Control;
}

/** Cuts rows so that what the steps make of them stays small, matches columns by name and prepares them. */
function* slices(
  path: RowPath,
  steps: StepStream,
  batch: Batch,
  options: CallOptions & Control,
  extent: Extent,
): Generator<Slice> {
  const { rows } = batch.x;
  const step = scoresRowByRow(path.detector.spec) ? sliceRows(path.cols, path.steps) : rows;
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    const part = cut(batch, from, to);
    const ready = steps.push({ ...part, x: matchColumns(part.x, path.cols, path.columns) });
    const control = partOf(options, (extent.done + from) / extent.of, (extent.done + to) / extent.of);
    yield { from, to, ready, options: { ...callOptions(options), ...control } };
  }
}
