import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataError, FileError, type Matrix, matrix } from "@telltale/core";
import { columnOf, openSource, toMatrix } from "@telltale/data";

/** One data set of the benchmark. */
export interface AdbenchSet {
  /** Name of its file, without the ending. */
  readonly name: string;
  readonly x: Matrix;
  /** 0 or 1 a row, 1 = anomaly. */
  readonly labels: Uint8Array;
}

/**
 * The benchmark's files in a folder, in order of their names.
 *
 * @throws FileError `FILE_NOT_FOUND` when there is no such folder, or no `.npz` file in it
 */
export async function adbenchFiles(folder: string): Promise<string[]> {
  const remedy = "Give the folder with the benchmark's .npz files, such as its Classical folder";
  const names = await readdir(folder).catch((cause) => {
    throw new FileError("FILE_NOT_FOUND", `${folder} is not a folder`, { where: { file: folder }, remedy, cause });
  });
  const files = names.filter((name) => name.endsWith(".npz")).sort(byNumber);
  if (files.length > 0) return files;
  throw new FileError("FILE_NOT_FOUND", `no .npz file was found in ${folder}`, { where: { file: folder }, remedy });
}

/** Sets are numbered: 2_annthyroid stands before 14_glass. */
function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}

/**
 * Reads the matrix X and the labels y of a file.
 *
 * @throws DataError `DATA_LABEL` without labels of 0 and 1, both of which occur
 */
export async function readAdbenchSet(folder: string, file: string): Promise<AdbenchSet> {
  const path = join(folder, file);
  const remedy = "Take the file as it was published, with arrays X and y";
  const source = await openSource([path]);
  try {
    if (!source.columns.includes("y")) {
      throw new DataError("DATA_LABEL", "the file has no labels y", { where: { file: path }, remedy });
    }
    const values: Float64Array[] = [];
    const labels: number[] = [];
    let cols = 0;
    for await (const chunk of source.chunks()) {
      const x = toMatrix(chunk, { drop: ["y"] });
      cols = x.cols;
      values.push(x.data);
      for (const label of columnOf(chunk, "y").values as ArrayLike<number> & Iterable<number>) labels.push(label);
    }
    const wrong = labels.findIndex((label) => label !== 0 && label !== 1);
    if (wrong >= 0) {
      throw new DataError("DATA_LABEL", `a label is 0 or 1; found ${labels[wrong]}`, {
        where: { file: path, row: wrong + 1, column: "y" },
        remedy,
      });
    }
    const anomalies = labels.reduce((sum, label) => sum + label, 0);
    if (anomalies === 0 || anomalies === labels.length) {
      throw new DataError("DATA_LABEL", `both labels are expected; found ${anomalies} anomalies of ${labels.length}`, {
        where: { file: path },
        remedy,
      });
    }
    const data = new Float64Array(labels.length * cols);
    let at = 0;
    for (const part of values) {
      data.set(part, at);
      at += part.length;
    }
    return {
      name: file.slice(0, -".npz".length),
      x: matrix(data, labels.length, cols),
      labels: Uint8Array.from(labels),
    };
  } finally {
    await source.close();
  }
}
