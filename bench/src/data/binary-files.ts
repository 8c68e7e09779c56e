import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BENCH } from "../record/results.js";
import { type Distribution, type PlantedData, plantedData } from "./generators.js";

/** Generated files, kept from run to run; git ignores them. */
export const DATA = join(BENCH, ".data");

/** Counts up when the generators change, so that files of older ones are not taken for theirs. */
const GENERATION = 1;
const SEED = 20_260;

/** A generated matrix as a file of raw little-endian doubles, row after row, and its labels as one byte a row. */
export interface DataFile {
  readonly file: string;
  readonly labelsFile: string;
  readonly rows: number;
  readonly cols: number;
}

/** Generates a data file unless an earlier run did. */
export function dataFile(distribution: Distribution, rows: number, cols: number, folder: string = DATA): DataFile {
  const name = `${distribution}-${rows}x${cols}-g${GENERATION}`;
  const made = { file: join(folder, `${name}.f64`), labelsFile: join(folder, `${name}.u8`), rows, cols };
  const complete = existsSync(made.labelsFile) && existsSync(made.file) && statSync(made.file).size === rows * cols * 8;
  if (!complete) {
    mkdirSync(folder, { recursive: true });
    const { x, labels } = plantedData(distribution, rows, cols, SEED);
    writeBytes(made.labelsFile, labels);
    writeBytes(made.file, new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
  }
  return made;
}

export function readDataFile({ file, labelsFile, rows, cols }: DataFile): PlantedData {
  const labels = readBytes(labelsFile);
  const x = readDoubles(file);
  if (x.length !== rows * cols || labels.length !== rows) throw new Error(`${file}: not ${rows} × ${cols}; delete it`);
  return { x, labels };
}

/** Where a peer leaves its scores, one double a row. */
export function scoresFile(name: string): string {
  const folder = join(DATA, "scores");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.f64`);
}

/** A file of raw doubles. */
export function readDoubles(file: string): Float64Array {
  return new Float64Array(readBytes(file).buffer);
}

// readFileSync and writeFileSync stop at 2 GiB; these do not.
const CHUNK = 2 ** 28;

function readBytes(file: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(statSync(file).size);
  const handle = openSync(file, "r");
  try {
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(handle, bytes, at, Math.min(CHUNK, bytes.length - at), at);
      if (read === 0) throw new Error(`${file}: ended after ${at} of ${bytes.length} bytes`);
      at += read;
    }
  } finally {
    closeSync(handle);
  }
  return bytes;
}

function writeBytes(file: string, bytes: Uint8Array): void {
  const handle = openSync(`${file}.part`, "w");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, Math.min(CHUNK, bytes.length - at));
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.part`, file);
}
