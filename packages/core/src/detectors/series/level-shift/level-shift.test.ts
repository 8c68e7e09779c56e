import { describe, expect, it } from "vitest";
import { ModelFileError, ShapeError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { AdjacentMeans } from "./adjacent-means.js";
import { levelShift } from "./level-shift.js";

const column = (values: readonly number[]) => matrix(Float64Array.from(values), values.length, 1);

describe("the means of adjacent windows", () => {
  it("are those of the last rows and of the rows before them, as many as there are", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const means = new AdjacentMeans(1, 2, 3);
    const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    values.forEach((value, t) => {
      const row = Float64Array.of(value);
      const there = means.push(row);
      const reference = values.slice(Math.max(0, t - 4), Math.max(0, t - 1));
      expect(there).toBe(reference.length);
      if (there > 0) expect(row[0]).toBeCloseTo(mean(values.slice(t - 1, t + 1)) - mean(reference), 12);
    });
  });
});

describe("level shift", () => {
  it("by hand: one sensor, windows of 1 and 1 row", () => {
    // Level 2, deviation 1; differences 2, −2, … of mean square 4: a step of 3 scores 3 / 2.
    const detector = levelShift({ recent: 1, reference: 1 });
    const model = detector.fitSync(column(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : 3))));
    expect([...model.scoreSync(column([5, 5, 8, 7]))]).toEqual([1, 0, 1.5, 0.5]);
  });

  it("by hand: two sensors, their correlation shrunk", () => {
    // Differences (2, 2), (−2, −2): covariance 4, of which half is taken; d = (2, −2) has dᵀ S⁻¹ d = 8 / 2, rank 2.
    const rows = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [1, 1] : [3, 3]));
    const model = levelShift({ recent: 1, reference: 1, shrinkage: 0.5 }).fitSync(fromRows(rows));
    const x = fromRows([
      [0, 0],
      [2, -2],
    ]);
    expect(model.scoreSync(x)[1]).toBeCloseTo(Math.SQRT2, 12);
    const [first, second] = model.contributionsSync(x).data.subarray(2) as unknown as [number, number];
    expect(first).toBeCloseTo(Math.SQRT1_2, 12);
    expect(second).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it("is about 1 on rows like the training rows, and more than 4 soon after a shift", () => {
    const random = new Random(7);
    let drift = 0;
    const rows = (n: number, shift: (t: number) => number) =>
      fromRows(
        Array.from({ length: n }, (_, t) => {
          drift = 0.98 * drift + 0.3 * random.normal();
          return [drift, random.normal() + shift(t), 10 * random.normal()];
        }),
      );
    const model = levelShift().fitSync(rows(1000, () => 0));
    const usual = model.scoreSync(rows(1000, () => 0));
    expect(Math.sqrt(usual.reduce((sum, v) => sum + v * v, 0) / 1000)).toBeLessThan(1.5);
    const shifted = model.scoreSync(rows(600, (t) => (t < 300 ? 0 : 5)));
    const found = shifted.findIndex((score) => score > 4);
    expect(found).toBeGreaterThanOrEqual(300);
    expect(found).toBeLessThan(310);
  });

  it("sees a column that never changed in training, and gives first rows the usual score", () => {
    const random = new Random(9);
    const train = fromRows(Array.from({ length: 300 }, () => [random.normal(), 5]));
    const model = levelShift().fitSync(train);
    const x = fromRows(Array.from({ length: 200 }, (_, t) => [random.normal(), t < 150 ? 5 : 25]));
    const scores = model.scoreSync(x);
    expect(new Set(scores.subarray(0, 29))).toEqual(new Set([model.state.usual]));
    expect(scores[164]).toBeGreaterThan(10);
    expect(model.state.usual).toBeGreaterThan(0.3);
  });

  it("says how many rows it needs, and lets no window span two series", () => {
    const x = column(Array.from({ length: 40 }, (_, i) => i % 7));
    expect(() => levelShift({ recent: 30 }).fitSync(x)).toThrow(ShapeError);
    expect(() => levelShift().fitSync(x, { starts: Int32Array.of(0, 20) })).toThrow("at least 30 rows");
    // A jump between two series is none.
    const jump = column(Array.from({ length: 400 }, (_, i) => (i < 200 ? 0 : 100) + Math.sin(i)));
    const apart = levelShift().fitSync(jump, { starts: Int32Array.of(0, 200) });
    const together = levelShift().fitSync(jump);
    expect(apart.state.directions[0] as number).toBeGreaterThan(3 * (together.state.directions[0] as number));
  });

  it("trusts nothing that was read", () => {
    const { spec, params, state } = levelShift().fitSync(column(Array.from({ length: 300 }, (_, i) => i % 7)));
    const restore = (change: object) => () => spec.restore({ ...state, ...change } as never, params, 1);
    expect(restore({})()).toEqual(state);
    const bad = [
      { usual: -1 },
      { usual: Number.NaN },
      { directions: new Float64Array(0) },
      { directions: new Float64Array(2) },
      { directions: Float64Array.of(Number.POSITIVE_INFINITY) },
      { spread: Float64Array.of(0) },
    ];
    for (const change of bad) expect(restore(change)).toThrow(ModelFileError);
  });
});
