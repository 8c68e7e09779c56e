import { join } from "node:path";
import { type Matrix, matrix, ParamError, rowRange, ShapeError } from "@telltale/core";
import { type Table, toMatrix } from "@telltale/data";
import { PUMP_RIG_COLUMNS } from "@telltale/datasets";
import { labelsOf, readTables, requireFiles, requireFolder, timesOf } from "../series-table.js";

/** Rows of each file that a detector learns from; all others are tested. */
export const TRAINING_ROWS = 400;

/** The sensors, named in version 0.9 of the files as in the simulated rig; the files' README names the last one otherwise. */
export const SENSORS = PUMP_RIG_COLUMNS;

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
 * The labelled files of those names, in the benchmark's order; all of them by default.
 *
 * @throws ParamError `PARAM_UNKNOWN`, `PARAM_RANGE` for none
 */
export function filesAsked(names: readonly string[] = SKAB_FILES): readonly string[] {
  const remedy = `Take some of ${SKAB_FILES.slice(0, 3).join(", ")} … ${SKAB_FILES.at(-1)}`;
  const unknown = names.find((name) => !SKAB_FILES.includes(name));
  if (unknown !== undefined) {
    throw new ParamError("PARAM_UNKNOWN", `"${unknown}" is no labelled file of the benchmark`, { remedy });
  }
  if (names.length === 0) throw new ParamError("PARAM_RANGE", "no file of the benchmark is left to run on", { remedy });
  return SKAB_FILES.filter((name) => names.includes(name));
}

/**
 * Reads labelled files of the benchmark. The delimiter, line ends of either kind and the types of the columns are found out.
 *
 * @throws FileError `FILE_NOT_FOUND` with the files that are not there · ColumnError `COLUMN_MISSING` ·
 *   DataError `DATA_LABEL`, `DATA_TIME` · ShapeError `SHAPE_TOO_FEW_ROWS` without a row to test
 */
export async function readSkab(folder: string, names: readonly string[] = SKAB_FILES): Promise<SkabFile[]> {
  const remedy = "Give the folder `data` of the benchmark, which holds valve1, valve2 and other";
  await requireFolder(folder, remedy);
  await requireFiles(folder, names, (name) => join(folder, name), remedy);
  const tables = await readTables(names.map((name) => join(folder, name)));
  return names.map((name, i) => cut(name, join(folder, name), tables[i] as Table));
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
