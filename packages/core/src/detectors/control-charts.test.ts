import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Matrix, matrix, rowRange } from "../matrix.js";
import { averagePrecision } from "../metrics/index.js";
import type { Detector } from "./detector.js";
import { cusum } from "./series/cusum/cusum.js";
import { ewma } from "./series/ewma/ewma.js";
import { longRunZ } from "./series/long-run-z/long-run-z.js";
import { meanZ } from "./series/mean-z/mean-z.js";

const SKAB = join(import.meta.dirname, "../../../../../shared/datasets/skab");
const present = existsSync(SKAB);
if (!present) console.log(`skipped: average precision on SKAB, since ${SKAB} is not there`);
const TRAIN_ROWS = 400;

describe.skipIf(!present)("control charts on the 34 labelled files of SKAB, 400 rows of each to train", () => {
  const files = present ? labelledFiles() : [];

  // Computed with NumPy from the definitions; there the first rows of an EWMA chart have the limits of the later ones.
  it.each([
    ["mean-z with standard deviations", meanZ({ spread: "standard" }), 0.8236, 3],
    ["mean-z with long-run deviations", meanZ({ spread: "long-run" }), 0.8593, 3],
    ["long-run-z", longRunZ(), 0.8755, 3],
    ["ewma with standard deviations", ewma({ spread: "standard" }), 0.8246, 2],
    ["ewma with long-run deviations", ewma(), 0.8688, 2],
  ])("%s: mean average precision", (_name, detector, expected, digits) => {
    expect(files.length).toBe(34);
    expect(meanAveragePrecision(detector as never, files)).toBeCloseTo(expected, digits);
  });

  it("cusum: mean average precision is far above the share of anomalies", () => {
    expect(meanAveragePrecision(cusum() as never, files)).toBeGreaterThan(0.75);
  });
});

interface Labelled {
  readonly x: Matrix;
  readonly labels: Uint8Array;
}

function labelledFiles(): Labelled[] {
  return ["valve1", "valve2", "other"].flatMap((group) =>
    readdirSync(join(SKAB, group)).map((name) => {
      const [, ...lines] = readFileSync(join(SKAB, group, name), "utf8")
        .trimEnd()
        .split(/\r?\n/);
      const rows = lines.map((line) => line.split(";").slice(1).map(Number));
      return {
        x: matrix(Float64Array.from(rows.flatMap((row) => row.slice(0, 8))), rows.length, 8),
        labels: Uint8Array.from(rows, (row) => row[8] as number),
      };
    }),
  );
}

function meanAveragePrecision(detector: Detector, files: readonly Labelled[]): number {
  let sum = 0;
  for (const { x, labels } of files) {
    const model = detector.fitSync(rowRange(x, 0, TRAIN_ROWS));
    const scores = model.scoreSync(rowRange(x, TRAIN_ROWS, x.rows));
    sum += averagePrecision(labels.subarray(TRAIN_ROWS), scores);
  }
  return sum / files.length;
}
