import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Matrix, matrix } from "../../matrix.js";
import { rocAuc } from "../../metrics/index.js";
import golden from "./golden.json" with { type: "json" };
import { isolationForest } from "./isolation-forest.js";

const SEEDS = 5;
const DATA = join(import.meta.dirname, "../../../../../../shared/datasets");
const present = existsSync(join(DATA, "adbench")) && existsSync(join(DATA, "skab"));
if (!present) console.log(`skipped: isolation forest on real data, since ${DATA} is not there`);

/** Mean over seeds, held against scikit-learn's spread from seed to seed. */
function expectArea(
  train: Matrix,
  rows: Matrix,
  labels: Uint8Array,
  peer: { mean: number; std: number; rows: number },
) {
  expect(rows.rows).toBe(peer.rows);
  let mean = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const model = isolationForest({ trees: 100, samples: 256, seed }).fitSync(train);
    mean += rocAuc(labels, model.scoreSync(rows)) / SEEDS;
  }
  expect(Math.abs(mean - peer.mean), `ours ${mean}, scikit-learn ${peer.mean} ± ${peer.std}`).toBeLessThan(
    2 * peer.std,
  );
}

describe.skipIf(!present)("ROC-AUC is scikit-learn's, within its spread from seed to seed", () => {
  it.each(Object.entries(golden.rocAuc.adbench))("%s", (name, peer) => {
    const { x, labels } = readNpz(join(DATA, "adbench", name));
    expectArea(x, x, labels, peer);
  });

  it("SKAB, fitted on the file without anomalies", () => {
    const train = readCsv(join(DATA, "skab/anomaly-free/anomaly-free.csv"));
    const files = ["valve1", "valve2", "other"].flatMap((group) =>
      readdirSync(join(DATA, "skab", group)).map((name) => readCsv(join(DATA, "skab", group, name))),
    );
    const rows = files.flatMap(({ rows: all }) => all);
    expectArea(
      toMatrix(train.rows.map((row) => row.slice(0, 8))),
      toMatrix(rows.map((row) => row.slice(0, 8))),
      Uint8Array.from(rows, (row) => row[8] as number),
      golden.rocAuc.skab,
    );
  });
});

function toMatrix(rows: number[][]): Matrix {
  return matrix(Float64Array.from(rows.flat()), rows.length, rows[0]?.length ?? 0);
}

/** Numbers of a SKAB file without its time column: eight sensors, then labels if there are any. */
function readCsv(path: string): { rows: number[][] } {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  return { rows: lines.map((line) => line.split(";").slice(1).map(Number)) };
}

/** Arrays X and y of an ADBench set; just enough of ZIP and NPY for these files. */
function readNpz(path: string): { x: Matrix; labels: Uint8Array } {
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
