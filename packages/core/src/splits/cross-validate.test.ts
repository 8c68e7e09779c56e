import { describe, expect, it } from "vitest";
import type { FitOptions } from "../detectors/detector.js";
import {
  boostedTrees,
  constant,
  fixed,
  isolationForest,
  matrix,
  persistent,
  pipeline,
  quantile,
  Random,
  standardize,
  windows,
} from "../index.js";
import type { Matrix } from "../matrix.js";
import { crossValidate, groupFolds, purgedFolds, stratifiedFolds } from "./index.js";

const random = new Random(9);
const ROWS = 400;
const labels = Uint8Array.from({ length: ROWS }, (_, i) => (i % 20 === 7 ? 1 : 0));
/** The last column is the row's own number, so that rows can be told apart wherever they turn up. */
const x = matrix(
  Float64Array.from({ length: 3 * ROWS }, (_, i) => {
    const row = Math.floor(i / 3);
    return i % 3 === 2 ? row : random.normal() + 4 * (labels[row] as number);
  }),
  ROWS,
  3,
);

/** A detector that writes down what it was fitted on. */
function spied(seen: { x: Matrix; labels: Uint8Array }[]) {
  const real = boostedTrees({ rounds: 5, minChildWeight: 0.1 });
  return {
    ...real,
    fit: (given: Matrix, options: FitOptions = {}) => {
      seen.push({ x: given, labels: options.labels as Uint8Array });
      return real.fit(given, options);
    },
  };
}

