import { KernelError } from "@telltale/core";
import type { LabelReader } from "../labels.js";
import { type Column, columnOf, joinColumns, MISSING_BOOLEAN, type Table } from "../table.js";
import { numberIn } from "./survey.js";

/** One series in memory, to be prepared: variables side by side, and what stands beside them. */
export interface SeriesRows {
  readonly rows: number;
  /** Names of the variables. */
  readonly names: readonly string[];
  /** rows × names, row-major; a missing value is NaN. */
  readonly values: Float64Array;
  /** A column of times or numbers that says when. */
  readonly time: Column | undefined;
  /** 1 = anomaly. */
  readonly labels: Uint8Array | undefined;
  /** Columns that are carried along as they are. */
  readonly beside: readonly Column[];
}

/** Which columns play which part. */
export interface SeriesColumns {
  readonly names: readonly string[];
  readonly time?: string | undefined;
  readonly label?: string | undefined;
  readonly beside?: readonly string[] | undefined;
}

/**
 * One series out of the chunks of its file. Text in a variable that is no number becomes a missing value.
 *
 * @throws ColumnError `COLUMN_MISSING`; DataError `DATA_LABEL`; KernelError `KERNEL_MEMORY` when it does not fit
 */
export function seriesRows(
  chunks: readonly Table[],
  { names, time, label, beside = [] }: SeriesColumns,
  labels?: LabelReader,
): SeriesRows {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const values = allocate(rows, names.length);
  const marks = label === undefined ? undefined : new Uint8Array(rows);
  let at = 0;
  for (const chunk of chunks) {
    names.forEach((name, j) => {
      const column = columnOf(chunk, name);
      for (let i = 0; i < chunk.rows; i++) values[(at + i) * names.length + j] = numberIn(column, i);
    });
    if (label !== undefined && labels !== undefined) {
      const place = { ...(chunk.file === undefined ? {} : { file: chunk.file }), row: chunk.firstRow ?? 1 };
      marks?.set(labels.read(columnOf(chunk, label), place), at);
    }
    at += chunk.rows;
  }
  const joined = (name: string) => joinColumns(chunks.map((chunk) => columnOf(chunk, name)));
  return {
    rows,
    names,
    values,
    time: time === undefined ? undefined : joined(time),
    labels: marks,
    beside: beside.map(joined),
  };
}

/** The rows with these numbers, in this order. */
export function takeRows(series: SeriesRows, order: readonly number[]): SeriesRows {
  const cols = series.names.length;
  const values = new Float64Array(order.length * cols);
  order.forEach((row, i) => {
    values.set(series.values.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return {
    ...series,
    rows: order.length,
    values,
    time: series.time && takeCells(series.time, order),
    labels: series.labels && Uint8Array.from(order, (row) => series.labels?.[row] ?? 0),
    beside: series.beside.map((column) => takeCells(column, order)),
  };
}

/** The cells with these numbers; a number below 0 is a missing cell. */
export function takeCells(column: Column, order: readonly number[]): Column {
  const { name } = column;
  switch (column.type) {
    case "string":
      return { name, type: "string", values: order.map((row) => column.values[row] ?? null) };
    case "boolean":
      return { name, type: "boolean", values: Uint8Array.from(order, (row) => column.values[row] ?? MISSING_BOOLEAN) };
    default:
      return { name, type: column.type, values: Float64Array.from(order, (row) => column.values[row] ?? Number.NaN) };
  }
}

function allocate(rows: number, cols: number): Float64Array {
  try {
    return new Float64Array(rows * cols);
  } catch (cause) {
    const gigabytes = ((rows * cols * 8) / 2 ** 30).toFixed(1);
    throw new KernelError("KERNEL_MEMORY", `${rows} × ${cols} values need ${gigabytes} GiB of memory`, {
      remedy: "Prepare fewer columns, or cut the file",
      cause,
    });
  }
}
