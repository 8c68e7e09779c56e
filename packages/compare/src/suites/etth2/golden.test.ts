import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  detectorText,
  fittedDetector,
  kmeans,
  kmeansAd,
  lloyd,
  type Matrix,
  meanVariance,
  packPart,
  quantile,
  referenceKernels,
  rowRange,
  scale,
  syncRun,
  windowedAveragePrecision,
  windowedRocAuc,
  windows,
} from "@telltale/core";
import { describe, expect, it } from "vitest";
import { LOADS, readTransformer } from "./series.js";

const DATA = join(import.meta.dirname, "../../../../../../shared/datasets/etdataset/ETTh2.csv");
const present = existsSync(DATA);
if (!present) console.log(`skipped: values of Darts on ETTh2, since ${DATA} is not there`);

interface DartsScores {
  readonly rows: number;
  readonly first: readonly number[];
  readonly sum: number;
  readonly high: number;
  readonly low: number;
  readonly flags: number;
  readonly rocAuc: number;
  readonly averagePrecision: number;
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "golden.json"), "utf8")) as {
  readonly sha256: string;
  readonly labelled: readonly number[];
  readonly cases: readonly {
    readonly window: number;
    readonly starts: readonly number[];
    readonly ofWindows: DartsScores;
    readonly ofRows: DartsScores;
  }[];
};

/** Our k-means detector of windows with the centroids that those written-down windows lead to, as Darts began with them. */
function scorerOf(train: Matrix, length: number, starts: readonly number[], aggregate: "last" | "mean") {
  const table = rowRange(windows({ size: length }).fit(train).transform(train), length - 1, train.rows);
  const initial = Float64Array.from(starts.flatMap((at) => [...rowRange(table, at, at + 1).data]));
  const options = { maxIterations: 300, tolerance: 1e-4 * meanVariance(table) };
  const found = lloyd(table, initial, options, syncRun(referenceKernels));
  if (found instanceof Promise) throw new Error("a synchronous run gave a promise");
  const unfitted = kmeans({ k: starts.length });
  const state = { ...found, clusters: starts.length, cols: table.cols };
  const base = fittedDetector(unfitted.spec, unfitted.params, state, table.cols, undefined, table.rows);
  const { spec, params } = kmeansAd({ base: detectorText(unfitted as never), window: length, aggregate });
  const packed = { ...packPart("base", base as never), length, starts: Int32Array.of(0), rows: train.rows, typical: 0 };
  return fittedDetector(spec, params, spec.restore(packed, params, train.cols), train.cols, undefined, train.rows);
}

describe.skipIf(!present)("KMeansScorer, QuantileDetector and eval_metric_from_scores of Darts on ETTh2", () => {
  it("were made from this file", () => {
    expect(createHash("sha256").update(readFileSync(DATA)).digest("hex")).toBe(golden.sha256);
  });

  it.each(golden.cases)(
    "windows of $window hours: the same scores, limits and areas",
    async ({ window, starts, ...darts }) => {
      const { x, validation, test } = await readTransformer(DATA, LOADS);
      const scaling = scale({ method: "standard" }).fit(rowRange(x, 0, validation));
      const train = scaling.transform(rowRange(x, 0, validation));
      const later = scaling.transform(rowRange(x, validation, test));
      const labels = new Uint8Array(later.rows);
      for (const row of golden.labelled) labels[row] = 1;
      for (const [aggregate, expected] of [
        ["last", darts.ofWindows],
        ["mean", darts.ofRows],
      ] as const) {
        const model = scorerOf(train, window, starts, aggregate);
        // Darts has no score for the rows before the first whole window ends.
        const [known, scores] = [train, later].map((rows) => model.scoreSync(rows)) as [Float64Array, Float64Array];
        const shown = scores.subarray(window - 1);
        expect(shown.length).toBe(expected.rows);
        for (const [i, score] of expected.first.entries()) expect(shown[i]).toBeCloseTo(score, 9);
        expect(shown.reduce((sum, score) => sum + score, 0)).toBeCloseTo(expected.sum, 6);
        const limits = quantile(0.99, { side: "both" }).fit(known.subarray(window - 1));
        expect(limits.threshold).toBeCloseTo(expected.high, 9);
        expect(limits.low).toBeCloseTo(expected.low, 9);
        expect(limits.apply(shown).reduce((sum, flag) => sum + flag, 0)).toBe(expected.flags);
        const pooled = aggregate === "last" ? window : 1;
        const [truth, given] = pooled === 1 ? [labels.subarray(window - 1), shown] : [labels, scores];
        expect(windowedRocAuc(truth, given, { window: pooled })).toBeCloseTo(expected.rocAuc, 12);
        expect(windowedAveragePrecision(truth, given, { window: pooled })).toBeCloseTo(expected.averagePrecision, 12);
      }
    },
  );
});
