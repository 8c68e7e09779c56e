import { KernelError, ShapeError } from "../errors.js";
import type { Matrix } from "../matrix.js";
import { stackRows } from "../matrix.js";
import type { Batch } from "../prepare/batch.js";
import type { FittedStep, StepStream } from "../prepare/step.js";
import { cut, inTurn, sliceRows } from "./flow.js";

/** Values that the prepared training rows may take: 8 GiB. */
const MAX_VALUES = 2 ** 30;

/** Runs whole series through checks or one fitted step. */
export function transformSeries(
  series: readonly Batch[],
  checks: readonly StepStream[],
  step: FittedStep | undefined,
): Batch[] {
  if (step === undefined || step.identity) {
    for (const batch of series) inTurn(step === undefined ? checks : [...checks, step.open()]).push(batch);
    return [...series];
  }
  const rows = series.reduce((total, { x }) => total + x.rows, 0);
  const { cols, columns } = step.output;
  if (rows * cols > MAX_VALUES) {
    throw new KernelError("KERNEL_MEMORY", `step ${step.spec.name} would make ${rows} × ${cols} training values`, {
      remedy: "Fit on fewer rows, or choose smaller windows",
    });
  }
  // One array for all series, so that the detector gets them as one matrix without another copy.
  const data = new Float64Array(rows * cols);
  const slice = sliceRows(step.cols, [step]);
  let at = 0;
  return series.map((batch) => {
    const stream = step.open();
    const start = at;
    const kept: Int32Array[] = [];
    for (let from = 0; from < batch.x.rows; from += slice) {
      const part = cutKept(batch, from, from + slice);
      const out = stream.push(part);
      data.set(out.x.data, at * cols);
      at += out.x.rows;
      if (out.kept !== undefined) kept.push(out.kept);
      else kept.push(Int32Array.from({ length: out.x.rows }, (_, i) => part.kept?.[i] ?? from + i));
    }
    const x = { data: data.subarray(start * cols, at * cols), rows: at - start, cols };
    const made = { ...batch, x: columns === undefined ? x : { ...x, columns } };
    return at - start === batch.x.rows && batch.kept === undefined ? made : { ...made, kept: joined(kept) };
  });
}

/** A slice whose `kept` still counts from the beginning of the series. */
function cutKept(batch: Batch, from: number, to: number): Batch {
  const end = Math.min(to, batch.x.rows);
  const kept = batch.kept?.subarray(from, end) ?? Int32Array.from({ length: end - from }, (_, i) => from + i);
  return { ...cut(batch, from, end), firstRow: batch.firstRow, kept };
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** All series as one matrix; a view when they already lie one behind the other. */
export function stackSeries(series: readonly Batch[]): Matrix {
  const parts = series.map(({ x }) => x);
  const first = parts[0];
  if (first === undefined) throw new ShapeError("SHAPE_EMPTY", "at least one training matrix is needed; found none");
  let end = first.data.byteOffset;
  const adjoining = parts.every(({ data }) => {
    const joins = data.buffer === first.data.buffer && data.byteOffset === end;
    end = data.byteOffset + data.byteLength;
    return joins;
  });
  if (!adjoining || parts.length === 1) return stackRows(parts);
  const rows = parts.reduce((total, { rows: n }) => total + n, 0);
  return { ...first, data: new Float64Array(first.data.buffer, first.data.byteOffset, rows * first.cols), rows };
}

/** Labels or weights of the rows that are left, or undefined when there are none. */
export function keptOf<A extends Uint8Array | Float64Array>(
  what: string,
  values: A | undefined,
  before: readonly Batch[],
  after: readonly Batch[],
): A | undefined {
  if (values === undefined) return undefined;
  const rows = before.reduce((total, { x }) => total + x.rows, 0);
  if (values.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows need ${rows} ${what}; found ${values.length}`);
  }
  if (after.every(({ kept }) => kept === undefined)) return values;
  const out = values.slice(
    0,
    after.reduce((total, { x }) => total + x.rows, 0),
  ) as A;
  let from = 0;
  let to = 0;
  after.forEach(({ x, kept }, s) => {
    for (let i = 0; i < x.rows; i++) out[to++] = values[from + (kept?.[i] ?? i)] as number;
    from += (before[s] as Batch).x.rows;
  });
  return out;
}
