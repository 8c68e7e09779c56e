import { describe, expect, it } from "vitest";
import { ModelFileError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
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
