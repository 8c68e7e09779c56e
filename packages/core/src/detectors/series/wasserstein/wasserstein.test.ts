import { describe, expect, it } from "vitest";
import { ParamError, ShapeError } from "../../../errors.js";
import { wassersteinDistance } from "../../../math/wasserstein.js";
import { fromRows, matrix } from "../../../matrix.js";
import { differenceScores, normScores } from "../../../metrics/residual-scores.js";
import golden from "./golden.json" with { type: "json" };
import { wasserstein } from "./wasserstein.js";

const table = (values: readonly number[]) => matrix(Float64Array.from(values), values.length / 2, 2);

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((v, i) => {
    expect(found[i]).toBeCloseTo(v, 10);
  });
}

describe("Darts' scorers", () => {
  const { observed, predicted, train, norm, difference, wasserstein: components, window } = golden;

  it("norm and difference of observed and predicted values", () => {
    expectClose(normScores(table(observed), table(predicted)), norm);
    expectClose(differenceScores(table(observed), table(predicted)).data, difference);
    expect([...normScores(fromRows([[3, -4]]), fromRows([[0, 0]]), 1)]).toEqual([7]);
    expect([...normScores(fromRows([[3, -4]]), fromRows([[0, 0]]), Number.POSITIVE_INFINITY)]).toEqual([4]);
    expect(() => normScores(fromRows([[1]]), fromRows([[1, 2]]))).toThrow(ShapeError);
    expect(() => normScores(fromRows([[1]]), fromRows([[1]]), 3 as never)).toThrow(ParamError);
  });

  it("Wasserstein distance of each window to training, one component at a time", () => {
    const model = wasserstein({ window }).fitSync(table(train));
    const { data } = model.contributionsSync(table(observed));
    const { spread } = model.state;
    // In the unit of the component, of which the score has the mean over two.
    const found = data.map((v, i) => 2 * v * (spread[i % 2] as number)).subarray(2 * (window - 1));
    expectClose(found, components);
  });
});

describe("Wasserstein distance", () => {
  it("is SciPy's", () => {
    for (const { a, b, distance } of golden.scipy) {
      expect(wassersteinDistance(Float64Array.from(a), Float64Array.from(b))).toBeCloseTo(distance, 12);
      expect(wassersteinDistance(Float64Array.from(b), Float64Array.from(a))).toBeCloseTo(distance, 12);
    }
  });

  it("gives rows before the first whole window the median of training", () => {
    const model = wasserstein({ window: 3 }).fitSync(fromRows([[1], [2], [3], [4], [9]]));
    expect([...model.scoreSync(fromRows([[50], [50]]))]).toEqual([model.state.typical, model.state.typical]);
    expect(
      wasserstein({ window: 9 })
        .fitSync(fromRows([[1]]))
        .scoreSync(fromRows([[1]]))[0],
    ).toBe(0);
  });
});
