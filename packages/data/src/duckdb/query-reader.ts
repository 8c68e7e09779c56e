import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError, TelltaleError } from "@telltale/core";
import { typeOfTexts } from "../csv/cells.js";
import { emptyError, formatError, memoryError, messageOf, quoted } from "../source/file-errors.js";
import type { Batch, ColumnRequest, ColumnSchema, FileReader } from "../source/reader.js";
import { type ColumnType, requireUnique } from "../table.js";
import { type Engine, identifier, literal, pathLiteral } from "./engine.js";
import { firstBrokenLine } from "./json-lines.js";
import { streamBatches } from "./stream.js";

interface SqlColumn extends ColumnSchema {
  readonly sqlType: string;
}

/** Opens a Parquet file. Types and the number of rows come from its footer. */
export async function openParquet(file: string, engine: Engine): Promise<FileReader> {
  const relation = `read_parquet(${pathLiteral(file)})`;
  const remedy = "Check that it was written to its end and copied whole";
  const connection = await engine.connect();
  try {
    const columns = await describe(connection, file, relation, remedy);
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${relation}`);
    const rows = Number(counted.getRows()[0]?.[0]);
    if (rows === 0) throw emptyError(file, "columns without rows");
    const source: QuerySource = { file, engine, columns, remedy, checked: relation, relation: () => relation };
    return { ...reader("parquet", source, columns), rows };
  } catch (error) {
    throw asFormatError(file, error, remedy);
  } finally {
    connection.closeSync();
  }
}

/** Opens a JSON file (an array of objects) or a newline-delimited one. Names and types come from its first 20,480 objects. */
export async function openJson(file: string, engine: Engine, format: "json" | "ndjson"): Promise<FileReader> {
  const layout = format === "json" ? "auto" : "newline_delimited";
  const source = `${pathLiteral(file)}, format = '${layout}', maximum_object_size = 16777216`;
  const remedy = "Check that every record is one JSON object with simple values";
  const connection = await engine.connect();
  try {
    const described = await describe(connection, file, `read_json(${source})`, remedy);
    const columns = await typeTexts(connection, source, described);
    if (columns.length === 1 && columns[0]?.name === "json") {
      throw formatError({ file }, "JSON objects with named values were expected; found other values", remedy);
    }
    // Without columns of its own, DuckDB would bind the types to those of its sample; to find a wrong value, all is read as JSON.
    const typed = (fields: readonly string[]) => `read_json(${source}, columns = {${fields.join(", ")}})`;
    const querySource: QuerySource = {
      file,
      engine,
      remedy,
      columns: columns.map((column) => ({ ...column, sqlType: "JSON" })),
      checked: typed(columns.map(({ name }) => `${literal(name)}: 'JSON'`)),
      relation: (requests) =>
        typed(
          requests.map(({ index, name, type }) => `${literal(name)}: '${jsonType(type, columns[index] as SqlColumn)}'`),
        ),
    };
    return reader(
      format,
      querySource,
      columns.map((column) => ({ ...column, sqlType: jsonType(column.type, column) })),
    );
  } catch (error) {
    throw asFormatError(file, error, remedy);
  } finally {
    connection.closeSync();
  }
}

/**
 * Texts in JSON may be times or numbers. They are judged here, as those of a CSV file are, since DuckDB knows other ways to write a time, but
 * only one for each file.
 */
async function typeTexts(
  connection: DuckDBConnection,
  source: string,
  columns: readonly SqlColumn[],
): Promise<readonly SqlColumn[]> {
  const texts = columns.filter(({ sqlType }) => /^(VARCHAR|TIMESTAMP.*|DATE|TIME)$/.test(sqlType));
  if (texts.length === 0) return columns;
  const fields = texts.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(", ");
  const sample = await connection.runAndReadAll(`SELECT * FROM read_json(${source}, columns = {${fields}}) LIMIT 5000`);
  const rows = sample.getRows();
  return columns.map((column) => {
    const at = texts.indexOf(column);
    if (at === -1) return column;
    const values = rows.flatMap((row) => (row[at] === null ? [] : [String(row[at])]));
    return { name: column.name, sqlType: column.sqlType, ...typeOfTexts(values, ".") };
  });
}

/** What a reader of one file asks DuckDB. */
interface QuerySource {
  readonly file: string;
  readonly engine: Engine;
  readonly remedy: string;
  /** The relation to read the asked columns from. */
  relation(requests: readonly ColumnRequest[]): string;
  /** The relation, with its columns, in which a wrong value can be looked at as a text. */
  readonly checked: string;
  readonly columns: readonly SqlColumn[];
}

function reader(format: "parquet" | "json" | "ndjson", source: QuerySource, columns: readonly SqlColumn[]): FileReader {
  async function* batches(requests: readonly ColumnRequest[]): AsyncIterableIterator<Batch> {
    const connection = await source.engine.connect(requests.length);
    const relation = source.relation(requests);
    try {
      const expressions = requests.map(({ index, type }) => {
        const column = columns[index] as SqlColumn;
        const sqlType = format === "parquet" ? column.sqlType : jsonType(type, column);
        return expressionOf({ ...column, sqlType }, type);
      });
      yield* streamBatches(connection, relation, expressions, requests);
    } catch (error) {
      await connection.run("ROLLBACK").catch(() => {});
      const found = await wrongValue(connection, source, requests).catch(() => undefined);
      throw (
        found ??
        (format === "ndjson" ? await brokenLine(source) : undefined) ??
        (await deepError(connection, source, relation, error))
      );
    } finally {
      connection.closeSync();
    }
  }
  const schema = columns.map(({ name, type, untyped }) => ({ name, type, ...(untyped ? { untyped } : {}) }));
  return { file: source.file, format, columns: schema, batches, close: async () => {} };
}

/** As what a value of a JSON file is read, for a column wanted as that type. */
function jsonType(wanted: ColumnType, column: SqlColumn): string {
  if (wanted === "boolean") return "BOOLEAN";
  if (wanted === "float64") return column.type === "boolean" ? "BOOLEAN" : "DOUBLE";
  return "VARCHAR";
}

async function describe(
  connection: DuckDBConnection,
  file: string,
  relation: string,
  remedy: string,
): Promise<SqlColumn[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`);
  const columns = described.getRows().map((row) => columnOfSql(String(row[0]), String(row[1])));
  if (columns.length === 0) throw formatError({ file }, "at least one column was expected; found none", remedy);
  requireUnique(
    columns.map(({ name }) => name),
    file,
  );
  return columns;
}

