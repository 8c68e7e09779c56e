import { ColumnError, DataError, type Matrix, matrix, ShapeError } from "@telltale/core";

/** What the values of a column are. */
export type ColumnType = "float64" | "boolean" | "string" | "timestamp";

/** Numbers. A missing value is `NaN`; a null and a NaN in the file are the same thing. */
export interface Float64Column {
  readonly name: string;
  readonly type: "float64";
  readonly values: Float64Array;
}

/** Points in time: milliseconds since 1970-01-01T00:00:00 UTC, with microseconds in the fraction; missing is `NaN`. */
export interface TimestampColumn {
  readonly name: string;
  readonly type: "timestamp";
  readonly values: Float64Array;
}

/** Truth values: 0, 1, and {@link MISSING_BOOLEAN} for a missing one. */
export interface BooleanColumn {
  readonly name: string;
  readonly type: "boolean";
  readonly values: Uint8Array;
}

/** Texts; a missing one is `null`. */
export interface StringColumn {
  readonly name: string;
  readonly type: "string";
  readonly values: readonly (string | null)[];
}

export type Column = Float64Column | TimestampColumn | BooleanColumn | StringColumn;

/** How a {@link BooleanColumn} marks a missing value. */
export const MISSING_BOOLEAN = 255;

/** Named, typed columns of the same length. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The file the rows come from, when they come from one. */
  readonly file?: string;
  /** Number in that file of the first row, counting from 1 without the header. */
  readonly firstRow?: number;
}

/** Which columns are the variables, and which have another part to play. */
export interface ColumnSelection {
  /** Names of the variables, in the order wanted. Default: every column that is not dropped, time or label. */
  readonly columns?: readonly string[] | undefined;
  /** Names of columns to leave out. */
  readonly drop?: readonly string[] | undefined;
  /** Name of the column that says when. */
  readonly time?: string | undefined;
  /** Name of the column that says what is an anomaly. */
  readonly label?: string | undefined;
}

/**
 * A table from columns, checked.
 *
 * @throws ShapeError `SHAPE_MISMATCH` for columns of different lengths, ColumnError `COLUMN_DUPLICATE`
 */
export function table(columns: readonly Column[], origin: { file?: string; firstRow?: number } = {}): Table {
  const rows = columns[0]?.values.length ?? 0;
  for (const column of columns) {
    if (column.values.length !== rows) {
      throw new ShapeError("SHAPE_MISMATCH", `every column needs ${rows} values; found ${column.values.length}`, {
        where: { ...origin, column: column.name },
      });
    }
  }
  requireUnique(
    columns.map((column) => column.name),
    origin.file,
  );
  return { rows, columns, ...origin };
}

/**
 * The column of that name.
 *
 * @throws ColumnError `COLUMN_MISSING`, with the names there are
 */
export function columnOf(from: Table, name: string): Column {
  const found = from.columns.find((column) => column.name === name);
  if (found === undefined) {
    throw noSuchColumn(
      name,
      from.columns.map((column) => column.name),
      from.file,
    );
  }
  return found;
}

/** Whether the value in that row (from 0) is missing. */
export function isMissing(column: Column, row: number): boolean {
  const value = column.values[row];
  return column.type === "boolean" ? value === MISSING_BOOLEAN : value === null || Number.isNaN(value);
}

/**
 * The variables of a table as a matrix with column names; booleans become 0 and 1, a missing value becomes NaN.
 *
 * @throws DataError `DATA_NOT_NUMERIC` for a selected column of text or times, ColumnError `COLUMN_MISSING`
 */
export function toMatrix(from: Table, selection: ColumnSelection = {}): Matrix {
  const names = variableNames(
    from.columns.map((column) => column.name),
    selection,
    from.file,
  );
  const data = new Float64Array(from.rows * names.length);
  names.forEach((name, j) => {
    const column = columnOf(from, name);
    if (column.type === "string" || column.type === "timestamp") {
      throw notNumeric(name, column.type, from.file);
    }
    fillColumn(data, j, names.length, column, 0, from.rows);
  });
  return matrix(data, from.rows, names.length, names);
}

