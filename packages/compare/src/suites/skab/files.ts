import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ColumnError, DataError, FileError, type Matrix, matrix, rowRange, ShapeError } from "@telltale/core";
import { columnOf, openSource, type Table } from "@telltale/data";

/** Rows of each file that a detector learns from; all others are tested. */
export const TRAINING_ROWS = 400;

/** The sensors, as they are named in version 0.9 of the files; its README names the last one otherwise. */
export const SENSORS = [
  "Accelerometer1RMS",
  "Accelerometer2RMS",
  "Current",
  "Pressure",
  "Temperature",
  "Thermocouple",
  "Voltage",
  "Volume Flow RateRMS",
] as const;

/** Labelled files of each group: `0.csv` and so on. */
const GROUPS = [
  { group: "valve1", first: 0, last: 15 },
  { group: "valve2", first: 0, last: 3 },
  { group: "other", first: 1, last: 14 },
] as const;

/** The labelled files of the benchmark, by their paths in its data folder. */
export const SKAB_FILES: readonly string[] = GROUPS.flatMap(({ group, first, last }) =>
  Array.from({ length: last - first + 1 }, (_, i) => `${group}/${first + i}.csv`),
);

/** One file, cut into the rows to learn from and those to test. */
export interface SkabFile {
  /** Path in the data folder. */
  readonly name: string;
  readonly train: Matrix;
  readonly test: Matrix;
  /** Of the tested rows: 1 = anomaly, 1 = change point, and the time in seconds. */
  readonly anomaly: Uint8Array;
  readonly changepoint: Uint8Array;
  readonly times: Float64Array;
}

/**
 * Reads the benchmark's labelled files. The delimiter, line ends of either kind and the types of the columns are found out.
 *
 * @throws {@link FileError} `FILE_NOT_FOUND` with the files that are not there · {@link ColumnError} `COLUMN_MISSING` ·
 *   {@link DataError} `DATA_LABEL`, `DATA_TIME` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS` without a row to test
 */
export async function readSkab(folder: string): Promise<SkabFile[]> {
  await requireFiles(folder, SKAB_FILES);
  const source = await openSource(SKAB_FILES.map((name) => join(folder, name)));
  try {
    const tables = new Map<string, Table[]>();
    for await (const chunk of source.chunks()) {
      const file = chunk.file as string;
      tables.set(file, [...(tables.get(file) ?? []), chunk]);
    }
    return SKAB_FILES.map((name) => {
      const path = join(folder, name);
      return cut(name, path, tables.get(path) ?? []);
    });
  } finally {
    await source.close();
  }
}

/** @throws {@link FileError} `FILE_NOT_FOUND` */
async function requireFiles(folder: string, names: readonly string[]): Promise<void> {
  const remedy = "Give the folder `data` of the benchmark, which holds valve1, valve2 and other";
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new FileError("FILE_NOT_FOUND", `${folder} is not a folder`, { where: { file: folder }, remedy });
  }
  const missing: string[] = [];
  for (const name of names) {
    if ((await stat(join(folder, name)).catch(() => undefined)) === undefined) missing.push(name);
  }
  if (missing.length === 0) return;
  const shown = missing.length > 8 ? [...missing.slice(0, 8), `and ${missing.length - 8} more`] : missing;
  throw new FileError(
    "FILE_NOT_FOUND",
    `${names.length} files are expected in ${folder}; ${missing.length} are not there: ${shown.join(", ")}`,
    { where: { file: folder }, remedy },
  );
}

function cut(name: string, path: string, tables: readonly Table[]): SkabFile {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows <= TRAINING_ROWS) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `${TRAINING_ROWS} training rows and rows to test are expected; found ${rows}`,
      { where: { file: path }, remedy: "Take the file as it was published" },
    );
  }
  const column = (wanted: string) => numbersOf(tables, wanted, path);
  const sensors = SENSORS.map(column);
  const values = new Float64Array(rows * SENSORS.length);
  sensors.forEach((sensor, j) => {
    for (let i = 0; i < rows; i++) values[i * SENSORS.length + j] = sensor[i] as number;
  });
  const x = matrix(values, rows, SENSORS.length, [...SENSORS]);
  return {
    name,
    train: rowRange(x, 0, TRAINING_ROWS),
    test: rowRange(x, TRAINING_ROWS, rows),
    anomaly: labels(column("anomaly"), "anomaly", path),
    changepoint: labels(column("changepoint"), "changepoint", path),
    times: times(tables, path).subarray(TRAINING_ROWS),
  };
}

function numbersOf(tables: readonly Table[], name: string, file: string): Float64Array {
  const parts = tables.map((table) => columnOf(table, name));
  const whole = new Float64Array(parts.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const part of parts) {
    if (part.type !== "float64" && part.type !== "boolean") {
      throw new ColumnError("COLUMN_MISSING", `numbers are expected in the column; found ${part.type}`, {
        where: { file, column: name },
        remedy: "Take the file as it was published",
      });
    }
    whole.set(part.values, at);
    at += part.values.length;
  }
  return whole;
}

function labels(values: Float64Array, column: string, file: string): Uint8Array {
  const wrong = values.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) {
    throw new DataError("DATA_LABEL", `a label is 0 or 1; found ${values[wrong]}`, {
      where: { file, row: wrong + 1, column },
      remedy: "Take the file as it was published",
    });
  }
  return Uint8Array.from(values.subarray(TRAINING_ROWS));
}

/** Times in seconds. */
function times(tables: readonly Table[], file: string): Float64Array {
  const seconds: number[] = [];
  for (const table of tables) {
    const column = columnOf(table, "datetime");
    if (column.type !== "timestamp") {
      throw new DataError("DATA_TIME", `times are expected; found ${column.type}`, {
        where: { file, column: "datetime" },
        remedy: "Take the file as it was published, with times such as 2020-03-09 10:14:33",
      });
    }
    for (const value of column.values) seconds.push(value / 1000);
  }
  return Float64Array.from(seconds);
}
