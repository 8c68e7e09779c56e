import type { Data, DataType, Field, RecordBatch, RecordBatchWriter } from "apache-arrow";
import { MISSING_BOOLEAN } from "../table.js";
import type { Encoder, EncoderFactory, OutputColumn } from "./encoder.js";

type Arrow = typeof import("apache-arrow");

/**
 * Arrow IPC, as a file or as a stream: one record batch for each call. Times are timestamps in microseconds without zone. Missing times, truth
 * values and texts are null; a missing number is NaN.
 */
export function arrowEncoder(layout: "file" | "stream"): EncoderFactory {
  return async (columns) => {
    const arrow = await import("apache-arrow");
    const schema = new arrow.Schema(columns.map(({ name, type }) => fieldOf(arrow, name, type)));
    const writer: RecordBatchWriter =
      layout === "file" ? new arrow.RecordBatchFileWriter() : new arrow.RecordBatchStreamWriter();
    const ready: Uint8Array[] = [];
    const collected = collect(writer, ready);
    let wrote = false;
    return {
      async *encode(rowsOf, rows) {
        if (rows > 0) writer.write(batchOf(arrow, schema.fields, rowsOf, rows));
        wrote ||= rows > 0;
        await settled();
        yield* ready.splice(0);
      },
      async *finish() {
        if (!wrote) writer.write(batchOf(arrow, schema.fields, columns.map(emptyColumn), 0));
        writer.close();
        await collected;
        yield* ready.splice(0);
      },
    } satisfies Encoder;
  };
}

/** The writer's bytes come through a queue; this empties it as they come. */
async function collect(writer: RecordBatchWriter, into: Uint8Array[]): Promise<void> {
  for await (const bytes of writer as AsyncIterable<Uint8Array>) into.push(bytes);
}

/** Until what is in the queue now has been taken out of it. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function fieldOf({ Field, ...arrow }: Arrow, name: string, type: OutputColumn["type"]): Field {
  const types: Record<OutputColumn["type"], () => DataType> = {
    float64: () => new arrow.Float64(),
    int32: () => new arrow.Int32(),
    boolean: () => new arrow.Bool(),
    timestamp: () => new arrow.TimestampMicrosecond(),
    string: () => new arrow.Utf8(),
  };
  return new Field(name, types[type](), type !== "float64" && type !== "int32");
}

function batchOf(arrow: Arrow, fields: Field[], columns: readonly OutputColumn[], rows: number): RecordBatch {
  const children = columns.map((column) => dataOf(arrow, column, rows));
  const schema = new arrow.Schema(fields);
  return new arrow.RecordBatch(
    schema,
    arrow.makeData({ type: new arrow.Struct(fields), length: rows, nullCount: 0, children }),
  );
}

function dataOf(arrow: Arrow, column: OutputColumn, length: number): Data {
  switch (column.type) {
    case "float64":
      return arrow.makeData({ type: new arrow.Float64(), length, nullCount: 0, data: column.values.slice(0, length) });
    case "int32":
      return arrow.makeData({ type: new arrow.Int32(), length, nullCount: 0, data: Int32Array.from(column.values) });
    case "timestamp": {
      const missing = (i: number) => Number.isNaN(column.values[i]);
      const micros = BigInt64Array.from({ length }, (_, i) =>
        missing(i) ? 0n : BigInt(Math.round((column.values[i] as number) * 1000)),
      );
      return arrow.makeData({
        type: new arrow.TimestampMicrosecond(),
        length,
        data: micros,
        ...validity(length, missing),
      });
    }
    case "boolean":
    case "string": {
      const values = column.type === "boolean" ? Array.from(column.values, truth) : column.values;
      const type = column.type === "boolean" ? new arrow.Bool() : new arrow.Utf8();
      const [data] = arrow.vectorFromArray<DataType>(values as unknown[], type).data;
      return data ?? arrow.makeData({ type, length: 0 });
    }
  }
}

/** One bit a row, 1 where there is a value. */
function validity(length: number, missing: (row: number) => boolean): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0;
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  for (let i = 0; i < length; i++) {
    if (missing(i)) nullCount++;
    else nullBitmap[i >>> 3] = (nullBitmap[i >>> 3] as number) | (1 << (i & 7));
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

function truth(value: number): boolean | null {
  return value === MISSING_BOOLEAN ? null : value === 1;
}

function emptyColumn({ name, type }: Pick<OutputColumn, "name" | "type">): OutputColumn {
  if (type === "string") return { name, type, values: [] };
  if (type === "boolean") return { name, type, values: new Uint8Array() };
  return type === "int32" ? { name, type, values: new Int32Array() } : { name, type, values: new Float64Array() };
}
