import type { Column } from "../table.js";

/** Whole numbers, such as flags. */
export interface Int32Column {
  readonly name: string;
  readonly type: "int32";
  readonly values: Int32Array | Uint8Array;
}

/** A column that can be written. */
export type OutputColumn = Column | Int32Column;

/** File formats that can be written; `arrow` is the file format of Arrow IPC, `arrows` its stream. */
export type OutputFormat = "csv" | "tsv" | "ndjson" | "json" | "parquet" | "arrow" | "arrows";

/** Turns rows into bytes, piece by piece. The columns are the same, in name and type, in every call. */
export interface Encoder {
  /** The bytes that are ready; what is held back is bounded. */
  encode(columns: readonly OutputColumn[], rows: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** The bytes that end the file. */
  finish(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Makes an encoder for columns of these names and types. */
export type EncoderFactory = (columns: readonly Pick<OutputColumn, "name" | "type">[]) => Promise<Encoder> | Encoder;