function columnOfSql(name: string, sqlType: string): SqlColumn {
  const number = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;
  if (number.test(sqlType)) return { name, sqlType, type: "float64" };
  if (sqlType === "BOOLEAN") return { name, sqlType, type: "boolean" };
  if (sqlType.startsWith("TIMESTAMP") || sqlType === "DATE") return { name, sqlType, type: "timestamp" };
  // A JSON column without a value is described as JSON.
  if (sqlType === "JSON" || sqlType === '"NULL"') return { name, sqlType, type: "float64", untyped: true };
  return { name, sqlType, type: "string" };
}

function expressionOf({ name, sqlType }: SqlColumn, type: ColumnType): string {
  const text = identifier(name);
  if (type === "string") return `CAST(${text} AS VARCHAR)`;
  if (type === "boolean") return `CAST(${text} AS BOOLEAN)`;
  if (type === "timestamp") return `${micros(text, sqlType)} / 1000.0`;
  if (sqlType === "BOOLEAN") return `CAST(CAST(${text} AS TINYINT) AS DOUBLE)`;
  return sqlType.startsWith("TIMESTAMP") || sqlType === "DATE"
    ? `${micros(text, sqlType)} / 1000.0`
    : `CAST(${text} AS DOUBLE)`;
}

/** Numbers, and true and false as 1 and 0. */
function jsonNumber(text: string): string {
  return `CASE ${text} WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 ELSE TRY_CAST(${text} AS DOUBLE) END`;
}

