import type { Engine } from "../duckdb/engine.js";
import { identifier, literal, pathLiteral } from "../duckdb/engine.js";
import { streamBatches } from "../duckdb/stream.js";
import { type Head, readHead } from "../source/bytes.js";
import { formatError, memoryError, messageOf } from "../source/file-errors.js";
import type { Batch, ColumnRequest, FileReader, ReadOptions } from "../source/reader.js";
import { MISSING_TEXTS } from "./cells.js";
import { diagnoseCsv } from "./diagnosis.js";
import { type CsvDialect, sniffDialect } from "./dialect.js";

/** How much of a file is looked at to find out how it is written. */
export const HEAD_BYTES = 1 << 18;

const LONGEST_LINE = 4_000_000;

/**
 * Opens a CSV file. Delimiter, header and types are found out here, from the first 256 KiB, and given to DuckDB, which parses; when
 * DuckDB stops at an error, the file is read a second time to say exactly where and why.
 */
export async function openCsv(file: string, engine: Engine, options: ReadOptions, head?: Head): Promise<FileReader> {
  const first = head ?? (await readHead(file, HEAD_BYTES));
  const dialect = sniffDialect(file, first.bytes, first.whole, options);
  return {
    file,
    format: "csv",
    columns: dialect.columns,
    batches: (requests) => readBatches(file, first.gzip, dialect, engine, requests),
    close: async () => {},
  };
}

async function* readBatches(
  file: string,
  gzip: boolean,
  dialect: CsvDialect,
  engine: Engine,
  requests: readonly ColumnRequest[],
): AsyncIterableIterator<Batch> {
  const connection = await engine.connect(requests.length);
  let rows = 0;
  try {
    const relation = csvRelation(file, gzip, dialect, requests);
    const expressions = requests.map((request) => expressionOf(request, dialect));
    for await (const batch of streamBatches(connection, relation, expressions, requests)) {
      rows += batch.rows;
      yield batch;
    }
  } catch (error) {
    throw (await diagnoseCsv(file, gzip, dialect, requests)) ?? unexplained(file, rows, error);
  } finally {
    connection.closeSync();
  }
}

function csvRelation(file: string, gzip: boolean, dialect: CsvDialect, requests: readonly ColumnRequest[]): string {
  const types = new Map(requests.map((request) => [request.index, sqlType(request, dialect)]));
  // Names of our own: DuckDB's are the same in upper and lower case. What is not asked for is not converted.
  const columns = dialect.columns.map((_, j) => `'f${j}': '${types.get(j) ?? "VARCHAR"}'`);
  const settings = [
    "auto_detect = false",
    `columns = {${columns.join(", ")}}`,
    `delim = ${literal(dialect.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `header = ${dialect.header}`,
    `decimal_separator = '${dialect.decimal}'`,
    `nullstr = [${MISSING_TEXTS.map(literal).join(", ")}]`,
    `compression = '${gzip ? "gzip" : "none"}'`,
    `max_line_size = ${LONGEST_LINE}`,
    // More buffers of less: the threads get work earlier, and less memory is held.
    "buffer_size = 8000000",
  ];
  return `read_csv(${pathLiteral(file)}, ${settings.join(", ")})`;
}

function sqlType({ index, type }: ColumnRequest, dialect: CsvDialect): string {
  if (type === "float64") return "DOUBLE";
  if (type === "boolean") return "BOOLEAN";
  // The CSV reader turns a time with offset that it cannot read into a null; a cast reports it.
  return type === "timestamp" && !dialect.withOffset.has(index) ? "TIMESTAMP" : "VARCHAR";
}

function expressionOf({ index, type }: ColumnRequest, dialect: CsvDialect): string {
  const field = identifier(`f${index}`);
  if (type !== "timestamp") return field;
  return dialect.withOffset.has(index)
    ? `epoch_us(CAST(${field} AS TIMESTAMPTZ)) / 1000.0`
    : `epoch_us(${field}) / 1000.0`;
}

function unexplained(file: string, rows: number, error: unknown) {
  const [first = "unknown error"] = messageOf(error).split("\n");
  if (first.startsWith("Out of Memory")) return memoryError(file, error);
  return formatError(
    { file },
    `the file cannot be read to its end; it breaks off after row ${rows} at the earliest (${first})`,
    "Check the file around there; a line may be at most 4,000,000 bytes long",
    error,
  );
}
