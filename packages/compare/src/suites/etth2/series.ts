import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ColumnError, FileError, type Matrix, ParamError, ShapeError, stackRows } from "@telltale/core";
import { openSource } from "@telltale/data";

/** The file's name in a folder. */
const FILE = "ETTh2.csv";
/** Middle useful and middle useless load. */
export const LOADS: readonly string[] = ["MUFL", "MULL"];
/** Hours of the twelve months to learn from and of the four to choose on, of 30 days each, as the data's publication divides them. */
export const TRAINING_ROWS = 12 * 30 * 24;
export const VALIDATION_ROWS = 4 * 30 * 24;

/** The loads of the transformer: rows to learn from, rows to choose a quantile on, and rows to test; in order of time. */
export interface TransformerSeries {
  /** Name of the file, and the folder that it is in. */
  readonly file: string;
  readonly folder: string;
  readonly x: Matrix;
  /** First row to choose on and first row to test. */
  readonly validation: number;
  readonly test: number;
}

/**
 * Reads the file, or the one of its name in a folder.
 *
 * @throws FileError `FILE_NOT_FOUND` · ColumnError `COLUMN_MISSING` · ShapeError `SHAPE_TOO_FEW_ROWS`
 * @throws ParamError `PARAM_RANGE` for no column
 */
export async function readTransformer(path: string, columns: readonly string[]): Promise<TransformerSeries> {
  if (columns.length === 0) throw new ParamError("PARAM_RANGE", "columns: expected at least one name; found none");
  const found = await stat(path).catch(() => undefined);
  const file = found?.isDirectory() ? join(path, FILE) : path;
  if ((await stat(file).catch(() => undefined)) === undefined) {
    throw new FileError("FILE_NOT_FOUND", `${file} is not there`, {
      where: { file },
      remedy: "Give the file ETTh2.csv, or its folder; telltale datasets fetch ett gets it",
    });
  }
  const source = await openSource([file]);
  try {
    const missing = columns.filter((name) => !source.columns.includes(name));
    if (missing.length > 0) {
      throw new ColumnError("COLUMN_MISSING", `no column ${missing.join(", ")}`, {
        where: { file },
        remedy: `The file has: ${source.columns.join(", ")}`,
      });
    }
    const parts: Matrix[] = [];
    for await (const { matrix } of source.matrices({ columns })) parts.push(matrix);
    const x = stackRows(parts);
    const [validation, test] = [TRAINING_ROWS, TRAINING_ROWS + VALIDATION_ROWS];
    if (x.rows <= test) {
      throw new ShapeError("SHAPE_TOO_FEW_ROWS", `${test} hours to learn from and choose on; found ${x.rows} rows`, {
        where: { file },
        remedy: "Give the whole file, 17,420 rows",
      });
    }
    return { file: basename(file), folder: dirname(file), x, validation, test };
  } finally {
    await source.close();
  }
}
