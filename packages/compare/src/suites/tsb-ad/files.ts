import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, FileError, findWindowLength, type Matrix, ShapeError } from "@telltale/core";
import { toMatrix } from "@telltale/data";
import { labelsOf, readTables, requireFiles, requireFolder } from "../series-table.js";

const REMEDY = "Give a folder with files such as 001_NAB_id_1_Facility_tr_1007_1st_2014.csv";
/** Number, set, number in the set, domain, rows to learn from, row of the first anomaly. */
const NAME = /^\d+_(.+)_id_\d+_(.+)_tr_(\d+)_1st_(\d+)\.csv$/;
const LABEL = "Label";

/** One series of the benchmark. */
export interface TsbFile {
  readonly name: string;
  /** Name of the data set that it belongs to. */
  readonly set: string;
  readonly x: Matrix;
  readonly labels: Uint8Array;
  /** Rows at the beginning that are normal. */
  readonly train: number;
  /** Largest fringe of the volumes under the surface: about the period of the first column. */
  readonly window: number;
}

/**
 * The files of a folder, or those that a list names, sorted by name.
 *
 * @param list  a file with a name in each line, as the benchmark's lists; a heading `file_name` is no name
 * @throws FileError `FILE_NOT_FOUND` · DataError `DATA_FORMAT` for a name that does not say what it must
 */
export async function tsbFiles(folder: string, list: string | undefined): Promise<string[]> {
  await requireFolder(folder, REMEDY);
  if (list !== undefined) {
    const names = await namesIn(list);
    for (const name of names) partsOf(name, list);
    await requireFiles(folder, names, (name) => join(folder, name), `Check the names in ${list}`);
    return names;
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith(".csv")).sort();
  if (names.length === 0) {
    throw new FileError("FILE_NOT_FOUND", "no CSV file is in the folder", { where: { file: folder }, remedy: REMEDY });
  }
  for (const name of names) partsOf(name, folder);
  return names;
}

async function namesIn(list: string): Promise<string[]> {
  const text = await readFile(list, "utf8").catch((cause) => {
    throw new FileError("FILE_NOT_FOUND", "the list of files cannot be read", {
      where: { file: list },
      remedy: "Check the name and the permissions",
      cause,
    });
  });
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "file_name");
  if (names.length > 0) return [...new Set(names)];
  throw new DataError("DATA_EMPTY", "names of files are expected; found none", { where: { file: list } });
}

function partsOf(name: string, file: string): { readonly set: string; readonly train: number } {
  const [, set = "", , train = ""] = NAME.exec(name) ?? [];
  if (set !== "") return { set, train: Number(train) };
  throw new DataError("DATA_FORMAT", `the name ${name} does not say how many rows are there to learn from`, {
    where: { file },
    remedy: `${REMEDY} alone`,
  });
}

/** Reads the series one after the other. */
export async function* readTsb(folder: string, names: readonly string[]): AsyncIterable<TsbFile> {
  for (const name of names) {
    const path = join(folder, name);
    const { set, train } = partsOf(name, folder);
    const [table] = await readTables([path]);
    if (table === undefined) return;
    const columns = table.columns.map((column) => column.name);
    if (columns.at(-1) !== LABEL) {
      throw new DataError("DATA_FORMAT", `the last column should be ${LABEL}; found ${columns.at(-1)}`, {
        where: { file: path },
        remedy: "Take the file as it was published",
      });
    }
    const x = toMatrix({ ...table, file: path }, { columns: columns.slice(0, -1) });
    if (train < 1 || train >= x.rows) {
      throw new ShapeError("SHAPE_TOO_FEW_ROWS", `${train} rows to learn from and more are expected; found ${x.rows}`, {
        where: { file: path },
        remedy: "Take the file as it was published",
      });
    }
    const first = Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols] as number);
    yield { name, set, x, labels: labelsOf(table, LABEL, path), train, window: findWindowLength(first) };
  }
}
