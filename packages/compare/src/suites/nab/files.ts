import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type Episode, FileError, type Matrix, ShapeError } from "@telltale/core";
import { toMatrix } from "@telltale/data";
import { readTables, requireFiles, requireFolder, timesOf } from "../series-table.js";

/** Where a file's anomaly windows are, in the folder of the benchmark. */
export const NAB_WINDOWS = "labels/combined_windows.json";
const REMEDY = "Give the folder of the benchmark's repository, with data and labels/combined_windows.json";

/** The rows in which nothing is counted, and from which a detector may learn: .15 of the file, of 5,000 rows at most. */
const PROBATION = { share: 0.15, rows: 5000 };

/** One series of the corpus. */
export interface NabFile {
  /** Path in the folder `data`. */
  readonly name: string;
  /** One column. */
  readonly x: Matrix;
  readonly windows: readonly Episode[];
  /** Rows at the beginning that are not counted. */
  readonly probation: number;
}

type WindowTexts = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/**
 * The names of the corpus and its windows, and a check that every file is there.
 *
 * @throws FileError `FILE_NOT_FOUND` with the files that are missing · DataError `DATA_FORMAT`
 */
export async function nabCorpus(folder: string): Promise<WindowTexts> {
  await requireFolder(folder, REMEDY);
  const path = join(folder, NAB_WINDOWS);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new FileError("FILE_NOT_FOUND", "the file with the anomaly windows is not there", {
      where: { file: path },
      remedy: REMEDY,
      cause,
    });
  });
  const windows = windowsOf(text, path);
  await requireFiles(join(folder, "data"), Object.keys(windows), (name) => join(folder, "data", name), REMEDY);
  await refuseUnlabelled(join(folder, "data"), windows, path);
  return windows;
}

/** A file that the labels do not name would be left out without a word. */
async function refuseUnlabelled(data: string, windows: WindowTexts, labels: string): Promise<void> {
  const found = await readdir(data, { recursive: true });
  const extra = found
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".csv") && windows[name] === undefined);
  if (extra.length === 0) return;
  throw new DataError("DATA_FORMAT", `no windows are given for ${extra.slice(0, 8).join(", ")}`, {
    where: { file: labels },
    remedy: "Give each file a list of windows, an empty one where it has no anomaly, or take the file away",
  });
}

function windowsOf(text: string, file: string): WindowTexts {
  const wrong = (what: string, cause?: unknown) =>
    new DataError("DATA_FORMAT", what, { where: { file }, remedy: "Take the file as it was published", cause });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw wrong("JSON is expected", cause);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw wrong("an object is expected: a list of windows for each file");
  }
  for (const [name, windows] of Object.entries(parsed)) {
    const isPair = (each: unknown) =>
      Array.isArray(each) && each.length === 2 && each.every((time) => typeof time === "string");
    if (!Array.isArray(windows) || !windows.every(isPair)) {
      throw wrong(`a list of pairs of times is expected for ${name}`);
    }
  }
  if (Object.keys(parsed).length === 0) throw wrong("windows are expected for at least one file; found none");
  return parsed as WindowTexts;
}

/** Reads the corpus file after file. */
export async function* readNab(folder: string, corpus: WindowTexts): AsyncIterable<NabFile> {
  for (const [name, windows] of Object.entries(corpus)) {
    const path = join(folder, "data", name);
    const [table] = await readTables([path]);
    if (table === undefined) return;
    const times = timesOf(table, "timestamp", path);
    const x = toMatrix({ ...table, file: path }, { columns: ["value"] });
    const probation = Math.floor(PROBATION.share * Math.min(x.rows, PROBATION.rows));
    if (probation < 2) {
      throw new ShapeError("SHAPE_TOO_FEW_ROWS", `at least 14 rows are expected; found ${x.rows}`, {
        where: { file: path },
        remedy: "Take the file as it was published",
      });
    }
    yield { name, x, probation, windows: windows.map((window) => rowsOf(window, times, path)) };
  }
}

/** The rows of a window: those whose times lie in it, both ends included. */
function rowsOf([from, to]: readonly [string, string], times: Float64Array, file: string): Episode {
  const [first, last] = [secondsOf(from, file), secondsOf(to, file)];
  const start = times.findIndex((time) => time >= first && time <= last);
  const end = times.findLastIndex((time) => time >= first && time <= last) + 1;
  if (start < 0) {
    throw new DataError("DATA_TIME", `a row is expected in the window from ${from} to ${to}; found none`, {
      where: { file },
      remedy: "Take data and labels from the same version of the benchmark",
    });
  }
  return { start, end };
}

function secondsOf(text: string, file: string): number {
  const time = Date.parse(`${text.replace(" ", "T").replace(/(\.\d{3})\d*$/, "$1")}Z`) / 1000;
  if (Number.isNaN(time)) {
    throw new DataError("DATA_TIME", `a time such as 2014-04-10 07:15:00.000000 is expected; found ${text}`, {
      where: { file: NAB_WINDOWS },
      remedy: `Correct the windows of ${file}`,
    });
  }
  return time;
}
