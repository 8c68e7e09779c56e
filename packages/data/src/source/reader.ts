import type { BooleanColumn, ColumnType, Float64Column, StringColumn, TimestampColumn } from "../table.js";

/** File formats that can be read. */
export type InputFormat = "csv" | "parquet" | "json" | "ndjson" | "arrow" | "npy" | "npz";

/** A column as a file has it. */
export interface ColumnSchema {
  readonly name: string;
  readonly type: ColumnType;
  /** No value was seen where the type was looked for, so that the type is a guess. */
  readonly untyped?: boolean;
}

/** A column asked of a reader, as the type that it is wanted in. */
export interface ColumnRequest {
  /** Position in the file. */
  readonly index: number;
  readonly name: string;
  readonly type: ColumnType;
}

/** Values of one column for a few rows; the arrays may be reused by the reader after the next batch is asked for. */
export type BatchColumn =
  | Pick<Float64Column, "type" | "values">
  | Pick<TimestampColumn, "type" | "values">
  | Pick<BooleanColumn, "type" | "values">
  | Pick<StringColumn, "type" | "values">;

/** Some consecutive rows of a file, columns in the order they were asked for, each in the type asked for. */
export interface Batch {
  readonly rows: number;
  readonly columns: readonly BatchColumn[];
}

/** One open file. */
export interface FileReader {
  readonly file: string;
  readonly format: InputFormat;
  readonly columns: readonly ColumnSchema[];
  /** Number of rows, where the format says so without reading them all. */
  readonly rows?: number;
  /**
   * Rows from first to last, in batches of whatever size suits the format.
   *
   * @throws DataError `DATA_NOT_NUMERIC` and `DATA_FORMAT` with the row and the column
   */
  batches(requests: readonly ColumnRequest[]): AsyncIterableIterator<Batch>;
  close(): Promise<void>;
}

/** How to read. */
export interface ReadOptions {
  /** Instead of finding it out from the name and the first bytes. */
  readonly format?: InputFormat | undefined;
  /** Of a CSV file; one character. Default: found out. */
  readonly delimiter?: string | undefined;
  /** Whether the first line of a CSV file has the names. Default: found out. */
  readonly header?: boolean | undefined;
  /** Decimal mark of a CSV file. Default: found out. */
  readonly decimal?: "." | "," | undefined;
  /** Threads that may parse. Default: those there are, at most 4. */
  readonly threads?: number | undefined;
}
