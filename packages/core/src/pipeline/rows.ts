import { type CallOptions, type FittedDetector, matchColumns } from "../detectors/detector.js";
import type { Control } from "../kernels/kernels.js";
import type { Matrix } from "../matrix.js";
import type { Batch } from "../prepare/batch.js";
import type { FittedStep } from "../prepare/step.js";
import { cut, type OpenPath, sliceRows, type WayBack, wayBack } from "./flow.js";
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

/**
 * Works out the results of the next rows of a series, slice by slice; of all its rows when the detector must see them
 * whole.
 */
export function* workRows(
  form: Form,
  path: RowPath,
  open: OpenPath,
  batch: Batch,
  results: RowResults,
  options: CallOptions & Control,
  extent: Extent,
): Work<void> {
  const explained = results.contributions !== undefined;
  const way = explained ? wayBack(path.cols, path.steps) : undefined;
  for (const { ready, from, to, options: call } of slices(path, open, batch, options, extent)) {
    const pushed = explained ? new Float64Array(ready.x.data.length) : undefined;
    // Rows of a table are asked for what is wanted only; the rows of a series must pass through its memory.
    const scores =
      open.detector === undefined || path.detector.spec.input === "tabular"
        ? yield* workWhole(form, path.detector, ready.x, call, results.scores !== undefined, pushed)
        : yield* wait(form.push(open.detector, ready.x, call, pushed));
    if (results.scores !== undefined) writeScores(scores, ready, results.scores.subarray(from, to));
    if (pushed === undefined || way === undefined) continue;
    addUp(
      pushed,
      way,
      ready,
      (results.contributions as Float64Array).subarray(from * path.cols, to * path.cols),
      path.cols,
    );
  }
}

/** Scores and contributions of rows that need no memory of those before. */
function* workWhole(
  form: Form,
  detector: FittedDetector,
  x: Matrix,
  options: CallOptions & Control,
  scored: boolean,
  pushed: Float64Array | undefined,
): Work<Float64Array> {
  const half = scored && pushed !== undefined ? 0.5 : scored ? 1 : 0;
  const scores = scored
    ? yield* wait(form.score(detector, x, { ...options, ...partOf(options, 0, half) }))
    : new Float64Array(0);
  if (pushed !== undefined) {
    const { data } = yield* wait(form.contributions(detector, x, { ...options, ...partOf(options, half, 1) }));
    pushed.set(data);
  }
  return scores;
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
function addUp(values: Float64Array, way: WayBack, ready: Batch, out: Float64Array, cols: number): void {
  const { kept } = ready;
  const { starts, columns, shares } = way;
  const derived = starts.length - 1;
  out.fill(kept === undefined ? 0 : Number.NaN);
  for (let i = 0; i < ready.x.rows; i++) {
    const to = (kept?.[i] ?? i) * cols;
    if (kept !== undefined) out.fill(0, to, to + cols);
    for (let k = 0; k < derived; k++) {
      const value = values[i * derived + k] as number;
      const end = starts[k + 1] as number;
      for (let s = starts[k] as number; s < end; s++) {
        const at = to + (columns[s] as number);
        out[at] = (out[at] as number) + value * (shares[s] as number);
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
  { steps, detector }: OpenPath,
  batch: Batch,
  options: CallOptions & Control,
  extent: Extent,
): Generator<Slice> {
  const { rows } = batch.x;
  const step = detector === undefined ? rows : sliceRows(path.cols, path.steps);
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    const part = cut(batch, from, to);
    const ready = steps.push({ ...part, x: matchColumns(part.x, path.cols, path.columns) });
    const control = partOf(options, (extent.done + from) / extent.of, (extent.done + to) / extent.of);
    yield { from, to, ready, options: { ...callOptions(options), ...control } };
  }
}
