import { join } from "node:path";
import { type Matrix, matrix, rowRange, ShapeError } from "@telltale/core";
import { type Table, toMatrix } from "@telltale/data";
import { labelsOf, readTables, requireFiles, requireFolder, timesOf } from "../series-table.js";

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

/** Training rows with the tested rows after them, as one series. */
export function joined(train: Matrix, test: Matrix): Matrix {
  const values = new Float64Array(train.data.length + test.data.length);
  values.set(train.data);
  values.set(test.data, train.data.length);
  return matrix(values, train.rows + test.rows, train.cols, train.columns);
}

/**
 * Reads the benchmark's labelled files. The delimiter, line ends of either kind and the types of the columns are found out.
 *
 * @throws FileError `FILE_NOT_FOUND` with the files that are not there · ColumnError `COLUMN_MISSING` ·
 *   DataError `DATA_LABEL`, `DATA_TIME` · ShapeError `SHAPE_TOO_FEW_ROWS` without a row to test
 */
export async function readSkab(folder: string): Promise<SkabFile[]> {
  const remedy = "Give the folder `data` of the benchmark, which holds valve1, valve2 and other";
  await requireFolder(folder, remedy);
  await requireFiles(folder, SKAB_FILES, (name) => join(folder, name), remedy);
  const tables = await readTables(SKAB_FILES.map((name) => join(folder, name)));
  return SKAB_FILES.map((name, i) => cut(name, join(folder, name), tables[i] as Table));
}

function cut(name: string, path: string, table: Table): SkabFile {
  const { rows } = table;
  if (rows <= TRAINING_ROWS) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `${TRAINING_ROWS} training rows and rows to test are expected; found ${rows}`,
      { where: { file: path }, remedy: "Take the file as it was published" },
    );
  }
  const x = toMatrix({ ...table, file: path }, { columns: SENSORS });
  return {
    name,
    train: rowRange(x, 0, TRAINING_ROWS),
    test: rowRange(x, TRAINING_ROWS, rows),
    anomaly: labelsOf(table, "anomaly", path).subarray(TRAINING_ROWS),
    changepoint: labelsOf(table, "changepoint", path).subarray(TRAINING_ROWS),
    times: timesOf(table, "datetime", path).subarray(TRAINING_ROWS),
  };
}
