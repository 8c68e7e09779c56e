import { extname } from "node:path";
import { ParamError, ShapeError } from "@telltale/core";
import { STANDARD_STREAM } from "../source/paths.js";
import { requireUnique } from "../table.js";
import { arrowEncoder } from "./arrow-encoder.js";
import { type ByteTarget, openAtomicFile } from "./atomic-file.js";
import type { Encoder, EncoderFactory, OutputColumn, OutputFormat } from "./encoder.js";
import { standardOutput } from "./standard-output.js";
import { csvEncoder, jsonEncoder } from "./text-encoders.js";

/** Takes rows and writes them to a file or to standard output, in bounded memory. */
export interface Sink {
  /** Path of the file, or `-`. */
  readonly path: string;
  readonly format: OutputFormat;
  /** Rows written so far. */
  readonly rows: number;
  /** The reader of standard output has gone (`| head`): no more rows need be made. Writing goes on without an error. */
  readonly readerGone: boolean;
  /**
   * Writes the rows of these columns. Every call has the same columns, by name and type. Resolves when the arrays may be used again.
   *
   * @throws ShapeError `SHAPE_MISMATCH`; FileError `DISK_FULL`, `FILE_UNWRITABLE` – the temporary file is then gone and the target untouched
   */
  write(columns: readonly OutputColumn[]): Promise<void>;
  /** Ends the file and puts it in its place. Without it, nothing is there. */
  close(): Promise<void>;
  /** Gives up: the temporary file is removed, the target is as it was before. Without effect after `close`. */
  abort(): Promise<void>;
}

export interface SinkOptions {
  /** Default: by the extension; `csv` for standard output. */
  readonly format?: OutputFormat | undefined;
  /** The columns to write, so that a file without rows still has its header. Default: those of the first rows. */
  readonly columns?: readonly Pick<OutputColumn, "name" | "type">[] | undefined;
}

const EXTENSIONS: Readonly<Record<string, OutputFormat>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".json": "json",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".arrow": "arrow",
  ".feather": "arrow",
  ".arrows": "arrows",
};

const ENCODERS: Readonly<Record<OutputFormat, EncoderFactory>> = {
  csv: csvEncoder(","),
  tsv: csvEncoder("\t"),
  ndjson: jsonEncoder("lines"),
  json: jsonEncoder("array"),
  parquet: async (columns) => (await import("./parquet-encoder.js")).parquetEncoder(columns),
  arrow: arrowEncoder("file"),
  arrows: arrowEncoder("stream"),
};

/** Formats that {@link openSink} writes. */
export const OUTPUT_FORMATS = Object.keys(ENCODERS) as readonly OutputFormat[];

/**
 * Opens a file, or standard output (`-`), for rows. A file appears under its name only when it is whole.
 *
 * @throws ParamError `PARAM_TYPE` for a format or extension that is not known; FileError `FILE_UNWRITABLE`
 * @example
 * ```ts no-run
 * import { openSink } from "@telltale/data";
 * const sink = await openSink("scores.parquet");
 * await sink.write([
 *   { name: "score", type: "float64", values: Float64Array.of(0.4, 0.8) },
 *   { name: "anomaly", type: "int32", values: Int32Array.of(0, 1) },
 * ]);
 * await sink.close();
 * ```
 */
export async function openSink(path: string, options: SinkOptions = {}): Promise<Sink> {
  const format = formatOf(path, options.format);
  const target = path === STANDARD_STREAM ? standardOutput() : await openAtomicFile(path);
  return new EncodingSink(path, format, target, options.columns);
}

function formatOf(path: string, asked: OutputFormat | undefined): OutputFormat {
  const known = `the formats are ${OUTPUT_FORMATS.join(", ")}`;
  if (asked !== undefined) {
    if (OUTPUT_FORMATS.includes(asked)) return asked === "arrow" && path === STANDARD_STREAM ? "arrows" : asked;
    throw new ParamError("PARAM_TYPE", `format: ${known}; found ${JSON.stringify(asked)}`);
  }
  if (path === STANDARD_STREAM) return "csv";
  const extension = extname(path).toLowerCase();
  const format = EXTENSIONS[extension];
  if (format !== undefined) return format;
  throw new ParamError(
    "PARAM_TYPE",
    `the format of ${path} cannot be told from ${extension === "" ? "its name" : extension}`,
    {
      remedy: `Use another extension or say which format; ${known}`,
    },
  );
}

class EncodingSink implements Sink {
  readonly path: string;
  readonly format: OutputFormat;
  #rows = 0;
  #state: "open" | "closed" | "aborted" = "open";
  readonly #target: ByteTarget;
  #columns: readonly Pick<OutputColumn, "name" | "type">[] | undefined;
  #encoder: Encoder | undefined;

  constructor(path: string, format: OutputFormat, target: ByteTarget, columns: SinkOptions["columns"]) {
    this.path = path;
    this.format = format;
    this.#target = target;
    this.#columns = columns;
  }

  get rows(): number {
    return this.#rows;
  }

  get readerGone(): boolean {
    return this.#target.readerGone;
  }

  async write(columns: readonly OutputColumn[]): Promise<void> {
    this.#requireOpen();
    const rows = columns[0]?.values.length ?? 0;
    this.#columns ??= columns.map(({ name, type }) => ({ name, type }));
    requireSame(this.#columns, columns, rows);
    await this.#guarded(async () => {
      const encoder = await this.#start();
      for await (const bytes of encoder.encode(columns, rows)) await this.#target.write(bytes);
    });
    this.#rows += rows;
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#requireOpen();
    await this.#guarded(async () => {
      if (this.#columns !== undefined) {
        const encoder = await this.#start();
        for await (const bytes of encoder.finish()) await this.#target.write(bytes);
      }
      await this.#target.commit();
    });
    this.#state = "closed";
  }

  async abort(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "aborted";
    await this.#target.abort();
  }

  async #start(): Promise<Encoder> {
    this.#encoder ??= await ENCODERS[this.format](this.#columns ?? []);
    return this.#encoder;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  #requireOpen(): void {
    if (this.#state === "open") return;
    throw new ParamError("PARAM_TYPE", `the sink for ${this.path} is ${this.#state}; open another one to write more`);
  }
}

function requireSame(
  expected: readonly Pick<OutputColumn, "name" | "type">[],
  found: readonly OutputColumn[],
  rows: number,
): void {
  requireUnique(found.map(({ name }) => name));
  const same =
    expected.length === found.length &&
    expected.every(({ name, type }, j) => found[j]?.name === name && found[j].type === type);
  if (!same || found.length === 0) {
    const list = (columns: readonly Pick<OutputColumn, "name" | "type">[]) =>
      columns.map(({ name, type }) => `${name} (${type})`).join(", ") || "none";
    throw new ShapeError("SHAPE_MISMATCH", `the columns ${list(expected)} were expected; found ${list(found)}`, {
      remedy: "Write the same columns every time, at least one",
    });
  }
  const other = found.find(({ values }) => values.length !== rows);
  if (other !== undefined) {
    throw new ShapeError("SHAPE_MISMATCH", `every column needs ${rows} values; found ${other.values.length}`, {
      where: { column: other.name },
    });
  }
}
