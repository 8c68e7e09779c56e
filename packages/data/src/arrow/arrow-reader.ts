import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DataError, type TelltaleError } from "@telltale/core";
import type { DataType, RecordBatch, RecordBatchReader, Vector } from "apache-arrow";
import { emptyError, formatError, messageOf, quoted, readError } from "../source/file-errors.js";
import type { Batch, BatchColumn, ColumnRequest, ColumnSchema, FileReader } from "../source/reader.js";
import { type ColumnType, MISSING_BOOLEAN, requireUnique } from "../table.js";

const MARK = "ARROW1";
const REMEDY =
  "Check that the file was written to its end; compressed record batches are not read, so write them uncompressed";

type Arrow = typeof import("apache-arrow");

/** Opens an Arrow IPC file or stream; record batches are read one by one. */
export async function openArrow(file: string): Promise<FileReader> {
  const arrow = await import("apache-arrow");
  const columns = await withReader(arrow, file, async (reader) => {
    const fields = reader.schema.fields;
    return fields.map(({ name, type }): ColumnSchema => ({ name, type: columnTypeOf(arrow, type) }));
  });
  if (columns.length === 0) throw emptyError(file, "no columns");
  requireUnique(
    columns.map(({ name }) => name),
    file,
  );
  return {
    file,
    format: "arrow",
    columns,
    batches: (requests) => readBatches(arrow, file, requests),
    close: async () => {},
  };
}

async function* readBatches(
  arrow: Arrow,
  file: string,
  requests: readonly ColumnRequest[],
): AsyncIterableIterator<Batch> {
  const input = await openInput(file);
  let row = 1;
  try {
    const reader = await openReader(arrow, file, input);
    for (;;) {
      const batch = await nextBatch(file, reader);
      if (batch === undefined) break;
      const first = row;
      const columns = requests.map((request) => {
        const vector = batch.getChildAt(request.index) as Vector;
        return readColumn(arrow, vector, request, (i) => ({ file, row: first + i, column: request.name }));
      });
      if (batch.numRows > 0) yield { rows: batch.numRows, columns };
      row += batch.numRows;
    }
  } finally {
    await input.close();
  }
}

interface Input {
  readonly source: FileHandle | AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A file can be read anywhere, and its footer must be there; a stream is read from front to back. */
async function openInput(file: string): Promise<Input> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    throw readError(file, error);
  }
  const size = (await handle.stat()).size;
  const mark = Buffer.alloc(MARK.length);
  await handle.read(mark, 0, MARK.length, 0);
  if (mark.toString("latin1") === MARK) {
    await handle.read(mark, 0, MARK.length, Math.max(0, size - MARK.length));
    if (mark.toString("latin1") === MARK && size > 2 * MARK.length)
      return { source: handle, close: () => handle.close() };
    await handle.close();
    throw formatError({ file }, "the Arrow file is cut short: its footer is missing", REMEDY);
  }
  await handle.close();
  const stream = createReadStream(file, { highWaterMark: 1 << 20 });
  return {
    source: stream,
    async close() {
      stream.destroy();
    },
  };
}

async function withReader<T>(arrow: Arrow, file: string, use: (reader: RecordBatchReader) => Promise<T>): Promise<T> {
  const input = await openInput(file);
  try {
    return await use(await openReader(arrow, file, input));
  } finally {
    await input.close();
  }
}

async function openReader(arrow: Arrow, file: string, input: Input): Promise<RecordBatchReader> {
  try {
    const reader = (await arrow.RecordBatchReader.from(input.source as FileHandle)) as RecordBatchReader;
    await reader.open({ autoDestroy: false });
    if (reader.schema === undefined || reader.schema === null) throw new Error("there is no schema");
    return reader;
  } catch (error) {
    throw damaged(file, error);
  }
}

async function nextBatch(file: string, reader: RecordBatchReader): Promise<RecordBatch | undefined> {
  try {
    const { done, value } = await reader.next();
    return done ? undefined : value;
  } catch (error) {
    throw damaged(file, error);
  }
}

function damaged(file: string, error: unknown): TelltaleError {
  return formatError({ file }, `the Arrow data is damaged or cut short: ${messageOf(error)}`, REMEDY, error);
}

function columnTypeOf({ DataType }: Arrow, type: DataType): ColumnType {
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return "float64";
  if (DataType.isBool(type)) return "boolean";
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return "timestamp";
  if (DataType.isDictionary(type)) return columnTypeOf({ DataType } as Arrow, type.dictionary);
  return DataType.isNull(type) ? "float64" : "string";
}

type Where = (row: number) => { file: string; row: number; column: string };

function readColumn(arrow: Arrow, vector: Vector, { type }: ColumnRequest, where: Where): BatchColumn {
  const rows = vector.length;
  if (type === "string") {
    const values = new Array<string | null>(rows);
    for (let i = 0; i < rows; i++) {
      const value: unknown = vector.get(i);
      values[i] = value === null || value === undefined ? null : String(value);
    }
    return { type, values };
  }
  const numbers = readNumbers(arrow, vector, where, type);
  if (type !== "boolean") return { type, values: numbers };
  return {
    type,
    values: Uint8Array.from(numbers, (value) => (Number.isNaN(value) ? MISSING_BOOLEAN : value === 0 ? 0 : 1)),
  };
}

function readNumbers(arrow: Arrow, vector: Vector, where: Where, wanted: ColumnType): Float64Array {
  const { type } = vector;
  const only = vector.data.length === 1 ? vector.data[0] : undefined;
  if (arrow.DataType.isFloat(type) && only?.values instanceof Float64Array && vector.nullCount === 0) {
    return only.values.subarray(0, vector.length);
  }
  const out = new Float64Array(vector.length);
  const scale = arrow.DataType.isDecimal(type) ? 10 ** -type.scale : 1;
  const perMilli = arrow.DataType.isTimestamp(type) ? 1000 ** (type.unit - 1) : 0;
  let at = 0;
  for (const data of vector.data) {
    // Times are taken from the raw integers: the library's own accessor rounds them to milliseconds.
    const raw = perMilli > 0 ? (data.values as BigInt64Array) : undefined;
    const chunk = raw === undefined ? new arrow.Vector([data]) : undefined;
    for (let i = 0; i < data.length; i++, at++) {
      if (!data.getValid(i)) out[at] = Number.NaN;
      else if (raw !== undefined) out[at] = Number(raw[i]) / perMilli;
      else out[at] = numberOf(chunk?.get(i), scale, () => where(at), wanted);
    }
  }
  return out;
}

function numberOf(value: unknown, scale: number, where: () => ReturnType<Where>, wanted: ColumnType): number {
  if (typeof value === "number") return value * scale;
  if (typeof value === "bigint") return Number(value) * scale;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || value === undefined) return Number.NaN;
  if (ArrayBuffer.isView(value)) return Number(String(value)) * scale;
  const text = String(value);
  if (wanted === "float64" && text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
  throw new DataError(
    wanted === "float64" ? "DATA_NOT_NUMERIC" : "DATA_FORMAT",
    `${wanted === "float64" ? "a number" : "a time or truth value"} was expected; found ${quoted(text)}`,
    { where: where(), remedy: "Correct the value, leave it out if it is missing, or drop the column" },
  );
}
