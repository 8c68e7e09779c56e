import type { DuckDBBooleanVector, DuckDBConnection, DuckDBDataChunk, DuckDBVarCharVector } from "@duckdb/node-api";
import type { Batch, BatchColumn, ColumnRequest } from "../source/reader.js";
import { MISSING_BOOLEAN } from "../table.js";

/** A streamed query ended before its last row: DuckDB met an error, which its Node interface does not report. */
class BrokenStream extends Error {}

/**
 * Rows of `SELECT expressions FROM relation`, in order, in batches of at most 2,048.
 *
 * When a streamed query fails half-way, the Node interface of DuckDB 1.5 ends the stream as if it were complete. But a failure aborts
 * the transaction, so the query runs in one of its own, and a last statement shows whether it still stands. (One more row by
 * UNION ALL would show it too, at twice the processor time.)
 *
 * @param expressions  one for each request, of SQL type DOUBLE, BOOLEAN or VARCHAR as the request's type needs
 * @throws BrokenStream when rows are missing at the end, or whatever DuckDB reports before the first row
 */
export async function* streamBatches(
  connection: DuckDBConnection,
  relation: string,
  expressions: readonly string[],
  requests: readonly ColumnRequest[],
): AsyncIterableIterator<Batch> {
  await connection.run("BEGIN");
  const result = await connection.stream(`SELECT ${expressions.join(", ")} FROM ${relation}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    const rows = chunk?.rowCount ?? 0;
    if (chunk === null || rows === 0) break;
    yield { rows, columns: requests.map((request, j) => readColumn(chunk, j, request, rows)) };
  }
  try {
    await connection.run("SELECT 1");
  } catch (cause) {
    throw new BrokenStream("the rows end before the file does", { cause });
  }
}

/**
 * What a DuckDBDoubleVector holds, declared private in its types: one value a row, and one bit a row that is 1 where the value is there (none
 * when all are). The public accessors go value by value, with a BigInt for each bit.
 */
interface DoubleVector {
  readonly items: Float64Array;
  readonly validity: { readonly data: BigUint64Array | null };
}

function readColumn(chunk: DuckDBDataChunk, j: number, { type }: ColumnRequest, rows: number): BatchColumn {
  const vector = chunk.getColumnVector(j);
  if (type === "float64" || type === "timestamp") {
    const { items, validity } = vector as unknown as DoubleVector;
    const values = items.subarray(0, rows);
    const bits =
      validity.data && new Uint32Array(validity.data.buffer, validity.data.byteOffset, validity.data.length * 2);
    return { type, values: bits !== null && hasMissing(bits, rows) ? withMissing(values, bits) : values };
  }
  if (type === "boolean") {
    const values = new Uint8Array(rows);
    for (let i = 0; i < rows; i++) values[i] = truth((vector as DuckDBBooleanVector).getItem(i));
    return { type, values };
  }
  const values = new Array<string | null>(rows);
  for (let i = 0; i < rows; i++) values[i] = (vector as DuckDBVarCharVector).getItem(i);
  return { type, values };
}

function truth(value: boolean | null): number {
  return value === null ? MISSING_BOOLEAN : value ? 1 : 0;
}

function hasMissing(bits: Uint32Array, rows: number): boolean {
  const whole = rows >>> 5;
  for (let w = 0; w < whole; w++) {
    if (bits[w] !== 0xffffffff) return true;
  }
  const rest = 2 ** (rows & 31) - 1;
  return rest !== 0 && ((bits[whole] as number) & rest) >>> 0 !== rest;
}

/** A null's slot holds an arbitrary number, so the bits decide. */
function withMissing(values: Float64Array, bits: Uint32Array): Float64Array {
  const out = values.slice();
  for (let i = 0; i < out.length; i++) {
    if ((((bits[i >>> 5] as number) >>> (i & 31)) & 1) === 0) out[i] = Number.NaN;
  }
  return out;
}
