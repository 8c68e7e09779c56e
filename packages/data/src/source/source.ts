import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { ColumnError, TelltaleError } from "@telltale/core";
import { Engine } from "../duckdb/engine.js";
import { type LabelMeaning, type LabelOptions, labelReader } from "../labels.js";
import { type ColumnSelection, type ColumnType, listNames, noSuchColumn, type Table, variableNames } from "../table.js";
import { type MatrixChunk, matrixChunks, tableChunks } from "./chunks.js";
import { emptyError } from "./file-errors.js";
import { openFile } from "./open.js";
import { expandPaths, STANDARD_STREAM } from "./paths.js";
import { prefetch } from "./prefetch.js";
import type { Batch, ColumnRequest, ColumnSchema, FileReader, InputFormat, ReadOptions } from "./reader.js";
import { type Spool, spool } from "./spool.js";

/** What one file of a source has. */
export interface FileSchema {
  /** Path as found; `standard input` for `-`. */
  readonly file: string;
  readonly format: InputFormat;
  readonly columns: readonly ColumnSchema[];
  /** Number of rows, where the format says so without reading them all (Parquet, NumPy). */
  readonly rows?: number;
  /** Size on disk, for a progress bar. */
  readonly bytes: number;
}

export interface ChunkOptions {
  /** Default: all columns. */
  readonly columns?: readonly string[] | undefined;
  /** Rows of a chunk; the last one of a file has fewer. Default: what makes 16 MiB, at most 65,536. */
  readonly rowsPerChunk?: number | undefined;
}

export interface MatrixOptions extends ColumnSelection, LabelOptions {
  readonly rowsPerChunk?: number | undefined;
  /**
   * Fill the same two buffers again and again: a chunk's matrix then holds only until the next chunk is asked for. Default: false,
   * each chunk has a buffer of its own.
   */
  readonly reuse?: boolean | undefined;
}

/** Files that are read as one stream of rows, in bounded memory. */
export interface Source {
  readonly files: readonly FileSchema[];
  /** Names of all columns of the first file, in its order. */
  readonly columns: readonly string[];
  /**
   * Rows as tables, file after file; a chunk never spans two files. The next chunk is read while the caller works on this one.
   *
   * @throws ColumnError `COLUMN_MISSING`; DataError `DATA_RAGGED`, `DATA_FORMAT`, `DATA_EMPTY` with file, row and column
   */
  chunks(options?: ChunkOptions): AsyncIterableIterator<Table>;
  /**
   * Rows as matrices of the variables, with times and labels beside them: the fast way. Every file must have the same variables,
   * found by name; their order in the file does not matter.
   *
   * @throws DataError `DATA_NOT_NUMERIC` for text in a variable, `DATA_LABEL`; else as `chunks`
   */
  matrices(options?: MatrixOptions): AsyncIterableIterator<MatrixChunk>;
  /** The names of the variables that a selection leaves, checked against every file. */
  variables(selection?: ColumnSelection): readonly string[];
  /** How the labels that were read so far by `matrices` were understood. */
  labelMeaning(): LabelMeaning;
  /** Ends DuckDB and removes temporary copies. Safe to call more than once. */
  close(): Promise<void>;
}

/**
 * Opens files for reading.
 *
 * @param paths  files, glob patterns, or `-` for standard input (copied to a temporary file first, since it is read twice)
 * @throws FileError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; DataError `DATA_EMPTY`, `DATA_FORMAT`; ColumnError `COLUMN_DUPLICATE`
 * @example
 * ```ts no-run
 * import { openSource } from "@telltale/data";
 * const source = await openSource(["rig/*.csv"]);
 * for await (const { matrix, file, firstRow } of source.matrices({ drop: ["anomaly"], time: "datetime" })) {
 *   console.log(file, firstRow, matrix.rows);
 * }
 * await source.close();
 * ```
 */
