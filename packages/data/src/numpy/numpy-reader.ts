import { DataError, type TelltaleError } from "@telltale/core";
import { emptyError, formatError, quoted } from "../source/file-errors.js";
import type { Batch, BatchColumn, ColumnRequest, ColumnSchema, FileReader } from "../source/reader.js";
import { MISSING_BOOLEAN, requireUnique } from "../table.js";
import { type ArrayBytes, npyArray, npzArrays, type StoredArray } from "./array-bytes.js";
import { decodeNumbers, decodeText, type NpyHeader, readNpyHeader } from "./npy.js";

const BATCH_BYTES = 4 << 20;

interface OpenArray {
  readonly stored: StoredArray;
  readonly header: NpyHeader;
  readonly rows: number;
  readonly cols: number;
}

/** A column of the file: which array, which column of it. */
interface ArrayColumn extends ColumnSchema {
  readonly array: OpenArray;
  readonly position: number;
}

/**
 * Opens a NumPy file without pickle. An `.npy` matrix has columns `x0`, `x1`, …. In an `.npz` file with an array `X`, its columns are
 * `x0`, `x1`, … and a vector `y` of the same length is the column `y`; other arrays are left alone. Without an `X`, every vector
 * `name` is a column `name`, every matrix `name` has the columns `name0`, `name1`, ….
 */
export async function openNumpy(file: string, format: "npy" | "npz"): Promise<FileReader> {
  const stored = format === "npy" ? [await npyArray(file)] : chooseArrays(await npzArrays(file));
  if (stored.length === 0) throw emptyError(file, "no array");
  const columns: ArrayColumn[] = [];
  for (const array of stored) columns.push(...columnsOf(await openArray(file, array)));
  const rows = columns[0]?.array.rows ?? 0;
  for (const { array } of columns) {
    if (array.rows === rows) continue;
    throw new DataError("DATA_RAGGED", `every array needs ${rows} rows; ${array.stored.name} has ${array.rows}`, {
      where: { file },
      remedy: "Save arrays of the same length together",
    });
  }
  if (rows === 0 || columns.length === 0) throw emptyError(file, "an empty array");
  requireUnique(
    columns.map(({ name }) => name),
    file,
  );
  return {
    file,
    format,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows,
    batches: (requests) => readBatches(file, columns, requests),
    close: async () => {},
  };
}

function chooseArrays(arrays: readonly StoredArray[]): readonly StoredArray[] {
  const main = arrays.find(({ name }) => name === "X");
  if (main === undefined) return arrays;
  const labels = arrays.find(({ name }) => name === "y");
  return labels === undefined ? [main] : [main, labels];
}

async function openArray(file: string, stored: StoredArray): Promise<OpenArray> {
  const header = readNpyHeader(
    stored.name === "" ? file : `${file} (${stored.name})`,
    await stored.head(),
    stored.size,
  );
  const [rows = 1, cols = 1] = header.shape;
  if (header.shape.length === 0 || header.shape.length > 2) {
    throw formatError(
      { file },
      `a vector or a matrix was expected; found ${stored.name || "an array"} of shape (${header.shape.join(", ")})`,
      "Save it with two dimensions, rows and columns",
    );
  }
  return { stored, header, rows, cols };
}

function columnsOf(array: OpenArray): ArrayColumn[] {
  const { stored, header, cols } = array;
  const { kind } = header.dtype;
  const type = kind === "b" ? "boolean" : kind === "S" || kind === "U" ? "string" : "float64";
  if (header.shape.length === 1 && stored.name !== "" && stored.name !== "X") {
    return [{ name: stored.name, type, array, position: 0 }];
  }
  const prefix = stored.name === "" || stored.name === "X" ? "x" : stored.name;
  return Array.from({ length: cols }, (_, j) => ({ name: `${prefix}${j}`, type, array, position: j }));
}

