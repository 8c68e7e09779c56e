import { describe, expect, it } from "vitest";
import { ColumnError, DataError, ParamError, ShapeError } from "../errors.js";
import { withKernels } from "../kernels/current.js";
import type { Kernels } from "../kernels/kernels.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { fromRows } from "../matrix.js";
import { int } from "../params/params.js";
import { defineDetector, matchColumns } from "./detector.js";
import { isolationForest } from "./tabular/isolation-forest/isolation-forest.js";

const distance = defineDetector({
  name: "distance",
  summary: "Distance of the first value from the training mean, for tests.",
  input: "tabular",
  traits: {},
  leastRows: 2,
  params: { power: int({ default: 1, min: 1, max: 3, doc: "Power." }) },
  fit: (x) => ({ mean: x.data.filter((_, i) => i % x.cols === 0).reduce((a, b) => a + b, 0) / x.rows }),
  score: ({ mean }, x, { power }) =>
    Float64Array.from({ length: x.rows }, (_, i) => Math.abs((x.data[i * x.cols] as number) - mean) ** power),
  restore: ({ mean }) => ({ mean: Number(mean) }),
});
const x = fromRows(
  [
    [1, 5],
    [3, 5],
  ],
  ["a", "b"],
);

describe("a detector", () => {
  it("hands checked parameters with their defaults to fit and score", () => {
    expect(distance().params).toEqual({ power: 1 });
    expect([
      ...distance({ power: 2 })
        .fitSync(x)
        .scoreSync(fromRows([[5, 0]], ["a", "b"])),
    ]).toEqual([9]);
    expect(() => distance({ power: 4 })).toThrow(ParamError);
  });

  it("remembers what it was fitted on", () => {
    const model = distance().fitSync(x);
    expect(Object.isFrozen(model)).toBe(true);
    expect([model.cols, model.columns, model.trainedRows, model.spec.name]).toEqual([2, ["a", "b"], 2, "distance"]);
  });

  it("refuses too few rows, other labels and values it does not take", async () => {
    expect(() => distance().fitSync(fromRows([[1, 2]]))).toThrow(/distance needs at least 2 training rows; found 1/);
    expect(() => distance().fitSync(x, { labels: Uint8Array.of(1) })).toThrow(ShapeError);
    const bad = fromRows(
      [
        [1, 2],
        [3, Number.NEGATIVE_INFINITY],
      ],
      ["a", "b"],
    );
    await expect(distance().fit(bad)).rejects.toThrow(/row 2, column "b": .*found -Infinity/);
    await expect(distance().fitSync(x).score(bad)).rejects.toThrow(DataError);
  });

  it("says that it cannot explain when it cannot", async () => {
    const model = distance().fitSync(x);
    expect(() => model.contributionsSync(x)).toThrow(ParamError);
    await expect(model.contributions(x)).rejects.toThrow(/does not say which feature/);
  });

  it("runs on the kernels of the call, else on those in use when it was called", async () => {
    const calls: string[] = [];
    const spy = (name: string): Kernels => ({
      ...referenceKernels,
      name,
      isolationForestScore(args) {
        calls.push(name);
        referenceKernels.isolationForestScore(args);
      },
      promise: {
        ...referenceKernels.promise,
        async isolationForestScore(args, control) {
          calls.push(`${name} later`);
          await referenceKernels.promise.isolationForestScore(args, control);
        },
      },
    });
    const model = isolationForest({ trees: 2 }).fitSync(x);
    const later = withKernels(spy("used"), () => {
      model.scoreSync(x);
      return model.score(x);
    });
    await later;
    model.scoreSync(x, { kernels: spy("given") });
    model.scoreSync(x);
    expect(calls).toEqual(["used", "used later", "given"]);
  });
});

describe("matchColumns", () => {
  it("takes the matrix itself when nothing needs to move", () => {
    expect(matchColumns(x, 2, ["a", "b"])).toBe(x);
    expect(matchColumns(x, 2, undefined)).toBe(x);
  });

  it("puts columns in the order of the model", () => {
    const wide = fromRows([[9, 2, 1]], ["c", "b", "a"]);
    expect(matchColumns(wide, 2, ["a", "b"])).toEqual(fromRows([[1, 2]], ["a", "b"]));
  });

  it("names what is missing and what is there", () => {
    expect(() => matchColumns(x, 3, ["a", "d", "e"])).toThrow(/not there: d, e\. The columns found are: a, b/);
    expect(() => matchColumns(fromRows([[1]]), 2, ["a", "b"])).toThrow(ColumnError);
  });
});
