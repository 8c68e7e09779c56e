import { DataError, KernelError, type Matrix, matrix } from "@telltale/core";
import {
  type Column,
  type ColumnType,
  isMissing,
  joinColumns,
  type LabelMeaning,
  labelReader,
  type Source,
  type Table,
} from "@telltale/data";
import type { Progress } from "../output/progress.js";
import { expectedRows } from "./expected-rows.js";

export interface LabelledColumns {
  readonly label: string;
  readonly normal?: readonly string[] | undefined;
  readonly time?: string | undefined;
  readonly drop?: readonly string[] | undefined;
  /** Columns whose values are names of categories: these may be text. */
  readonly categorical?: readonly string[] | undefined;
}

/** A variable of the rows; where its values were no numbers, the numbers in the matrix stand for them. */
export interface Variable {
  readonly name: string;
  readonly type: "float64" | "boolean" | "string";
  /** The texts that 0, 1, 2 … stand for, of a column of text. */
  readonly texts: readonly string[];
}

/** All rows in memory, with labels, and what is needed to write them again. */
export interface LabelledRows {
  readonly x: Matrix;
  readonly y: Uint8Array;
  readonly meaning: LabelMeaning;
  readonly variables: readonly Variable[];
  /** Columns that are no variables, by name, as they were read: label and time. */
  readonly beside: ReadonlyMap<string, Column>;
  /** Names of all columns in the order of the files. */
  readonly names: readonly string[];
  /** The file and the number in it of a row, from 0. */
  placeOf(row: number): { readonly file: string; readonly row: number };
}

/**
 * Reads all rows and labels. Variables are the columns that are not label, time or dropped.
 *
 * @throws DataError `DATA_MISSING`, `DATA_INFINITE`, `DATA_NOT_NUMERIC`, `DATA_LABEL` with file, row and column
 */
export async function readLabelled(
  source: Source,
  asked: LabelledColumns,
  signal: AbortSignal,
  progress: Progress,
): Promise<LabelledRows> {
  const variables = source.variables({ drop: [...(asked.drop ?? []), ...timeOf(asked)], label: asked.label });
  const names = source.columns.filter(
    (name) => variables.includes(name) || name === asked.label || name === asked.time,
  );
  const reader = labelReader({ normal: asked.normal });
  const codes = new Map(variables.map((name) => [name, new Map<string, number>()]));
  const types = new Map<string, ColumnType>();
  const pieces: Piece[] = [];
  const expected = await expectedRows(source.files);
  let rows = 0;
  for await (const chunk of source.chunks({ columns: names })) {
    signal.throwIfAborted();
    const { file = "", firstRow = 1 } = chunk;
    const label = chunk.columns.find(({ name }) => name === asked.label) as Column;
    for (const { name, type } of chunk.columns) types.set(name, type);
    const values = valuesOf(chunk, variables, codes, asked);
    const labels = reader.read(label, { file, row: firstRow });
    const beside = chunk.columns.filter(({ name }) => !codes.has(name));
    pieces.push({ values, labels, beside, file, firstRow, start: rows });
    rows += chunk.rows;
    progress.to(expected === undefined ? undefined : rows / expected, rows);
  }
  reader.finish(source.files.length === 1 ? source.files[0]?.file : undefined);

  const data = allocate(rows, variables.length);
  const y = new Uint8Array(rows);
  let at = 0;
  for (const { values, labels } of pieces) {
    data.set(values, at * variables.length);
    y.set(labels, at);
    at += labels.length;
  }
  return {
    x: matrix(data, rows, variables.length, variables),
    y,
    meaning: reader.meaning(),
    variables: variables.map((name) => ({
      name,
      type: types.get(name) as Variable["type"],
      texts: [...(codes.get(name) as Map<string, number>).keys()],
    })),
    beside: new Map(
      (pieces[0]?.beside ?? []).map(({ name }, j) => [
        name,
        joinColumns(pieces.map(({ beside }) => beside[j] as Column)),
      ]),
    ),
    names,
    placeOf(row) {
      const piece = pieces.findLast(({ start }) => start <= row);
      return { file: piece?.file ?? "", row: row - (piece?.start ?? 0) + (piece?.firstRow ?? 1) };
    },
  };
}

/** What was read of one chunk. */
interface Piece {
  readonly values: Float64Array;
  readonly labels: Uint8Array;
  readonly beside: readonly Column[];
  readonly file: string;
  /** Number in the file of its first row, from 1, and among all rows, from 0. */
  readonly firstRow: number;
  readonly start: number;
}

function timeOf({ time }: LabelledColumns): string[] {
  return time === undefined ? [] : [time];
}

/** The variables of a chunk side by side; each text is a number, the same one in every chunk. */
function valuesOf(
  chunk: Table,
  variables: readonly string[],
  codes: ReadonlyMap<string, Map<string, number>>,
  { categorical = [], time }: LabelledColumns,
): Float64Array {
  const cols = variables.length;
  const values = new Float64Array(chunk.rows * cols);
  variables.forEach((name, j) => {
    const column = chunk.columns.find((each) => each.name === name) as Column;
    if (column.type === "timestamp" || (column.type === "string" && !categorical.includes(name))) {
      throw notNumeric(column, chunk.file, time);
    }
    const numbers = codes.get(name) as Map<string, number>;
    for (let i = 0; i < chunk.rows; i++) {
      const value = column.values[i] as number | string | null;
      if (isMissing(column, i) || value === null) throw unusable(chunk, name, i, "DATA_MISSING", "a missing value");
      if (typeof value === "number") {
        if (!Number.isFinite(value)) throw unusable(chunk, name, i, "DATA_INFINITE", String(value));
        values[i * cols + j] = value;
        continue;
      }
      if (!numbers.has(value)) numbers.set(value, numbers.size);
      values[i * cols + j] = numbers.get(value) as number;
    }
  });
  return values;
}

function unusable({ file, firstRow = 1 }: Table, column: string, i: number, code: string, found: string): DataError {
  return new DataError(code, `a value is needed to make rows between rows; found ${found}`, {
    where: { ...(file === undefined ? {} : { file }), row: firstRow + i, column },
    remedy: "Fill it in or leave the row out, or leave the column out with --drop",
  });
}

function notNumeric({ name, type }: Column, file: string | undefined, time: string | undefined): DataError {
  const remedy =
    type === "string"
      ? "Say that it has categories with --categorical, or leave it out with --drop"
      : `${time === undefined ? "Name it with --time" : `The time is ${time}`}, or leave it out with --drop`;
  return new DataError(
    "DATA_NOT_NUMERIC",
    `a column of numbers was expected; found ${type === "string" ? "text" : "times"}`,
    {
      where: { ...(file === undefined ? {} : { file }), column: name },
      remedy,
    },
  );
}

function allocate(rows: number, cols: number): Float64Array {
  try {
    return new Float64Array(rows * cols);
  } catch (cause) {
    const gigabytes = ((rows * cols * 8) / 2 ** 30).toFixed(1);
    throw new KernelError("KERNEL_MEMORY", `${rows} × ${cols} values need ${gigabytes} GiB of memory`, {
      remedy: "Resample fewer files",
      cause,
    });
  }
}
