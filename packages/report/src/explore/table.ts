import { DataError, type Labels } from "@telltale/core";

/** A column of numbers or points in time (milliseconds since 1970-01-01 UTC); a missing value is NaN. */
export interface NumbersColumn {
  readonly name: string;
  readonly type: "float64" | "timestamp";
  readonly values: Float64Array;
}

/** Truth values: 0, 1, and 255 for a missing one. */
export interface TruthColumn {
  readonly name: string;
  readonly type: "boolean";
  readonly values: Uint8Array;
}

/** Texts; a missing one is null. */
export interface TextColumn {
  readonly name: string;
  readonly type: "string";
  readonly values: readonly (string | null)[];
}

export type ExploredColumn = NumbersColumn | TruthColumn | TextColumn;

/** Rows with named, typed columns: a `Table` of `@telltale/data` is one. */
export interface ExploredTable {
  readonly rows: number;
  readonly columns: readonly ExploredColumn[];
  /** The file the rows come from; a file is a series of its own. */
  readonly file?: string;
  /** Number in that file of the first row, from 1; 1 begins a series. */
  readonly firstRow?: number;
}

/** How a {@link TruthColumn} marks a missing value. */
const MISSING_TRUTH = 255;

/** The values of a column as numbers, a missing one as NaN; undefined for texts. */
export function numbersOf(column: ExploredColumn): Float64Array | undefined {
  if (column.type === "string") return undefined;
  if (column.type !== "boolean") return column.values;
  return Float64Array.from(column.values, (value) => (value === MISSING_TRUTH ? Number.NaN : value));
}

/**
 * Labels 0 and 1 of a column of numbers or truth values.
 *
 * @throws DataError `DATA_LABEL` for texts, a missing value, or a number that is neither 0 nor 1
 */
export function labelsOf(column: ExploredColumn, { file, firstRow = 1 }: ExploredTable): Labels {
  const values = numbersOf(column);
  const at = (i: number) => ({ ...(file === undefined ? {} : { file }), row: firstRow + i, column: column.name });
  if (values === undefined) {
    throw new DataError("DATA_LABEL", "labels of 0 and 1 were expected; found text", {
      where: at(0),
      remedy: "Read them with labelReader of @telltale/data, and give them beside the table",
    });
  }
  return Uint8Array.from(values, (value, i) => {
    if (value === 0 || value === 1) return value;
    throw new DataError("DATA_LABEL", `a label must be 0 or 1; found ${Number.isNaN(value) ? "none" : value}`, {
      where: at(i),
    });
  });
}