export async function openSource(paths: readonly string[], options: ReadOptions = {}): Promise<Source> {
  const engine = new Engine(options.threads);
  engine.warm();
  const readers: FileReader[] = [];
  const sizes: number[] = [];
  const spools: Spool[] = [];
  const close = async () => {
    for (const reader of readers) await reader.close();
    await engine.close();
    for (const copy of spools.splice(0)) await copy.dispose();
  };
  try {
    for (const path of await expandPaths(paths)) {
      const stream = await streamOf(path);
      readers.push(
        stream === undefined
          ? await openFile(path, engine, options)
          : await openStream(stream.input, stream.name, engine, options, spools),
      );
      sizes.push((await stat(stream === undefined ? path : (spools.at(-1) as Spool).path)).size);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return sourceOf(readers, sizes, close);
}

function sourceOf(readers: readonly FileReader[], sizes: readonly number[], close: () => Promise<void>): Source {
  let meaning: LabelMeaning = { normal: [], anomalous: [] };
  const first = readers[0] as FileReader;
  const columns = namesOf(first);
  const variables = (selection: ColumnSelection = {}) => commonVariables(readers, selection);

  async function* tables({ columns: asked = columns, rowsPerChunk }: ChunkOptions): AsyncIterableIterator<Table> {
    for (const reader of readers) {
      const requests = asked.map((name) => requestOf(reader, name, commonType(readers, name)));
      yield* tableChunks(reader, requests, rowsPerChunk ?? chunkRows(requests.length));
    }
  }

  async function* matrices(options: MatrixOptions): AsyncIterableIterator<MatrixChunk> {
    const names = variables(options);
    const { time, label } = options;
    const labels = label === undefined ? undefined : labelReader(options);
    const rows = options.rowsPerChunk ?? chunkRows(names.length);
    const length = rows * names.length;
    const buffers = options.reuse ? [new Float64Array(length), new Float64Array(length)] : undefined;
    let turn = 0;
    for (const reader of readers) {
      const requests = {
        variables: names.map((name) => requestOf(reader, name, "float64")),
        time: time === undefined ? undefined : requestOf(reader, time, commonType(readers, time)),
        label: label === undefined ? undefined : requestOf(reader, label, nativeType(reader, label)),
      };
      const buffer = () => buffers?.[turn++ % 2] ?? new Float64Array(length);
      for await (const chunk of matrixChunks(reader, requests, names, rows, labels, buffer)) {
        if (labels !== undefined) meaning = labels.meaning();
        yield chunk;
      }
    }
    labels?.finish(readers.length === 1 ? first.file : undefined);
  }

  return {
    files: readers.map(({ file, format, columns: schema, rows }, i) => {
      return { file, format, columns: schema, ...(rows === undefined ? {} : { rows }), bytes: sizes[i] as number };
    }),
    columns,
    chunks: (options = {}) => prefetch(tables(options)),
    matrices: (options = {}) => prefetch(matrices(options)),
    variables,
    labelMeaning: () => meaning,
    close,
  };
}

/** As many rows as make 16 MiB of numbers. */
function chunkRows(cols: number): number {
  return Math.max(1, Math.min(65_536, Math.floor((16 << 20) / (8 * Math.max(1, cols)))));
}

/** The variables, which must be the same by name in every file; what is dropped need not be in all of them. */
function commonVariables(readers: readonly FileReader[], selection: ColumnSelection): readonly string[] {
  const everywhere = new Set(readers.flatMap(namesOf));
  const first = readers[0] as FileReader;
  for (const name of selection.drop ?? []) {
    if (!everywhere.has(name)) throw noSuchColumn(name, namesOf(first), first.file);
  }
  let common: readonly string[] | undefined;
  for (const reader of readers) {
    const present = new Set(namesOf(reader));
    const drop = selection.drop?.filter((name) => present.has(name));
    const names = variableNames(namesOf(reader), { ...selection, drop }, reader.file);
    if (common === undefined) common = names;
    else if (selection.columns === undefined) requireSame(common, names, first.file, reader.file);
  }
  return common as readonly string[];
}

function requireSame(expected: readonly string[], found: readonly string[], first: string, file: string): void {
  const missing = expected.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !expected.includes(name));
  if (missing.length === 0 && extra.length === 0) return;
  const parts = [
    missing.length > 0 ? `lacks ${listNames(missing)}` : undefined,
    extra.length > 0 ? `has ${listNames(extra)} besides` : undefined,
  ];
  throw new ColumnError(
    missing.length > 0 ? "COLUMN_MISSING" : "COLUMN_COUNT",
    `the columns of ${first} were expected; the file ${parts.filter((part) => part !== undefined).join(" and ")}`,
    {
      where: { file, column: (missing[0] ?? extra[0]) as string },
      remedy: "Select the columns that all files have, or drop those",
    },
  );
}

function namesOf(reader: FileReader): readonly string[] {
  return reader.columns.map(({ name }) => name);
}

function requestOf(reader: FileReader, name: string, type: ColumnType): ColumnRequest {
  const index = reader.columns.findIndex((column) => column.name === name);
  if (index === -1) throw noSuchColumn(name, namesOf(reader), reader.file);
  return { index, name, type };
}

/** A column without a value where its type was looked for may hold anything, so it is read as text. */
function nativeType(reader: FileReader, name: string): ColumnType {
  const column = reader.columns.find((candidate) => candidate.name === name);
  return column === undefined || column.untyped ? "string" : column.type;
}

/** The type that a column has in every file; text when they differ. */
function commonType(readers: readonly FileReader[], name: string): ColumnType {
  const found = readers.flatMap((reader) => reader.columns.filter((column) => column.name === name));
  const types = new Set(found.filter(({ untyped }) => !untyped).map(({ type }) => type));
  if (types.size > 1) return "string";
  return [...types][0] ?? "float64";
}

/** What can be read only once: standard input, a named pipe, a shell's process substitution. */
async function streamOf(path: string): Promise<{ input: AsyncIterable<Uint8Array>; name: string } | undefined> {
  if (path === STANDARD_STREAM) return { input: process.stdin, name: "standard input" };
  const found = await stat(path);
  return found.isFile() ? undefined : { input: createReadStream(path), name: path };
}

async function openStream(
  input: AsyncIterable<Uint8Array>,
  name: string,
  engine: Engine,
  options: ReadOptions,
  spools: Spool[],
): Promise<FileReader> {
  const copy = await spool(input, name);
  spools.push(copy);
  const renamed = (error: unknown) => {
    if (error instanceof TelltaleError) {
      error.message = error.message.replaceAll(copy.path, name);
      Object.assign(error, { where: { ...error.where, ...(error.where.file === undefined ? {} : { file: name }) } });
    }
    return error;
  };
  let reader: FileReader;
  try {
    if ((await stat(copy.path)).size === 0) throw emptyError(name, "nothing");
    reader = await openFile(copy.path, engine, options, name);
  } catch (error) {
    throw renamed(error);
  }
  async function* batches(requests: readonly ColumnRequest[]): AsyncIterableIterator<Batch> {
    try {
      yield* reader.batches(requests);
    } catch (error) {
      throw renamed(error);
    }
  }
  return { ...reader, file: name, batches };
}