/** Writes rows `from`…`to` of a numeric column into a row-major buffer, starting at position `at`, `stride` apart. */
export function fillColumn(
  target: Float64Array,
  at: number,
  stride: number,
  column: Pick<Float64Column, "type" | "values"> | Pick<BooleanColumn, "type" | "values">,
  from: number,
  to: number,
): void {
  const values = column.values;
  if (column.type === "float64") {
    for (let i = from, k = at; i < to; i++, k += stride) target[k] = values[i] as number;
  } else {
    for (let i = from, k = at; i < to; i++, k += stride) {
      target[k] = values[i] === MISSING_BOOLEAN ? Number.NaN : (values[i] as number);
    }
  }
}

/**
 * The names of the variables among the columns of a file.
 *
 * @throws ColumnError `COLUMN_MISSING` for a name that is not there, `COLUMN_DUPLICATE` for one asked twice,
 *   `COLUMN_COUNT` when nothing is left
 */
export function variableNames(
  available: readonly string[],
  selection: ColumnSelection,
  file?: string,
): readonly string[] {
  const { columns, drop = [], time, label } = selection;
  const present = new Set(available);
  for (const name of [...(columns ?? []), ...drop, time, label]) {
    if (name !== undefined && !present.has(name)) throw noSuchColumn(name, available, file);
  }
  const apart = new Set([...drop, time, label]);
  if (columns !== undefined) requireUnique(columns, file);
  const names = (columns ?? available).filter((name) => !apart.has(name));
  if (names.length === 0) {
    throw new ColumnError("COLUMN_COUNT", "no column is left to work on", {
      where: file === undefined ? {} : { file },
      remedy: `Select or drop fewer columns; there are ${listNames(available)}`,
    });
  }
  return names;
}

/** @throws ColumnError `COLUMN_DUPLICATE` when a name occurs twice */
export function requireUnique(names: readonly string[], file?: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new ColumnError("COLUMN_DUPLICATE", "two columns have the same name", {
        where: { ...(file === undefined ? {} : { file }), column: name },
        remedy: "Rename one of them: columns are known by name",
      });
    }
    seen.add(name);
  }
}

export function noSuchColumn(name: string, available: readonly string[], file?: string): ColumnError {
  const same = available.find((other) => other.trim().toLowerCase() === name.trim().toLowerCase());
  return new ColumnError("COLUMN_MISSING", "there is no such column", {
    where: { ...(file === undefined ? {} : { file }), column: name },
    remedy: same === undefined ? `There are ${listNames(available)}` : `Did you mean "${same}"?`,
  });
}

function notNumeric(name: string, type: ColumnType, file?: string): DataError {
  const found = type === "timestamp" ? "times" : "text";
  return new DataError("DATA_NOT_NUMERIC", `a column of numbers was expected; found ${found}`, {
    where: { ...(file === undefined ? {} : { file }), column: name },
    remedy: `Drop the column${type === "timestamp" ? ", or name it as the time column" : ", or name it as the label"}`,
  });
}

/** At most twelve names, quoted. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** Columns of one name and type, one below the other; at least one. */
export function joinColumns(parts: readonly Column[]): Column {
  const { name, type } = parts[0] as Column;
  if (type === "string")
    return { name, type, values: parts.flatMap(({ values }) => [...(values as (string | null)[])]) };
  const rows = parts.reduce((sum, { values }) => sum + values.length, 0);
  const values = type === "boolean" ? new Uint8Array(rows) : new Float64Array(rows);
  let at = 0;
  for (const part of parts) {
    values.set(part.values as Float64Array, at);
    at += part.values.length;
  }
  return { name, type, values } as Column;
}
