import { ColumnError, type ErrorPlace } from "../errors.js";
import type { Matrix } from "../matrix.js";

/** Consecutive rows of one series on their way through the steps, with what error texts need to name a place. */
export interface Batch {
  readonly x: Matrix;
  /** Number of the row, counted from 1 in its source, at which the chunk began. */
  readonly firstRow: number;
  /** For each row of `x` its offset in the chunk, ascending, after a step has dropped rows; absent: all are there. */
  readonly kept?: Int32Array;
  /** The file or other source, for error texts. */
  readonly source?: string | undefined;
}

/** Where the value at `position` of the batch's data came from. */
export function placeOf(batch: Batch, position: number): ErrorPlace {
  const { x, firstRow, kept, source } = batch;
  const row = Math.floor(position / x.cols);
  const column = x.columns?.[position % x.cols] ?? `${position % x.cols}`;
  const place = { row: firstRow + (kept?.[row] ?? row), column };
  return source === undefined ? place : { ...place, file: source };
}

/** The batch with other values for the same rows. */
export function withValues(
  batch: Batch,
  data: Float64Array,
  cols: number,
  columns: readonly string[] | undefined,
): Batch {
  const { rows } = batch.x;
  return { ...batch, x: columns === undefined ? { data, rows, cols } : { data, rows, cols, columns } };
}

/** Columns that come out of a step. */
export interface OutputColumns {
  readonly cols: number;
  readonly columns: readonly string[] | undefined;
  /** For each column that comes out, the column that went in it was made from. */
  readonly origin: Int32Array;
  /** For columns made from several, cols × columns that went in: how much of what one contributes is due to each of them. */
  readonly shares?: Float64Array;
}

/** The columns as they went in. */
export function sameColumns(cols: number, columns: readonly string[] | undefined): OutputColumns {
  return { cols, columns, origin: Int32Array.from({ length: cols }, (_, j) => j) };
}

/**
 * Columns made from others, `names.length` for each one, all columns for the first name first.
 *
 * @param names  make the name of a new column from that of its origin
 * @throws {@link ColumnError} `COLUMN_DUPLICATE` when a new name is already there
 */
export function derivedColumns(
  cols: number,
  columns: readonly string[] | undefined,
  names: readonly ((name: string) => string)[],
): OutputColumns {
  const derived = columns && names.flatMap((rename) => columns.map(rename));
  const seen = new Set<string>();
  for (const name of derived ?? []) {
    if (seen.has(name)) {
      throw new ColumnError("COLUMN_DUPLICATE", "a derived column gets the name of another one", {
        where: { column: name },
        remedy: "Rename the input column",
      });
    }
    seen.add(name);
  }
  return {
    cols: cols * names.length,
    columns: derived,
    origin: Int32Array.from({ length: cols * names.length }, (_, k) => k % cols),
  };
}
