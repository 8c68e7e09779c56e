import { describe, expect, it } from "vitest";
import { ModelFileError } from "../errors.js";
import { fromRows, matrix } from "../matrix.js";
import iqrGolden from "./tabular/iqr/golden.json" with { type: "json" };
import { interquartileRange } from "./tabular/iqr/iqr.js";
import madGolden from "./tabular/mad/golden.json" with { type: "json" };
import { robustZScore } from "./tabular/mad/mad.js";
import zGolden from "./tabular/z-score/golden.json" with { type: "json" };
import { zScore } from "./tabular/z-score/z-score.js";

const column = (values: readonly number[]) => matrix(Float64Array.from(values), values.length, 1);

function expectClose(found: Float64Array, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 11);
  });
}

describe("deviations of columns against PyOD, SciPy and NumPy", () => {
  it("mad", () => {
    const model = robustZScore().fitSync(column(madGolden.x));
    expectClose(model.scoreSync(column(madGolden.x)), madGolden.training);
    expectClose(model.scoreSync(column(madGolden.queries)), madGolden.scores);
  });

  it("z-score", () => {
    expectClose(zScore().fitSync(column(zGolden.x)).scoreSync(column(zGolden.x)), zGolden.scores);
  });

  it("iqr", () => {
    expectClose(interquartileRange().fitSync(column(iqrGolden.x)).scoreSync(column(iqrGolden.x)), iqrGolden.scores);
  });
});

describe("deviations of columns by hand", () => {
  it("mad falls back to the mean deviation, then to the column's own unit", () => {
    const most = robustZScore().fitSync(column([5, 5, 5, 5, 9]));
    expect(most.scoreSync(column([5, 9]))[1]).toBeCloseTo(4 / (0.8 / Math.sqrt(2 / Math.PI)), 12);
    for (const detector of [robustZScore, interquartileRange, zScore]) {
      expect([
        ...detector()
          .fitSync(column([7, 7, 7]))
          .scoreSync(column([7, 9.5, 4])),
      ]).toEqual([0, 2.5, 3]);
    }
  });

  it("iqr is below 0 between the quantiles that were asked for", () => {
    const model = interquartileRange({ quantile: 0.1 }).fitSync(column(Array.from({ length: 11 }, (_, i) => i)));
    expectClose(model.scoreSync(column([1, 5, 9, 17])), [0, -0.5, 0, 1]);
  });

  it.each([robustZScore, interquartileRange, zScore])(
    "$spec.name takes the largest or the mean of its columns",
    (detector) => {
      const x = fromRows([
        [1, 9],
        [2, 8],
        [3, 5],
        [40, 7],
      ]);
      const [largest, mean] = (["largest", "mean"] as const).map((aggregate) => detector({ aggregate }).fitSync(x));
      const parts = largest?.contributionsSync(x).data as Float64Array;
      for (let i = 0; i < x.rows; i++) {
        const [a, b] = [parts[2 * i] as number, parts[2 * i + 1] as number];
        expect(largest?.scoreSync(x)[i]).toBe(Math.max(a, b));
        expect(mean?.scoreSync(x)[i]).toBe((a + b) / 2);
      }
    },
  );

  it.each([robustZScore, interquartileRange, zScore])("$spec.name trusts no model file", (detector) => {
    const { spec, state, params } = detector().fitSync(column([1, 2, 3]));
    const restore = (change: object) => () => spec.restore({ ...state, ...change }, params as never, 1);
    expect(restore({ unit: Float64Array.of(0) })).toThrow(/a unit is not positive/);
    expect(restore({ high: Float64Array.of(-9) })).toThrow(/ends before it begins/);
    expect(restore({ low: Float64Array.of(Number.NaN) })).toThrow(ModelFileError);
    expect(restore({ low: Float64Array.of(0, 0) })).toThrow(/length of low/);
  });
});
