import { describe, expect, it } from "vitest";
import { ModelFileError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import golden from "./golden.json" with { type: "json" };
import { kde } from "./kde.js";

describe("kde against scikit-learn", () => {
  const table = (values: readonly number[]) =>
    matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);

  it.each(golden.cases)("bandwidth $bandwidth", ({ bandwidth, scores }) => {
    const model = kde({ bandwidth: bandwidth as number | "scott" }).fitSync(table(golden.x));
    model.scoreSync(table(golden.queries)).forEach((score, i) => {
      const expected = scores[i] as number;
      expect(Math.abs(score - expected)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)));
    });
  });
});

describe("kde by hand", () => {
  it("goes on growing far away, to infinity where squares overflow", () => {
    const model = kde().fitSync(fromRows([[0], [0]]));
    const [near, far, beyond] = model.scoreSync(fromRows([[100], [1e6], [1e200]])) as unknown as number[];
    expect(near).toBeCloseTo(5000 + Math.log(2 * Math.PI) / 2, 9);
    expect(far).toBeCloseTo(5e11, -2);
    expect(beyond).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    { spread: 1, bandwidth: 1 },
    { spread: 1, bandwidth: 0.05 },
    { spread: 1e6, bandwidth: 3 },
    { spread: 1e-90, bandwidth: 1e-90 },
  ])(
    "is the logarithm of a sum of terms however far: spread $spread, bandwidth $bandwidth",
    ({ spread, bandwidth }) => {
      const random = new Random(8);
      const train = matrix(
        Float64Array.from({ length: 120 }, () => spread * (random.normal() + 3)),
        60,
        2,
      );
      // Out along a line, through where the sums leave the range of doubles and where the rows leave that of the kernel.
      const x = matrix(
        Float64Array.from({ length: 400 }, (_, i) => 3 * spread + (spread + bandwidth) * 0.4 * Math.floor(i / 2)),
        200,
        2,
      );
      const scores = kde({ bandwidth }).fitSync(train).scoreSync(x);
      scores.forEach((score, i) => {
        const exponents = Array.from({ length: 60 }, (_, n) => {
          const [a, b] = [0, 1].map(
            (j) => ((x.data[2 * i + j] as number) - (train.data[2 * n + j] as number)) / bandwidth,
          );
          return -0.5 * ((a as number) ** 2 + (b as number) ** 2);
        });
        const greatest = Math.max(...exponents);
        const sum = exponents.reduce((total, exponent) => total + Math.exp(exponent - greatest), 0);
        const expected = Math.log(60 * 2 * Math.PI) + 2 * Math.log(bandwidth) - greatest - Math.log(sum);
        expect(Math.abs(score - expected)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)));
        if (i > 20) expect(score).toBeGreaterThan(scores[i - 1] as number);
      });
    },
  );

  it("keeps a random sample of the rows where it is asked to", () => {
    const x = matrix(
      Float64Array.from({ length: 500 }, (_, i) => i),
      500,
      1,
    );
    const [a, b, c] = [1, 1, 2].map((seed) => kde({ samples: 50, seed }).fitSync(x).state.train);
    expect(new Set(a).size).toBe(50);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(kde({ samples: 500 }).fitSync(x).state.train).toEqual(x.data);
  });

  it("trusts no model file", () => {
    const { spec, state, params } = kde().fitSync(
      fromRows([
        [0, 1],
        [2, 3],
      ]),
    );
    expect(() => spec.restore({ ...state, bandwidth: 0 }, params, 2)).toThrow(/bandwidth/);
    expect(() => spec.restore(state, params, 3)).toThrow(ModelFileError);
  });
});
