import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Matrix, matrix, rowRange } from "../../../matrix.js";
import { scale } from "../../../prepare/scale.js";
import type { Limits } from "./control-limits.js";
import { pca } from "./pca.js";

const DATA = join(import.meta.dirname, "../../../../../../../shared/datasets/skab");
const present = existsSync(DATA);
if (!present) console.log(`skipped: pca on real data, since ${DATA} is not there`);

const TRAINING_ROWS = 400;

/** Rows of each file of the benchmark, in its own order, with the labels. */
function files(): { readonly x: Matrix; readonly labels: readonly number[] }[] {
  return ["valve1", "valve2", "other"].flatMap((group) =>
    readdirSync(join(DATA, group)).map((name) => {
      const [, ...lines] = readFileSync(join(DATA, group, name), "utf8")
        .trimEnd()
        .split(/\r?\n/);
      const rows = lines.map((line) => line.split(";").slice(1).map(Number));
      const values = Float64Array.from(rows.flatMap((row) => row.slice(0, 8)));
      return { x: matrix(values, rows.length, 8), labels: rows.map((row) => row[8] as number) };
    }),
  );
}

/** Whether the median of the last five values is above the limit; never for the first four. */
const medianAbove = (values: Float64Array, limit: number) =>
  Array.from(values, (_, i) => i >= 4 && (values.slice(i - 4, i + 1).sort()[2] as number) > limit);

/** The protocol of the benchmark's "T-squared + Q": true and false positives and negatives over all files. */
function counts(limits: Limits): number[] {
  const [tp, tn, fp, fn] = [0, 1, 2, 3];
  const sums = [0, 0, 0, 0];
  for (const { x, labels } of files()) {
    const scaler = scale({ method: "standard" }).fit(rowRange(x, 0, TRAINING_ROWS));
    const train = scaler.transform(rowRange(x, 0, TRAINING_ROWS));
    const test = scaler.transform(rowRange(x, TRAINING_ROWS, x.rows));
    const fitted = (score: "t2" | "q") => pca({ components: 0.85, confidence: 0.999, score, limits }).fitSync(train);
    const { t2Limit, qLimit } = fitted("t2").state;
    const within = medianAbove(fitted("t2").scoreSync(test), t2Limit);
    const beside = medianAbove(fitted("q").scoreSync(test), qLimit);
    for (let i = 0; i < test.rows; i++) {
      const flagged = within[i] || beside[i];
      const anomalous = labels[TRAINING_ROWS + i] === 1;
      const place = (flagged ? (anomalous ? tp : fp) : anomalous ? fn : tn) as number;
      sums[place] = (sums[place] as number) + 1;
    }
  }
  return sums;
}

describe.skipIf(!present)("T² and Q on SKAB", () => {
  it("has the counts of the benchmark's code, with variances by size", () => {
    expect(counts("skab")).toEqual([9878, 7501, 3529, 2893]);
  });

  it("has the published counts with variances in LAPACK's order", () => {
    expect(counts("skab-lapack")).toEqual([9589, 8094, 2936, 3182]);
  });

  it("has an F1 of .749 with the limit of Jackson and Mudholkar", () => {
    const [tp = 0, , fp = 0, fn = 0] = counts("jackson-mudholkar");
    expect(tp / (tp + (fp + fn) / 2)).toBeCloseTo(0.749, 3);
  });
});
