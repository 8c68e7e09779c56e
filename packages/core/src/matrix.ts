import { ColumnError, ShapeError } from "./errors.js";

/**
 * A table of numbers: row-major `Float64Array` of `rows × cols`, with column names where they are known.
 * A missing value is `NaN`. Made with {@link matrix}; never changed by anything in this library.
 */
export interface Matrix {
  /** Row-major, `rows * cols` long; value (i, j) stands at `i * cols + j`. May be a view into a larger buffer. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** One name for each column, unique; absent when the columns have no names. */
  readonly columns?: readonly string[];
}

/**
 * Wraps a row-major typed array as a matrix, without copying it.
 *
 * @param data  `rows * cols` doubles, row after row
 * @param rows  number of rows, ≥ 0
 * @param cols  number of columns, ≥ 1
 * @param columns  names of the columns; unique
 * @throws {@link ShapeError} `SHAPE_MISMATCH` when the sizes do not fit, {@link ColumnError} `COLUMN_DUPLICATE`
 * @example
 * ```ts
 * import { matrix } from "@telltale/core";
 * const x = matrix(Float64Array.of(1, 2, 3, 4, 5, 6), 3, 2);
 * console.log(x.rows); // 3
 * ```
 */
export function matrix(data: Float64Array, rows: number, cols: number, columns?: readonly string[]): Matrix {
  if (!Number.isSafeInteger(rows) || rows < 0 || !Number.isSafeInteger(cols) || cols < 1) {
    throw new ShapeError("SHAPE_MISMATCH", `a matrix needs rows ≥ 0 and cols ≥ 1; found ${rows} × ${cols}`);
  }
  if (!(data instanceof Float64Array)) {
    throw new ShapeError("SHAPE_MISMATCH", "a matrix is made of a Float64Array", {
      remedy: "Use Float64Array.from(values), or fromRows(rows) for an array of arrays",
    });
  }
  if (data.length !== rows * cols) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} × ${cols} needs ${rows * cols} values; found ${data.length}`);
  }
  if (columns === undefined) return { data, rows, cols };
  if (columns.length !== cols) {
    throw new ShapeError("SHAPE_MISMATCH", `${cols} columns need ${cols} names; found ${columns.length}`);
  }
  const twice = columns.find((name, j) => columns.indexOf(name) !== j);
  if (twice !== undefined) {
    throw new ColumnError("COLUMN_DUPLICATE", "two columns have the same name", { where: { column: twice } });
  }
  return { data, rows, cols, columns };
}

/**
 * A matrix from an array of rows (copied).
 *
 * @throws {@link ShapeError} `SHAPE_MISMATCH` for ragged rows, `SHAPE_EMPTY` when there is no row
 */
export function fromRows(rows: readonly ArrayLike<number>[], columns?: readonly string[]): Matrix {
  const first = rows[0];
  if (first === undefined) throw new ShapeError("SHAPE_EMPTY", "at least one row is needed; found none");
  const cols = first.length;
  const data = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    if (row.length !== cols) {
      throw new ShapeError("SHAPE_MISMATCH", `every row needs ${cols} values; found ${row.length}`, {
        where: { row: i + 1 },
      });
    }
    data.set(row, i * cols);
  });
  return matrix(data, rows.length, cols, columns);
}

/** Rows `from` (inclusive) to `to` (exclusive) as a view: no copy. */
export function rowRange(x: Matrix, from: number, to: number): Matrix {
  return { ...x, data: x.data.subarray(from * x.cols, to * x.cols), rows: to - from };
}

/** The columns at the given positions, in that order (copied). */
export function selectColumns(x: Matrix, positions: readonly number[]): Matrix {
  const cols = positions.length;
  const data = new Float64Array(x.rows * cols);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < cols; j++) data[i * cols + j] = x.data[i * x.cols + (positions[j] as number)] as number;
  }
  const names = x.columns;
  return matrix(data, x.rows, cols, names && positions.map((j) => names[j] as string));
}

/** The rows at these places, in that order, copied. */
export function selectRows({ data, cols, columns }: Matrix, rows: ArrayLike<number>): Matrix {
  const kept = new Float64Array(rows.length * cols);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * cols;
    kept.set(data.subarray(from, from + cols), i * cols);
  }
  return { data: kept, rows: rows.length, cols, ...(columns === undefined ? {} : { columns }) };
}

/** Matrices of the same columns, one below the other (copied). */
export function stackRows(parts: readonly Matrix[]): Matrix {
  const first = parts[0];
  if (first === undefined) throw new ShapeError("SHAPE_EMPTY", "at least one matrix is needed; found none");
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float64Array(rows * first.cols);
  let at = 0;
  for (const part of parts) {
    if (part.cols !== first.cols) {
      throw new ShapeError("SHAPE_MISMATCH", `every part needs ${first.cols} columns; found ${part.cols}`);
    }
    data.set(part.data, at);
    at += part.data.length;
  }
  return matrix(data, rows, first.cols, first.columns);
}

/** Position of the first value that is NaN or infinite, or −1. */
export function firstNonFinite(x: Matrix): number {
  const { data } = x;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i] as number)) return i;
  }
  return -1;
}

/**
 * The first row of each of several matrices in all of their rows, as `starts` of series; one without rows has none.
 *
 * @example
 * ```ts
 * import { fromRows, startsOf } from "@telltale/core";
 * console.log([...startsOf([fromRows([[1], [2]]), fromRows([[3]])])]); // [0, 2]
 * ```
 */
export function startsOf(parts: readonly Pick<Matrix, "rows">[]): Int32Array {
  let at = 0;
  const starts: number[] = [];
  for (const { rows } of parts) {
    if (rows > 0) starts.push(at);
    at += rows;
  }
  return Int32Array.from(starts);
}
