import { describe, expect, it } from "vitest";
import { ModelFileError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
import { copod } from "./copod.js";
import golden from "./golden.json" with { type: "json" };

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

describe("copod against PyOD", () => {
  it.each(golden.cases)("$name, training rows", ({ cols, x, scores }) => {
    const train = matrix(Float64Array.from(x), x.length / cols, cols);
    const found = copod().fitSync(train).scoreSync(train);
    scores.forEach((score, i) => {
      expect(found[i]).toBeCloseTo(score, 10);
    });
  });
});

describe("copod by hand", () => {
  it("takes the greater of the mean of both tails and the one a column is skewed to", () => {
    const model = copod().fitSync(column(1, 2, 3, 40)); // skewed to the right
    const ln = Math.log;
    const expected = [ln(4) / 2, (ln(2) + ln(4 / 3)) / 2, ln(2), ln(4), ln(5)];
    model.scoreSync(column(1, 2, 3, 40, 50)).forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] as number, 14);
    });
    // not skewed: the sum of both tails
    expect(
      copod()
        .fitSync(column(1, 2, 3))
        .scoreSync(column(2))[0],
    ).toBeCloseTo(2 * ln(3 / 2), 14);
  });

  it("counts a tail that no training row is in as one in rows + 1", () => {
    const model = copod().fitSync(column(7, 7, 7, 7));
    const [inside, below, above] = model.scoreSync(column(7, 6, 8)) as unknown as number[];
    expect(inside).toBe(0);
    expect(below).toBe(above);
    expect(below).toBeCloseTo(Math.log(5), 14);
  });

  it("treats both zeros alike", () => {
    const model = copod().fitSync(column(0, -0, 1, -3));
    expect(model.scoreSync(column(0))).toEqual(model.scoreSync(column(-0)));
  });

  it("adds up what the columns contribute", () => {
    const x = fromRows([
      [1, 9],
      [2, 8],
      [3, 5],
      [40, 7],
    ]);
    const model = copod().fitSync(x);
    const parts = model.contributionsSync(x).data;
    model.scoreSync(x).forEach((score, i) => {
      expect(score).toBe((parts[2 * i] as number) + (parts[2 * i + 1] as number));
    });
  });

  it("trusts no model file", () => {
    const { spec, state } = copod().fitSync(column(1, 2, 3));
    expect(() => spec.restore({ ...state, sorted: Float64Array.of(1, 3, 2) }, {}, 1)).toThrow(/sorted is not sorted/);
    expect(() => spec.restore({ ...state, skew: Int32Array.of(2) }, {}, 1)).toThrow(ModelFileError);
    expect(() => spec.restore(state, {}, 2)).toThrow(ModelFileError);
  });
});
