import { describe, expect, it } from "vitest";
import { ModelFileError, ParamError, ShapeError } from "../../../errors.js";
import { syncRun } from "../../../kernels/kernels.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, matrix, selectColumns } from "../../../matrix.js";
import { load } from "../../../model-file/load.js";
import { registry } from "../../../registry.js";
import { type FeatureBaggingState, featureBagging, fitSubsets } from "./feature-bagging.js";
import golden from "./golden.json" with { type: "json" };

const table = (values: readonly number[]) =>
  matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);
const run = syncRun(referenceKernels);

describe("feature bagging with PyOD's subsets", () => {
  it.each(golden.cases)("$combination", ({ combination, subsets, scores }) => {
    const columns = subsets.map((subset) => Int32Array.from(subset));
    const combine = combination === "average" ? ("mean" as const) : ("largest" as const);
    const { spec, params } = featureBagging({ base: "lof:k=10", estimators: subsets.length, combine });
    const state = fitSubsets(table(golden.x), "lof:k=10", columns, 0, run, {}) as FeatureBaggingState;
    (spec.score(state, table(golden.queries), params, run) as Float64Array).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i] as number, 9);
    });
  });
});

describe("feature bagging", () => {
  const x = table(golden.x);

  it("is what the base says of each subset, together", () => {
    const model = featureBagging({ base: "knn:k=3", estimators: 4, combine: "largest", seed: 9 }).fitSync(x);
    const parts: Float64Array[] = [];
    for (let i = 0, from = 0; i < 4; i++) {
      const cols = model.state[`${i}.cols`] as number;
      const subset = [...model.state.features.subarray(from, from + cols)];
      expect(subset.length).toBeGreaterThanOrEqual(3);
      expect(subset.length).toBeLessThanOrEqual(5);
      expect(new Set(subset).size).toBe(cols);
      const part = selectColumns(x, subset);
      parts.push(registry.create("knn", { k: 3 }).fitSync(part).scoreSync(part));
      from += cols;
    }
    model.scoreSync(x).forEach((score, row) => {
      expect(score).toBe(Math.max(...parts.map((part) => part[row] as number)));
    });
  });

  it("has the base's training scores, in which no row is its own neighbour", () => {
    const detector = featureBagging({ base: "knn:k=2", estimators: 3, seed: 2 });
    const model = detector.fitSync(x);
    const parts: Float64Array[] = [];
    for (let i = 0, from = 0; i < 3; i++) {
      const cols = model.state[`${i}.cols`] as number;
      const part = selectColumns(x, [...model.state.features.subarray(from, from + cols)]);
      parts.push(registry.create("knn", { k: 2 }).fitSync(part).trainingScoresSync(part));
      from += cols;
    }
    const mean = Float64Array.from(parts[0] as Float64Array, (_, row) =>
      parts.reduce((sum, part) => sum + (part[row] as number) / 3, 0),
    );
    const found = model.trainingScoresSync(x);
    found.forEach((score, row) => {
      expect(score).toBeCloseTo(mean[row] as number, 12);
    });
    expect(found).not.toEqual(model.scoreSync(x));
  });

  it("fits equal subsets once, and counts each of them", () => {
    const two = selectColumns(x, [0, 1]);
    const model = featureBagging({ base: "lof:k=5", estimators: 6 }).fitSync(two);
    const { features, ...state } = model.state;
    const [first, second] = [0, 1].map((column) => features.indexOf(column));
    expect(first).toBeGreaterThanOrEqual(0);
    expect(second).toBeGreaterThanOrEqual(0);
    features.forEach((column, i) => {
      expect(state[`${i}.state.factors`]).toBe(state[`${features.indexOf(column)}.state.factors`]);
    });
    const alone = [0, 1].map((column) => {
      const part = selectColumns(two, [column]);
      return registry.create("lof", { k: 5 }).fitSync(part).scoreSync(part);
    });
    const scores = model.scoreSync(two);
    scores.forEach((score, row) => {
      const sum = features.reduce((total, column) => total + (alone[column]?.[row] as number), 0);
      expect(score).toBe(sum / 6);
    });
    expect(load(model.save()).scoreSync(two)).toEqual(scores);
  });

  it("gives every subset a seed of its own", () => {
    const model = featureBagging({ base: "loda:cuts=5", estimators: 3 }).fitSync(fromRows([[1], [2], [4]]));
    const weights = [0, 1, 2].map((i) => String(model.state[`${i}.state.weights`]));
    expect(new Set(weights).size).toBe(3);
  });

  it("takes any detector, itself as well", () => {
    for (const base of ["isolation-forest:trees=5", "gmm", "feature-bagging:base=(knn:k=2,p=3),estimators=2"]) {
      const model = featureBagging({ base, estimators: 2 }).fitSync(x);
      expect(load(model.save()).scoreSync(x)).toEqual(model.scoreSync(x));
    }
  });

  it("refuses a base that it cannot feed, and rows that the base refuses", () => {
    const series = registry.list().find(({ spec }) => spec.input === "series");
    expect(() => featureBagging({ base: series?.spec.name as string }).fitSync(x)).toThrow(/learns from series/);
    expect(() => featureBagging({ base: "nothing" })).toThrow(ParamError);
    expect(() => featureBagging({ base: "abod" }).fitSync(fromRows([[1], [2]]))).toThrow(ShapeError);
  });

  it("trusts no model file", () => {
    const { spec, state, params } = featureBagging({ base: "mad", estimators: 2 }).fitSync(x);
    const restore = (change: object) => () => spec.restore({ ...state, ...change }, params, 6);
    expect(restore({ features: state.features.map(() => 0) })).toThrow(/do not ascend/);
    expect(restore({ features: state.features.subarray(1) })).toThrow(/not those of its parts/);
    expect(restore({ "1.detector": "lof" })).toThrow(ModelFileError);
  });
});