function micros(text: string, sqlType: string): string {
  if (sqlType === "TIMESTAMP" || sqlType === "TIMESTAMP WITH TIME ZONE") return `epoch_us(${text})`;
  // Texts may say how far from UTC they are; without that they count as UTC, which is the session's zone.
  return `epoch_us(CAST(${text} AS ${sqlType === "VARCHAR" ? "TIMESTAMPTZ" : "TIMESTAMP"}))`;
}

/** The first value that cannot be what was asked for, with its row. */
async function wrongValue(
  connection: DuckDBConnection,
  { file, checked, columns }: QuerySource,
  requests: readonly ColumnRequest[],
): Promise<TelltaleError | undefined> {
  const textual = requests.filter(({ index, type }) => {
    const { sqlType } = columns[index] as SqlColumn;
    return type !== "string" && (sqlType === "JSON" || sqlType === "VARCHAR");
  });
  if (textual.length === 0) return undefined;
  const wrong = textual.map(({ index, type }) => {
    const { name, sqlType } = columns[index] as SqlColumn;
    const text = sqlType === "JSON" ? `(${identifier(name)} ->> '$')` : identifier(name);
    const sql = type === "float64" ? "DOUBLE" : type === "boolean" ? "BOOLEAN" : "TIMESTAMPTZ";
    const value = sqlType === "JSON" && type === "float64" ? jsonNumber(text) : `TRY_CAST(${text} AS ${sql})`;
    return { text, test: `(${text} IS NOT NULL AND ${value} IS NULL)` };
  });
  const found = await connection.runAndReadAll(
    `SELECT row::DOUBLE, ${wrong.map(({ text, test }) => `CASE WHEN ${test} THEN ${text} END`).join(", ")} ` +
      `FROM (SELECT row_number() OVER () AS row, * FROM ${checked}) WHERE ${wrong.map(({ test }) => test).join(" OR ")} LIMIT 1`,
  );
  const [row, ...values] = found.getRows()[0] ?? [];
  const at = values.findIndex((value) => value !== null);
  const request = textual[at];
  if (request === undefined) return undefined;
  const expected = { float64: "a number", boolean: "true or false", timestamp: "a time", string: "text" }[request.type];
  return new DataError(
    request.type === "float64" ? "DATA_NOT_NUMERIC" : "DATA_FORMAT",
    `${expected} was expected; found ${quoted(String(values[at]))}`,
    {
      where: { file, row: Number(row), column: request.name },
      remedy: "Correct the value, leave it out if it is missing, or drop the column",
    },
  );
}

async function brokenLine({ file, remedy }: QuerySource): Promise<TelltaleError | undefined> {
  const broken = await firstBrokenLine(file);
  if (broken === undefined) return undefined;
  return formatError({ file, line: broken.line }, `a JSON object was expected; ${broken.problem}`, remedy);
}

/** What DuckDB has to say about a file that breaks off: a streamed query does not tell, one that counts does. */
async function deepError(
  connection: DuckDBConnection,
  { file, remedy }: QuerySource,
  relation: string,
  error: unknown,
): Promise<TelltaleError> {
  try {
    await connection.run(`SELECT count(COLUMNS(*)) FROM ${relation}`);
  } catch (told) {
    return asFormatError(file, told, remedy);
  }
  return asFormatError(file, error, remedy);
}

function asFormatError(file: string, error: unknown, remedy: string): TelltaleError {
  if (error instanceof TelltaleError) return error;
  const [first = ""] = messageOf(error).split("\n");
  if (first.startsWith("Out of Memory")) return memoryError(file, error);
  const line = /\bline (\d+)/.exec(first)?.[1];
  const problem = first.replace(/^[A-Z][A-Za-z ]*Error: /, "");
  const where = { file, ...(line === undefined ? {} : { line: Number(line) }) };
  return formatError(where, `the file is damaged or of another format: ${problem}`, remedy, error);
}
