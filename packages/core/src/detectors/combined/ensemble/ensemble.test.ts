import { describe, expect, it } from "vitest";
import { combineScores } from "../../../combine/index.js";
import { load } from "../../../model-file/load.js";
import { Random } from "../../../random.js";
import "../../../registry.js";
import { matrix } from "../../../matrix.js";
import { ecod } from "../../tabular/ecod/ecod.js";
import { knn } from "../../tabular/knn/knn.js";
import { ensemble } from "./ensemble.js";

const random = new Random(3);
const x = matrix(
  Float64Array.from({ length: 600 }, () => random.normal()),
  200,
  3,
);

const z = (train: Float64Array, scores: Float64Array) => {
  const mean = train.reduce((a, b) => a + b, 0) / train.length;
  const deviation = Math.sqrt(train.reduce((a, b) => a + (b - mean) ** 2, 0) / train.length);
  return scores.map((score) => (score - mean) / deviation);
};

describe("ensemble", () => {
  it("is the combination of its members' standardized scores", () => {
    const members = [knn({ k: 7 }).fitSync(x), ecod().fitSync(x)];
    const other = matrix(
      x.data.map((v) => 1.5 * v),
      200,
      3,
    );
    const standardized = members.map((model) => z(model.trainingScoresSync(x), model.scoreSync(other)));
    for (const combine of ["mean", "maximum", "median", "and"] as const) {
      const model = ensemble({ detectors: "knn:k=7 ecod", combine }).fitSync(x);
      const expected = combineScores(standardized, combine);
      model.scoreSync(other).forEach((score, i) => {
        expect(Math.abs(score - (expected[i] as number))).toBeLessThan(1e-9);
      });
    }
  });

  it("scores its training rows as the members score theirs", () => {
    const model = ensemble({ detectors: "knn:k=7" }).fitSync(x);
    const own = knn({ k: 7 }).fitSync(x).trainingScoresSync(x);
    const expected = z(own, own);
    model.trainingScoresSync(x).forEach((score, i) => {
      expect(Math.abs(score - (expected[i] as number))).toBeLessThan(1e-9);
    });
    expect(model.scoreSync(x)).not.toEqual(model.trainingScoresSync(x));
  });

  it("votes by the members' own limits", () => {
    const model = ensemble({ detectors: "knn ecod iforest", combine: "vote", contamination: 0.05 }).fitSync(x);
    const shares = new Set(model.trainingScoresSync(x));
    for (const share of shares) expect([0, 1 / 3, 2 / 3, 1]).toContain(share);
    const most = model.scoreSync(matrix(Float64Array.of(9, 9, 9), 1, 3));
    expect([...most]).toEqual([1]);
  });

  it("takes detectors as texts, as a list, and other ensembles", () => {
    const one = ensemble({ detectors: "knn:k=7  ecod;iforest:trees=10" });
    expect(one.params.detectors).toBe("knn:k=7 ecod isolation-forest:trees=10");
    expect(ensemble({ detectors: [knn({ k: 7 }), "ecod", "iforest:trees=10"] as never }).params).toEqual(one.params);
    const nested = ensemble({ detectors: "ensemble:detectors=(knn:k=3 ecod),combine=maximum copod" });
    expect(nested.params.detectors).toBe("ensemble:detectors=(knn:k=3 ecod),combine=maximum copod");
    const model = nested.fitSync(x);
    expect(load(model.save()).scoreSync(x)).toEqual(model.scoreSync(x));
  });

  it("gives members without a seed different ones", () => {
    const twice = ensemble({ detectors: "iforest:trees=5 iforest:trees=5", combine: "maximum" }).fitSync(x);
    const once = ensemble({ detectors: "iforest:trees=5", combine: "maximum" }).fitSync(x);
    expect(twice.scoreSync(x)).not.toEqual(once.scoreSync(x));
    const fixed = ensemble({ detectors: "iforest:trees=5,seed=3" }).fitSync(x);
    expect(ensemble({ detectors: "iforest:trees=5", seed: 3 }).fitSync(x).scoreSync(x)).toEqual(fixed.scoreSync(x));
  });

  it("refuses members that it cannot combine", () => {
    for (const detectors of ["nothing", "", "knn:k=0", "mean-z", 5, [5]]) {
      expect(() => ensemble({ detectors: detectors as never }).fitSync(x)).toThrow(
        expect.objectContaining({ name: "ParamError" }),
      );
    }
    expect(() => ensemble({ detectors: "mean-z" }).fitSync(x)).toThrow(/mean-z is for series/);
  });
});
