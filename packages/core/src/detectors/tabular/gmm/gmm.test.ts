import { describe, expect, it } from "vitest";
import { DataError, ModelFileError, ParamError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
import { gmm } from "./gmm.js";
import golden from "./golden.json" with { type: "json" };

const table = (values: readonly number[]) =>
  matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);

describe("gmm against scikit-learn", () => {
  it.each(golden.cases)("$components components, $covariance", ({ components, covariance, weights, means, scores }) => {
    const detector = gmm({
      ...{ components, covariance: covariance as "full" | "diag" },
      ...{ tolerance: 1e-14, maxIterations: 2000 },
    });
    const model = detector.fitSync(table(golden.x));
    expect(model.spec.remarks?.(model.state)).toEqual([]);
    const { cols } = golden;
    const order = Array.from(model.state.weights.keys()).sort(
      (a, b) => (model.state.means[a * cols] as number) - (model.state.means[b * cols] as number),
    );
    order.forEach((c, place) => {
      expect(model.state.weights[c]).toBeCloseTo(weights[place] as number, 8);
      for (let j = 0; j < cols; j++) {
        expect(model.state.means[c * cols + j]).toBeCloseTo(means[place * cols + j] as number, 6);
      }
    });
    model.scoreSync(table(golden.queries)).forEach((score, i) => {
      const expected = scores[i] as number;
      expect(Math.abs(score - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
    });
  });
});

describe("gmm by hand", () => {
  it("makes the rows more likely with every iteration, and tells when it stopped early", () => {
    const likelihood = (maxIterations: number) => {
      const model = gmm({ components: 3, tolerance: 0, maxIterations, seed: 2 }).fitSync(table(golden.x));
      const scores = model.scoreSync(table(golden.x));
      return { model, mean: -scores.reduce((sum, score) => sum + score, 0) / scores.length };
    };
    const means = [1, 2, 4, 8].map((iterations) => likelihood(iterations).mean);
    means.slice(1).forEach((mean, i) => {
      expect(mean).toBeGreaterThanOrEqual((means[i] as number) - 1e-12);
    });
    const { model } = likelihood(1);
    expect(model.spec.remarks?.(model.state)).toEqual([expect.stringMatching(/not converged after 1 iterations/)]);
  });

  it("keeps the best of several starts", () => {
    const mean = (starts: number) => {
      const model = gmm({ components: 6, starts, seed: 5 }).fitSync(table(golden.x));
      return model.scoreSync(table(golden.x)).reduce((sum, score) => sum + score, 0);
    };
    expect(mean(8)).toBeLessThanOrEqual(mean(1) + 1e-6);
  });

  it("makes as many components as there are distinct rows, and says so", () => {
    const model = gmm({ components: 5 }).fitSync(fromRows([[1], [1], [1], [9], [9]]));
    expect(model.state.weights).toHaveLength(2);
    expect(model.spec.remarks?.(model.state)[0]).toMatch(/2 distinct values, so there are 2 components/);
  });

  it("refuses columns that depend on each other without regularization, and says what to do", () => {
    const x = fromRows([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    expect(() => gmm({ regularization: 0 }).fitSync(x)).toThrow(ParamError);
    expect(() => gmm({ regularization: 0 }).fitSync(x)).toThrow(/Raise regularization/);
    expect(gmm().fitSync(x).scoreSync(x).every(Number.isFinite)).toBe(true);
  });

  it("refuses values whose squares overflow, and scores such rows ∞", () => {
    expect(() => gmm().fitSync(fromRows([[1e200], [-1e200]]))).toThrow(DataError);
    expect(
      gmm()
        .fitSync(fromRows([[1], [2]]))
        .scoreSync(fromRows([[1e200]]))[0],
    ).toBe(Number.POSITIVE_INFINITY);
    expect(() => gmm({ components: 3 }).fitSync(fromRows([[1], [2]]))).toThrow(ParamError);
  });

  it.each(["full", "diag"] as const)("trusts no model file, %s", (covariance) => {
    const { spec, state, params } = gmm({ covariance, components: 2 }).fitSync(
      fromRows([
        [1, 2],
        [2, 1],
        [9, 8],
        [7, 9],
      ]),
    );
    const restore = (change: object) => () => spec.restore({ ...state, ...change }, params, 2);
    expect(restore({ factors: state.factors.map((v) => -v) })).toThrow(/a standard deviation is not positive/);
    expect(restore({ weights: Float64Array.of(0, 1) })).toThrow(/no share/);
    expect(restore({ means: new Float64Array(3) })).toThrow(ModelFileError);
  });
});
