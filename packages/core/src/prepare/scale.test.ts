import { describe, expect, it } from "vitest";
import { ModelFileError } from "../errors.js";
import { fromRows, matrix } from "../matrix.js";
import golden from "./golden.json" with { type: "json" };
import { scale, standardize } from "./scale.js";

const values = (cells: readonly (number | null)[]) => Float64Array.from(cells, (cell) => cell ?? Number.NaN);

describe("scale", () => {
  const { cols } = golden;
  const train = matrix(values(golden.train), golden.train.length / cols, cols);
  const test = matrix(values(golden.test), golden.test.length / cols, cols);

  it.each(["standard", "min-max", "robust"] as const)("%s gives scikit-learn's values", (method) => {
    const expected = values(golden.transformed[method]);
    const found = scale({ method }).fit(train).transform(test).data;
    expect(found).toHaveLength(expected.length);
    for (let i = 0; i < found.length; i++) {
      const [a, b] = [found[i] as number, expected[i] as number];
      if (Number.isNaN(b)) expect(a).toBeNaN();
      // Near 1e9 a value carries 1e-7, so a spread of 1e-3 leaves four digits that mean anything.
      else
        expect(Math.abs(a - b), `value ${i}: ${a}, ${b}`).toBeLessThanOrEqual(
          (i % cols === 1 ? 1e-4 : 1e-12) * Math.max(1, Math.abs(b)),
        );
    }
  });

  it("centres a constant column and divides it by 1", () => {
    for (const method of ["standard", "min-max", "robust"] as const) {
      const { center, divisor } = scale({ method }).fit(fromRows([[7], [7], [7]])).state;
      expect([...center, ...divisor]).toEqual([7, 1]);
    }
  });

  it("takes a column without any value", () => {
    const empty = fromRows([[Number.NaN], [Number.NaN]]);
    for (const method of ["standard", "min-max", "robust"] as const) {
      expect([
        ...scale({ method })
          .fit(empty)
          .transform(fromRows([[3]])).data,
      ]).toEqual([3]);
    }
  });

  it("keeps its digits far from zero", () => {
    const x = fromRows([[1e9 + 1], [1e9 + 2], [1e9 + 3]]);
    const [a, b, c] = standardize().fit(x).transform(x).data;
    expect([a, b, c]).toEqual([-Math.sqrt(1.5), 0, Math.sqrt(1.5)]);
  });

  it("fits several series as one", () => {
    const both = [
      fromRows([
        [1, 5],
        [2, 6],
      ]),
      fromRows([[9, 7]]),
    ];
    const one = fromRows([
      [1, 5],
      [2, 6],
      [9, 7],
    ]);
    for (const method of ["standard", "min-max", "robust"] as const) {
      expect(scale({ method }).fit(both).state).toEqual(scale({ method }).fit(one).state);
    }
  });

  it("refuses infinite training values and ranges that overflow", () => {
    const up = fromRows(
      [
        [1, 2],
        [3, Number.POSITIVE_INFINITY],
      ],
      ["a", "b"],
    );
    expect(() => scale().fit(up)).toThrow(/row 2, column "b": to scale needs finite values/);
    expect(() => scale({ method: "min-max" }).fit(fromRows([[-1.7e308], [1.7e308]]))).toThrow(/too wide/);
  });

  it("is not restored with a divisor of 0", () => {
    const { spec, params, state } = scale().fit(fromRows([[1], [2]]));
    expect(() => spec.restore({ ...state, divisor: Float64Array.of(0) }, params, 1)).toThrow(ModelFileError);
  });
});
