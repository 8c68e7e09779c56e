import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Matrix, matrix } from "../../../matrix.js";
import { rocAuc } from "../../../metrics/index.js";
import { hasPublicData, PUBLIC_DATA, readCsv, readNpz } from "../../testing/public-data.js";
import golden from "./golden.json" with { type: "json" };
import type { BoostingParams } from "./params.js";
import { trainBoostedTreesSync } from "./train.js";

/** How far ROC-AUC and log loss of rows that were held out may be from XGBoost's. */
const TOLERANCE = 0.002;

/** As in `golden/boosted-trees.py`. */
const SETTINGS = {
  default: { eta: 0.3, maxDepth: 6 },
  slow: { eta: 0.1, maxDepth: 4, lambda: 3, alpha: 0.1, gamma: 0.1, minChildWeight: 2 },
  weighted: { eta: 0.2, maxDepth: 5, scalePosWeight: 5 },
  lossguide: { eta: 0.2, maxDepth: 0, maxLeaves: 20, growth: "lossguide" },
} as const satisfies Record<string, Partial<BoostingParams>>;

interface Rows {
  readonly x: Matrix;
  readonly y: Float64Array;
}

type Quality = (typeof golden.quality)["generated"];

function expectQuality(train: Rows, test: Rows, peer: Quality, setting: keyof typeof SETTINGS): void {
  expect([train.x.rows, test.x.rows]).toEqual([peer.trainRows, peer.testRows]);
  const options = { ...SETTINGS[setting], rounds: golden.rounds, maxBin: peer.maxBin };
  const p = trainBoostedTreesSync(train.x, train.y, options).predictSync(test.x);
  const area = rocAuc(test.y, p);
  const loss = p.reduce((sum, v, i) => sum - Math.log(test.y[i] === 1 ? v : 1 - v), 0) / p.length;
  expect(Math.abs(area - peer[setting].rocAuc), `ROC-AUC ${area}, of XGBoost ${peer[setting].rocAuc}`).toBeLessThan(
    TOLERANCE,
  );
  expect(Math.abs(loss - peer[setting].logLoss), `loss ${loss}, of XGBoost ${peer[setting].logLoss}`).toBeLessThan(
    TOLERANCE,
  );
}

/** The rows of generated() in `golden/boosted-trees.py`. */
function generated(rows: number, cols = 10): Rows {
  let state = 12345;
  const normal = () => {
    let total = 0;
    for (let k = 0; k < 4; k++) {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      total += state / 4294967296;
    }
    return total - 2;
  };
  const data = new Float64Array(rows * cols);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = Float64Array.from({ length: cols + 1 }, normal);
    const [a, b, c, d, e] = row as unknown as [number, number, number, number, number];
    y[i] = a + 2 * b * c + (d > 0.25 ? 1 : 0) - e * e + 0.5 * (row[cols] as number) > 0.5 ? 1 : 0;
    data.set(row.subarray(0, cols), i * cols);
    if (i % 3 === 0) data[i * cols + (i % cols)] = Number.NaN;
  }
  return { x: matrix(data, rows, cols), y };
}

function part({ x, y }: Rows, keep: (row: number) => boolean): Rows {
  const rows = Array.from(y.keys()).filter(keep);
  const data = Float64Array.from(rows.flatMap((row) => [...x.data.subarray(row * x.cols, (row + 1) * x.cols)]));
  return { x: matrix(data, rows.length, x.cols), y: Float64Array.from(rows, (row) => y[row] as number) };
}

describe("quality on rows that were held out is XGBoost's", () => {
  const all = generated(4000);
  const train = part(all, (row) => row < 2000);
  const test = part(all, (row) => row >= 2000);
  it.each(Object.keys(SETTINGS) as (keyof typeof SETTINGS)[])("generated, %s", (setting) => {
    expectQuality(train, test, golden.quality.generated, setting);
  });
});

const present = hasPublicData("boosted trees on real data");
describe.skipIf(!present)("quality on real rows that were held out is XGBoost's", () => {
  const sets = ["23_mammography", "28_pendigits", "2_annthyroid", "30_satellite"] as const;
  it.each(sets)("%s", (name) => {
    const { x, labels } = readNpz(join(PUBLIC_DATA, "adbench", `${name}.npz`));
    const all = { x, y: Float64Array.from(labels) };
    const train = part(all, (row) => row % 2 === 0);
    const test = part(all, (row) => row % 2 === 1);
    for (const setting of Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]) {
      expectQuality(train, test, golden.quality[name], setting);
    }
  });

  it("SKAB, from one valve to the other", () => {
    const [train, test] = ["valve1", "valve2"].map((group) => {
      const names = readdirSync(join(PUBLIC_DATA, "skab", group)).sort();
      const rows = names.flatMap((name) => readCsv(join(PUBLIC_DATA, "skab", group, name)).rows);
      const x = matrix(Float64Array.from(rows.flatMap((row) => row.slice(0, 8))), rows.length, 8);
      return { x, y: Float64Array.from(rows, (row) => row[8] as number) };
    }) as [Rows, Rows];
    // One valve says little of another: the other settings magnify the last bits of gains.
    for (const setting of ["default", "slow"] as const) {
      expectQuality(train, test, golden.quality.skab, setting);
    }
  });
});