async function* readBatches(
  file: string,
  columns: readonly ArrayColumn[],
  requests: readonly ColumnRequest[],
): AsyncIterableIterator<Batch> {
  const asked = requests.map(({ index }) => columns[index] as ArrayColumn);
  const opened = new Map<OpenArray, ArrayBytes>();
  try {
    for (const { array } of asked) if (!opened.has(array)) opened.set(array, await array.stored.open());
    const total = columns[0]?.array.rows ?? 0;
    const rowBytes = Math.max(1, ...asked.map(({ array }) => array.cols * array.header.dtype.size));
    const step = Math.max(1, Math.min(65_536, Math.floor(BATCH_BYTES / rowBytes)));
    for (let first = 0; first < total; first += step) {
      const rows = Math.min(step, total - first);
      const blocks = new Map<string, Uint8Array>();
      const parts: BatchColumn[] = [];
      for (const [k, column] of asked.entries()) {
        const bytes = opened.get(column.array) as ArrayBytes;
        const block = await readBlock(bytes, column, first, rows, blocks);
        parts.push(decode(file, column, requests[k] as ColumnRequest, block, first, rows));
      }
      yield { rows, columns: parts };
    }
  } finally {
    for (const bytes of opened.values()) await bytes.close();
  }
}

/** Values of a column for some rows: `values` from `start` on, `stride` apart. */
interface Block {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly stride: number;
}

/** In C order the rows lie together, in Fortran order those of one column. */
async function readBlock(
  bytes: ArrayBytes,
  { array, position }: ArrayColumn,
  first: number,
  rows: number,
  blocks: Map<string, Uint8Array>,
): Promise<Block> {
  const { header, cols } = array;
  const { size } = header.dtype;
  const byColumn = header.fortranOrder && cols > 1;
  const key = byColumn ? `${array.stored.name}/${position}` : array.stored.name;
  let block = blocks.get(key);
  if (block === undefined) {
    const at = byColumn ? position * array.rows + first : first * cols;
    block = await bytes.read(header.offset + at * size, (byColumn ? rows : rows * cols) * size);
    blocks.set(key, block);
  }
  return byColumn ? { bytes: block, start: 0, stride: 1 } : { bytes: block, start: position, stride: cols };
}

function decode(
  file: string,
  { array, name }: ArrayColumn,
  { type }: ColumnRequest,
  { bytes, start, stride }: Block,
  first: number,
  rows: number,
): BatchColumn {
  const { dtype } = array.header;
  if (dtype.kind === "S" || dtype.kind === "U") {
    const values = Array.from({ length: rows }, (_, i) => decodeText(bytes, dtype, start + i * stride));
    if (type === "string") return { type, values };
    const numbers = Float64Array.from(values, (text) => (text.trim() === "" ? Number.NaN : Number(text)));
    const wrong = values.findIndex((text, i) => Number.isNaN(numbers[i]) && !/^\s*(nan)?\s*$/i.test(text));
    if (type === "float64" && wrong === -1) return { type, values: numbers };
    throw notANumber(file, name, first + Math.max(0, wrong) + 1, values[Math.max(0, wrong)] ?? "");
  }
  const numbers = new Float64Array(rows);
  decodeNumbers(bytes, dtype, start, stride, rows, numbers, 0);
  if (type === "string")
    return { type, values: Array.from(numbers, (value) => (Number.isNaN(value) ? null : String(value))) };
  if (type !== "boolean") return { type, values: numbers };
  return {
    type,
    values: Uint8Array.from(numbers, (value) => (Number.isNaN(value) ? MISSING_BOOLEAN : value === 0 ? 0 : 1)),
  };
}

function notANumber(file: string, column: string, row: number, text: string): TelltaleError {
  return new DataError("DATA_NOT_NUMERIC", `a number was expected; found ${quoted(text)}`, {
    where: { file, row, column },
    remedy: "Save the array as numbers, or drop the column",
  });
}