describe("crossValidate", () => {
  it("lets nothing of a test row reach the fit, resampled or not", async () => {
    const split = stratifiedFolds(labels, { folds: 4 });
    const seen: { x: Matrix; labels: Uint8Array }[] = [];
    const { folds } = await crossValidate(spied(seen), x, labels, { split, resample: { method: "smote", k: 3 } });
    folds.forEach(({ trainRows, syntheticRows, test }, k) => {
      const { x: given, labels: own } = seen[k] as (typeof seen)[number];
      expect(given.rows).toBe(trainRows + syntheticRows);
      expect(trainRows + test.length).toBe(ROWS);
      const tested = new Set(test);
      const numbers = Array.from({ length: given.rows }, (_, i) => given.data[3 * i + 2] as number);
      // The rows that were given are the training rows; the synthetic ones lie between anomalies among them.
      for (const number of numbers.slice(0, trainRows)) expect(tested.has(number)).toBe(false);
      const anomalies = [...(split[k]?.train ?? [])].filter((row) => labels[row] === 1);
      for (const number of numbers.slice(trainRows)) {
        expect(number).toBeGreaterThanOrEqual(Math.min(...anomalies));
        expect(number).toBeLessThanOrEqual(Math.max(...anomalies));
      }
      expect(own.reduce((sum, label) => sum + label, 0)).toBe(given.rows / 2);
    });
  });

  it("would give away a leak of the resampling: anomalies of one group alone stay unknown to the others", async () => {
    // Each group has anomalies in a place of its own: synthetic rows near those of the test group could only come from it.
    const groups = Array.from({ length: ROWS }, (_, i) => Math.floor(i / 100));
    const placed = {
      ...x,
      data: x.data.map((v, i) =>
        labels[Math.floor(i / 3)] === 1 ? v + 100 * (groups[Math.floor(i / 3)] as number) : v,
      ),
    };
    const seen: { x: Matrix; labels: Uint8Array }[] = [];
    const split = groupFolds(groups, { folds: 4 });
    await crossValidate(spied(seen), placed, labels, { split, resample: { method: "smote", k: 2 } });
    split.forEach(({ test }, k) => {
      const group = groups[test[0] as number] as number;
      const { x: given, labels: own } = seen[k] as (typeof seen)[number];
      const near = [...own.keys()].filter(
        (i) => own[i] === 1 && Math.abs((given.data[3 * i] as number) - 100 * group - 4) < 8,
      );
      // Lines between the anomalies of two other groups may pass by; the outermost groups have no such lines.
      if (group === 3) expect(near).toEqual([]);
      expect(given.rows).toBeGreaterThan(300);
    });
  });

  it("scores test rows as a pipeline fitted on the training rows does", async () => {
    const split = purgedFolds(ROWS, { folds: 4, purge: 5 });
    const steps = [standardize(), windows({ size: 3 })];
    const detector = isolationForest({ trees: 20, seed: 1 });
    const found = await crossValidate(detector, x, labels, { split, steps, threshold: quantile(0.9) });
    const [, second] = found.folds;
    const part = (from: number, to: number) => ({ ...x, data: x.data.subarray(3 * from, 3 * to), rows: to - from });
    const model = pipeline({ detector, steps, threshold: quantile(0.9) }).fitSync([part(0, 95), part(205, 400)]);
    expect(second?.scores).toEqual(model.scoreSync(part(100, 200)));
    expect(second?.threshold).toBe(model.threshold?.threshold);
    expect(found.pooled.rows).toBe(ROWS);
    expect(await crossValidate(pipeline({ detector, steps, threshold: quantile(0.9) }), x, labels, { split })).toEqual(
      found,
    );
  });

  it("gives mean and deviation of every metric", async () => {
    const { folds, metrics, pooled } = await crossValidate(
      boostedTrees({ rounds: 10, minChildWeight: 0.1 }),
      x,
      labels,
    );
    expect(folds.map(({ name }) => name)).toEqual(["fold 1", "fold 2", "fold 3", "fold 4", "fold 5"]);
    const aucs = folds.map(({ evaluation }) => evaluation.metrics.rocAuc as number);
    const mean = aucs.reduce((a, b) => a + b, 0) / 5;
    expect(metrics.rocAuc.mean).toBeCloseTo(mean, 12);
    expect(metrics.rocAuc.deviation).toBeCloseTo(Math.sqrt(aucs.reduce((a, b) => a + (b - mean) ** 2, 0) / 4), 12);
    expect(folds[0]?.threshold).toBe(0.5);
    expect(pooled.confusion.tp + pooled.confusion.fn).toBe(20);
  });

  it("tells progress and stops when asked", async () => {
    const told: number[] = [];
    const options = { progress: (done: number) => told.push(done), split: stratifiedFolds(labels, { folds: 2 }) };
    await crossValidate(boostedTrees({ rounds: 3 }), x, labels, options);
    expect(told.every((done, i) => done >= 0 && done <= 1 && done >= (told[i - 1] ?? 0))).toBe(true);
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(crossValidate(boostedTrees(), x, labels, { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("refuses what cannot be", async () => {
    const detector = boostedTrees({ rounds: 3 });
    const leak = [{ train: Int32Array.of(0, 1, 2), test: Int32Array.of(2, 3) }];
    await expect(crossValidate(detector, x, labels, { split: leak })).rejects.toThrow(
      /row 2 .* learned from and tested on/,
    );
    await expect(crossValidate(detector, x, labels, { split: [] })).rejects.toThrow(/at least one split/);
    await expect(crossValidate(detector, x, labels.subarray(1))).rejects.toThrow(/400 rows need 400 labels/);
    const odd = [{ train: Int32Array.of(1, 0), test: Int32Array.of(2) }];
    await expect(crossValidate(detector, x, labels, { split: odd })).rejects.toThrow(/ascend/);
    const whole = pipeline({ detector, threshold: quantile(0.9) });
    await expect(crossValidate(whole, x, labels, { resample: {} })).rejects.toThrow(/resample belongs to the pipeline/);
    await expect(crossValidate(isolationForest(), x, labels, { resample: {} })).rejects.toThrow(
      /does not learn from labels/,
    );
  });

  it("lets no alarm reach from one run of test rows into the next", async () => {
    const threshold = persistent(fixed(-1), { hits: 3 });
    const test = Int32Array.of(10, 11, 12, 13, 20, 21, 30, 31, 32);
    const split = [{ train: Int32Array.from({ length: 100 }, (_, i) => 100 + i), test }];
    const { folds } = await crossValidate(constant(), x, labels, { threshold, split });
    expect([...(folds[0]?.flags ?? [])]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1]);
  });
});
