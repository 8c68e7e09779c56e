import { describe, expect, it } from "vitest";
import { ModelFileError } from "../errors.js";
import { fromRows, matrix } from "../matrix.js";
import { copod } from "./tabular/copod/copod.js";
import copodGolden from "./tabular/copod/golden.json" with { type: "json" };
import { ecod } from "./tabular/ecod/ecod.js";
import ecodGolden from "./tabular/ecod/golden.json" with { type: "json" };

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

/** What both detectors of empirical tails promise; what each makes of the tails is tested beside it. */
describe.each([
  ["ecod", ecod, ecodGolden],
  ["copod", copod, copodGolden],
] as const)("%s", (_, detector, golden) => {
  it.each(golden.cases)("gives PyOD's scores of the training rows, $name", ({ cols, x, scores }) => {
    const train = matrix(Float64Array.from(x), x.length / cols, cols);
    const found = detector().fitSync(train).scoreSync(train);
    scores.forEach((score, i) => {
      expect(found[i]).toBeCloseTo(score, 10);
    });
  });

  it("counts a tail that no training row is in as one in rows + 1", () => {
    const model = detector().fitSync(column(7, 7, 7, 7));
    const [inside, below, above] = model.scoreSync(column(7, 6, 8)) as unknown as number[];
    expect(inside).toBe(0);
    expect(below).toBe(above);
    expect(below).toBeCloseTo(Math.log(5), 14);
  });

  it("treats both zeros alike", () => {
    const model = detector().fitSync(column(0, -0, 1, -3));
    expect(model.scoreSync(column(0))).toEqual(model.scoreSync(column(-0)));
  });

  it("adds up what the columns contribute", () => {
    const x = fromRows([
      [1, 9],
      [2, 8],
      [3, 5],
      [40, 7],
    ]);
    const model = detector().fitSync(x);
    const parts = model.contributionsSync(x).data;
    model.scoreSync(x).forEach((score, i) => {
      expect(score).toBe((parts[2 * i] as number) + (parts[2 * i + 1] as number));
    });
  });

  it("trusts no model file", () => {
    const { spec, state } = detector().fitSync(column(1, 2, 3));
    expect(() => spec.restore({ ...state, sorted: Float64Array.of(1, 3, 2) }, {}, 1)).toThrow(/sorted is not sorted/);
    expect(() => spec.restore({ ...state, skew: Int32Array.of(2) }, {}, 1)).toThrow(ModelFileError);
    expect(() => spec.restore(state, {}, 2)).toThrow(ModelFileError);
  });
});
