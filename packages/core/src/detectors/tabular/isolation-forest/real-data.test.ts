import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Matrix, matrix } from "../../../matrix.js";
import { rocAuc } from "../../../metrics/index.js";
import { hasPublicData, PUBLIC_DATA, readCsv, readNpz } from "../../testing/public-data.js";
import golden from "./golden.json" with { type: "json" };
import { isolationForest } from "./isolation-forest.js";

const SEEDS = 5;
const present = hasPublicData("isolation forest on real data");

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
    const { x, labels } = readNpz(join(PUBLIC_DATA, "adbench", name));
    expectArea(x, x, labels, peer);
  });

  it("SKAB, fitted on the file without anomalies", () => {
    const train = readCsv(join(PUBLIC_DATA, "skab/anomaly-free/anomaly-free.csv"));
    const files = ["valve1", "valve2", "other"].flatMap((group) =>
      readdirSync(join(PUBLIC_DATA, "skab", group)).map((name) => readCsv(join(PUBLIC_DATA, "skab", group, name))),
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
