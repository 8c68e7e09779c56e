import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { type Matrix, matrix } from "../../matrix.js";

/** Public data sets beside the repository, which no file of it holds. */
export const PUBLIC_DATA = join(import.meta.dirname, "../../../../../../shared/datasets");

/** Whether ADBench and SKAB are there; says that `what` is skipped where they are not. */
export function hasPublicData(what: string): boolean {
  const present = existsSync(join(PUBLIC_DATA, "adbench")) && existsSync(join(PUBLIC_DATA, "skab"));
  if (!present) console.log(`skipped: ${what}, since ${PUBLIC_DATA} is not there`);
  return present;
}

/** Numbers of a SKAB file without its time column: eight sensors, then labels if there are any. */
export function readCsv(path: string): { rows: number[][] } {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  return { rows: lines.map((line) => line.split(";").slice(1).map(Number)) };
}

/** Arrays X and y of an ADBench set; just enough of ZIP and NPY for these files. */
export function readNpz(path: string): { x: Matrix; labels: Uint8Array } {
  const file = readFileSync(path);
  const end = file.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  const arrays = new Map<string, { shape: number[]; values: Float64Array }>();
  let at = file.readUInt32LE(end + 16);
  for (let k = 0; k < file.readUInt16LE(end + 10); k++) {
    const [method, packed, local] = [
      file.readUInt16LE(at + 10),
      file.readUInt32LE(at + 20),
      file.readUInt32LE(at + 42),
    ];
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => file.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const name = file.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const body = file.subarray(start, start + packed);
    arrays.set(name, readNpy(method === 8 ? inflateRawSync(body) : body));
    at += 46 + nameLength + extra + comment;
  }
  const [x, y] = [arrays.get("X.npy"), arrays.get("y.npy")];
  if (x === undefined || y === undefined) throw new Error(`${path} has no X and y`);
  return { x: matrix(x.values, x.shape[0] as number, x.shape[1] as number), labels: Uint8Array.from(y.values) };
}

function readNpy(bytes: Buffer): { shape: number[]; values: Float64Array } {
  const long = bytes[6] === 1 ? 2 : 4;
  const start = 8 + long + (long === 2 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString("latin1", 8 + long, start);
  const type = /'descr': *'([^']+)'/.exec(header)?.[1] ?? "";
  const shape = (/'shape': *\(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .map(Number)
    .filter((n) => n > 0);
  const columnsFirst = /'fortran_order': *True/.test(header);
  const data = new DataView(bytes.buffer, bytes.byteOffset + start);
  const read: Record<string, [number, (at: number) => number]> = {
    "<f8": [8, (at) => data.getFloat64(at, true)],
    "<f4": [4, (at) => data.getFloat32(at, true)],
    "<i8": [8, (at) => Number(data.getBigInt64(at, true))],
    "<i4": [4, (at) => data.getInt32(at, true)],
    "<i2": [2, (at) => data.getInt16(at, true)],
    "|u1": [1, (at) => data.getUint8(at)],
    "|b1": [1, (at) => data.getUint8(at)],
  };
  const [width, get] = read[type] ?? [];
  if (width === undefined || get === undefined) throw new Error(`type ${type}`);
  const [rows = 0, cols = 1] = shape;
  const place = (i: number) => (columnsFirst ? (i % cols) * rows + Math.floor(i / cols) : i);
  return { shape, values: Float64Array.from({ length: rows * cols }, (_, i) => get(place(i) * width)) };
}
