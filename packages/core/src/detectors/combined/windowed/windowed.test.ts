import { describe, expect, it } from "vitest";
import { ModelFileError, ParamError } from "../../../errors.js";
import { syncRun } from "../../../kernels/kernels.js";
import { lloyd, meanVariance } from "../../../kernels/kmeans/clustering.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, matrix, rowRange } from "../../../matrix.js";
import { meanOverWindows } from "../../../prepare/window-mean.js";
import { windows } from "../../../prepare/windows.js";
import { Random } from "../../../random.js";
import { detectorText, packPart } from "../../composed.js";
import { fittedDetector } from "../../detector.js";
import golden from "../../tabular/kmeans/golden.json" with { type: "json" };
import { kmeans } from "../../tabular/kmeans/kmeans.js";
import { knn } from "../../tabular/knn/knn.js";
import "../../../registry.js";
import { coverContributions, coverRows } from "./cover.js";
import { kmeansAd, subKnn } from "./uses.js";
import { windowRows } from "./window-rows.js";
import { windowed } from "./windowed.js";

function noise(rows: number, cols: number, seed: number) {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => random.normal()),
    rows,
    cols,
  );
}

describe("windows of a series under a detector of tables", () => {
  const train = noise(120, 2, 1);
  const test = noise(50, 2, 2);

  it("are the rows of the step windows, whole ones to learn from", () => {
    const step = windows({ size: 5 }).fit(train);
    const base = knn({ k: 3 }).fitSync(rowRange(step.transform(train), 4, 120));
    const model = subKnn({ base: "knn:k=3", window: 5 }).fitSync(train);
    expect(model.scoreSync(test).subarray(4)).toEqual(base.scoreSync(step.transform(test)).subarray(4));
    expect([...model.scoreSync(test).subarray(0, 4)]).toEqual(new Array(4).fill(model.state.typical));
  });

  it("learn from every stride-th window of each series, from none that spans two", () => {
    const starts = Int32Array.of(0, 50, 53);
    const model = windowed({ base: "knn:k=1", window: 4, stride: 3 }).fitSync(train, { starts });
    const own = [0, 3, 6].map((s) => rowRange(train, s, s + 4));
    expect(model.state["base.rows"]).toBe(Math.floor(46 / 3) + 1 + 0 + Math.floor(63 / 3) + 1);
    for (const window of own) expect(model.scoreSync(window)[3]).toBe(0);
    expect(model.scoreSync(rowRange(train, 48, 52))[3]).toBeGreaterThan(0);
    expect(model.scoreSync(rowRange(train, 53, 57))[3]).toBe(0);
  });

  it("leave each training window out of its own neighbours for a threshold", () => {
    const starts = Int32Array.of(0, 60);
    const model = subKnn({ window: 4 }).fitSync(train, { starts });
    const own = model.trainingScoresSync(train, { starts });
    expect(Math.min(...own)).toBeGreaterThan(0);
    expect(own.subarray(60, 63).every((score) => score === model.state.typical)).toBe(true);
    expect(model.scoreSync(rowRange(train, 60, 120))[10]).toBeLessThan(own[70] as number);
    const mean = subKnn({ window: 4, aggregate: "mean" }).fitSync(train).trainingScoresSync(train);
    const alone = subKnn({ window: 4 }).fitSync(train).trainingScoresSync(train).subarray(3);
    expect(mean).toEqual(coverRows(alone, 4, "mean"));
  });

  it("spread over the rows that they cover, by mean or maximum", () => {
    const scores = Float64Array.of(1, 5, 2);
    expect([...coverRows(scores, 2, "max")]).toEqual([1, 5, 5, 2]);
    expect([...coverRows(scores, 2, "mean")]).toEqual([1, 3, 3.5, 2]);
    const parts = Float64Array.of(1, 0, 2, 3, 0, 2);
    expect([...coverContributions(parts, 2, scores, 2, "max")]).toEqual([1, 0, 2, 3, 2, 3, 0, 2]);
    expect([...coverContributions(parts, 2, scores, 2, "mean")]).toEqual([1, 0, 1.5, 1.5, 1, 2.5, 0, 2]);
    const last = windowed({ base: "knn:k=1", window: 3 }).fitSync(train).scoreSync(test).subarray(2);
    const model = windowed({ base: "knn:k=1", window: 3, aggregate: "mean" }).fitSync(train);
    expect(model.scoreSync(test)).toEqual(coverRows(last, 3, "mean"));
    expect(model.scoreSync(test).subarray(2, 48)).toEqual(meanOverWindows(last, 3).subarray(0, 46));
    expect(model.open()).toBeUndefined();
    expect(model.scoreSync(rowRange(test, 0, 1)).length).toBe(1);
    expect(model.scoreSync(rowRange(test, 0, 0)).length).toBe(0);
  });

  it("compare by shape alone when normalised", () => {
    const { data } = windowRows(
      Float64Array.of(1, 7, 3, 7, 1e9, 7, 3e9, 7),
      2,
      { length: 2, normalize: true },
      0,
      2,
      2,
    );
    expect([...data]).toEqual([-1, 0, 1, 0, -1, 0, 1, 0]);
    const model = windowed({ base: "knn:k=1", window: 4, normalize: true }).fitSync(train);
    const scaled = { ...train, data: train.data.map((v, i) => (i % 2 === 0 ? 100 * v + 1000 : v)) };
    expect(Math.max(...model.scoreSync(scaled).subarray(3))).toBeLessThan(1e-6);
  });

  it("say what each column's values contributed", () => {
    const forest = { base: "isolation-forest:seed=3", window: 4 } as const;
    for (const aggregate of ["last", "mean", "max"] as const) {
      const model = windowed({ ...forest, aggregate }).fitSync(train);
      const x = rowRange(test, 0, 20);
      const wild = { ...x, data: x.data.map((v, i) => (i === 21 ? 50 : v)) };
      const { data } = model.contributionsSync(wild);
      expect(data[21]).toBeGreaterThan(data[20] as number);
    }
    expect(() => windowed({ base: "lof" }).fitSync(train).contributionsSync(test)).toThrow(/lof does not say/);
  });

  it("take their length from the period when it is not given, half the series at most", () => {
    const wave = fromRows(Array.from({ length: 400 }, (_, t) => [t % 30, 0]));
    expect(windowed({ base: "knn" }).fitSync(wave).state.length).toBe(30);
    expect(windowed({ base: "knn" }).fitSync(rowRange(train, 0, 40)).state.length).toBeLessThanOrEqual(20);
  });

  it("refuse a base that cannot look at them, and windows longer than every series", () => {
    const fit = (params: object) => () => windowed(params).fitSync(train, { starts: Int32Array.of(0, 60) });
    expect(fit({ base: "mean-z" })).toThrow(/mean-z is itself for series/);
    expect(fit({ window: 61 })).toThrow(ParamError);
    expect(fit({ base: "kmeans:k=50", window: 50 })).toThrow(/50 clusters asked of 22 training rows/);
  });

  it("trust no state that holds another detector than it says", () => {
    const model = windowed({ base: "knn:k=1", window: 4 }).fitSync(train);
    const { spec, params } = model;
    expect(() => spec.restore(model.state, { ...params, base: "knn:k=2" }, 2)).toThrow(ModelFileError);
    expect(() => spec.restore(model.state, { ...params, window: 5 }, 2)).toThrow(ModelFileError);
    expect(() => spec.restore({ ...model.state, starts: Int32Array.of(0, 3) }, params, 2)).toThrow(ModelFileError);
    expect(() => spec.restore(model.state, params, 3)).toThrow(ModelFileError);
  });
});

