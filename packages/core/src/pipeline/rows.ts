import { type CallOptions, type FittedDetector, matchColumns } from "../detectors/detector.js";
import type { Control } from "../kernels/kernels.js";
import type { Batch } from "../prepare/batch.js";
import type { FittedStep, StepStream } from "../prepare/step.js";
import { cut, originOf, sliceRows } from "./flow.js";
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

/** Scores the next rows of a series, slice by slice, into `scores`. */
export function* scoreRows(
  form: Form,
  path: RowPath,
  steps: StepStream,
  batch: Batch,
  scores: Float64Array,
  options: CallOptions & Control,
  extent: Extent,
): Work<void> {
  for (const slice of slices(path, steps, batch, options, extent)) {
    const values = yield* wait(form.score(path.detector, slice.ready.x, slice.options));
    const { kept } = slice.ready;
    if (kept === undefined) {
      scores.set(values, slice.from);
    } else {
      scores.fill(Number.NaN, slice.from, slice.to);
      for (let i = 0; i < values.length; i++) scores[slice.from + (kept[i] as number)] = values[i] as number;
    }
  }
}

/** What each column of the input adds to the scores of the next rows of a series, into `out` (rows × cols). */
export function* contributionRows(
  form: Form,
  path: RowPath,
  steps: StepStream,
  batch: Batch,
  out: Float64Array,
  options: CallOptions & Control,
  extent: Extent,
): Work<void> {
  const origin = originOf(path.cols, path.steps);
  const { cols } = path;
  for (const slice of slices(path, steps, batch, options, extent)) {
    const { data, rows } = yield* wait(form.contributions(path.detector, slice.ready.x, slice.options));
    const { kept } = slice.ready;
    if (kept !== undefined) out.fill(Number.NaN, slice.from * cols, slice.to * cols);
    for (let i = 0; i < rows; i++) {
      const to = (slice.from + (kept?.[i] ?? i)) * cols;
      out.fill(0, to, to + cols);
      for (let k = 0; k < origin.length; k++) {
        const at = to + (origin[k] as number);
        out[at] = (out[at] as number) + (data[i * origin.length + k] as number);
      }
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
  const step = sliceRows(path.cols, path.steps);
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    const part = cut(batch, from, to);
    const ready = steps.push({ ...part, x: matchColumns(part.x, path.cols, path.columns) });
    const control = partOf(options, (extent.done + from) / extent.of, (extent.done + to) / extent.of);
    yield { from, to, ready, options: { ...callOptions(options), ...control } };
  }
}
