import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { MISSING_BOOLEAN } from "../table.js";
import type { Encoder, OutputColumn } from "./encoder.js";

/** Rows of a row group, as DuckDB writes them: what is held in memory until it is full. */
const GROUP_ROWS = 122_880;

type Named = Pick<OutputColumn, "name" | "type">;
type Values = Float64Array | Int32Array | BigInt64Array | (string | bigint | boolean | null)[];
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/**
 * Parquet, uncompressed (scores hardly compress, and it is several times faster). Times are local timestamps in microseconds. Missing
 * times, truth values and texts are null; a missing number is NaN.
 */
export function parquetEncoder(columns: readonly Named[]): Encoder {
  const writer = new ByteWriter();
  const schema: SchemaElement[] = [{ name: "root", num_children: columns.length }, ...columns.map(schemaElement)];
  const parquet = new ParquetWriter({
    writer,
    schema,
    codec: "UNCOMPRESSED",
    statistics: false,
    createdBy: "telltale",
  });
  let group = columns.map(({ type }) => emptyValues(type));
  let held = 0;

  function writeGroup(): void {
    if (held === 0) return;
    const columnData = columns.map(({ name, type }, j) => {
      const data = (group[j] as Values).slice(0, held);
      // What is dictionary-coded is small: flags and texts repeat themselves.
      return { name, data, offsetIndex: false, ...(type === "string" || type === "int32" ? {} : plain(type)) };
    });
    void parquet.write({
      columnData: columnData as Parameters<typeof parquet.write>[0]["columnData"],
      rowGroupSize: held,
    });
    group = columns.map(({ type }) => emptyValues(type));
    held = 0;
  }

  function takeBytes(): Uint8Array {
    const bytes = new Uint8Array(writer.buffer, 0, writer.index).slice();
    writer.index = 0;
    return bytes;
  }

  return {
    *encode(rowsOf, rows) {
      for (let from = 0; from < rows; ) {
        const to = Math.min(rows, from + GROUP_ROWS - held);
        rowsOf.forEach((column, j) => {
          put(group[j] as Values, held, column, from, to);
        });
        held += to - from;
        from = to;
        if (held === GROUP_ROWS) {
          writeGroup();
          yield takeBytes();
        }
      }
    },
    *finish() {
      writeGroup();
      void parquet.finish();
      yield takeBytes();
    },
  };
}

function plain(type: OutputColumn["type"]): { encoding?: "PLAIN" } {
  return type === "boolean" ? {} : { encoding: "PLAIN" };
}

function schemaElement({ name, type }: Named): SchemaElement {
  switch (type) {
    case "float64":
      return { name, type: "DOUBLE", repetition_type: "REQUIRED" };
    case "int32":
      return { name, type: "INT32", repetition_type: "REQUIRED" };
    case "boolean":
      return { name, type: "BOOLEAN", repetition_type: "OPTIONAL" };
    case "timestamp": {
      const logical_type = { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } as const;
      return { name, type: "INT64", repetition_type: "OPTIONAL", logical_type };
    }
    case "string":
      return { name, type: "BYTE_ARRAY", repetition_type: "OPTIONAL", converted_type: "UTF8" };
  }
}

function emptyValues(type: OutputColumn["type"]): Values {
  if (type === "float64") return new Float64Array(GROUP_ROWS);
  return type === "int32" ? new Int32Array(GROUP_ROWS) : [];
}

function put(target: Values, at: number, column: OutputColumn, from: number, to: number): void {
  if (column.type === "float64" || column.type === "int32") {
    (target as Float64Array).set(column.values.subarray(from, to), at);
    return;
  }
  const out = target as (string | bigint | boolean | null)[];
  if (column.type === "string") {
    for (let i = from; i < to; i++) out.push(column.values[i] ?? null);
  } else if (column.type === "boolean") {
    for (let i = from; i < to; i++) out.push(column.values[i] === MISSING_BOOLEAN ? null : column.values[i] === 1);
  } else {
    for (let i = from; i < to; i++) {
      const micros = Math.round((column.values[i] as number) * 1000);
      out.push(Number.isNaN(micros) ? null : BigInt(micros));
    }
  }
}