describe("kmeans-ad and the KMeansScorer of Darts", () => {
  it.each(golden.darts)("windows of $window rows: scores of the rows that they cover", (given) => {
    const table = (values: readonly number[]) => matrix(Float64Array.from(values), values.length / 2, 2);
    const [train, test] = [table(given.train), table(given.test)];
    const length = given.window;
    const unfitted = kmeans({ k: given.initial.length / (2 * length) });
    const windowsOf = rowRange(windows({ size: length }).fit(train).transform(train), length - 1, train.rows);
    // Darts began from written-down centroids, so the fitted ones are put into a model here.
    const found = lloyd(
      windowsOf,
      Float64Array.from(given.initial),
      { maxIterations: 300, tolerance: 1e-4 * meanVariance(windowsOf) },
      syncRun(referenceKernels),
    );
    if (found instanceof Promise) throw new Error("a synchronous run gave a promise");
    const state = { ...found, clusters: unfitted.params.k, cols: 2 * length };
    const base = fittedDetector(unfitted.spec, unfitted.params, state, 2 * length, undefined, windowsOf.rows);
    const { spec, params } = kmeansAd({ base: detectorText(unfitted as never), window: length, aggregate: "mean" });
    const packed = {
      ...packPart("base", base as never),
      length,
      starts: Int32Array.of(0),
      rows: train.rows,
      typical: 0,
    };
    const model = fittedDetector(spec, params, spec.restore(packed, params, 2), 2, undefined, train.rows);
    // Darts gives no score to the rows before the first whole window ends.
    const scores = model.scoreSync(test).subarray(length - 1);
    expect(scores.length).toBe(given.aggregated.length);
    given.aggregated.forEach((expected, i) => {
      expect(scores[i]).toBeCloseTo(expected, 9);
    });
  });
});
