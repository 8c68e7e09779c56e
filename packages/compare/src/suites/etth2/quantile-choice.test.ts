import { ParamError, quantile, Random } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { CANDIDATES, chooseQuantile } from "./quantile-choice.js";

const random = new Random(2);
const normal = (n: number, level = 0) => Float64Array.from({ length: n }, () => level + random.normal());

describe("a quantile chosen without labels", () => {
  it("has the limit and the share of alerts of each candidate", () => {
    const [training, later] = [normal(4000), normal(3000)];
    const { candidates, chosen } = chooseQuantile(training, later, 0.02);
    expect(candidates.map((each) => each.quantile)).toEqual(CANDIDATES);
    for (const each of candidates) {
      expect(each.limit).toBe(quantile(each.quantile).fit(training).threshold);
      expect(each.alertRate).toBe(later.filter((score) => score > each.limit).length / 3000);
      expect(each.agreement).toBeGreaterThan(0);
      expect(each.agreement).toBeLessThanOrEqual(1);
    }
    expect(chosen.alertRate).toBeLessThanOrEqual(0.02);
    const borne = candidates.filter(({ alertRate }) => alertRate <= 0.02);
    expect(chosen.agreement).toBe(Math.max(...borne.map(({ agreement }) => agreement as number)));
  });

  it("agreement by hand: limits without a fifth of the rows", () => {
    // Scores of 0 and, in the last fifth, of 10: without that fifth every quantile is 0, with it 10.
    const training = Float64Array.from({ length: 1000 }, (_, i) => (i >= 800 ? 10 : 0));
    const later = Float64Array.from({ length: 100 }, (_, i) => (i < 4 ? 20 : i < 10 ? 5 : 0));
    const [first] = chooseQuantile(training, later, 0.5).candidates;
    // Limits 10, 10, 10, 10 and 0: rows 0 … 3 by four of them, 0 … 9 by the fifth. Six pairs agree, four share 4 of 10.
    expect(first?.alertRate).toBe(0.04);
    expect(first?.agreement).toBeCloseTo((6 * 1 + 4 * 0.4) / 10, 12);
  });

  it("takes the highest one where all alert too often, and says when nothing alerts", () => {
    expect(chooseQuantile(normal(1000), normal(500, 9), 0.02).chosen.quantile).toBe(CANDIDATES.at(-1));
    const { chosen, candidates } = chooseQuantile(normal(1000), normal(500, -9), 0.02);
    expect(candidates.every(({ agreement, alertRate }) => agreement === null && alertRate === 0)).toBe(true);
    expect(chosen.quantile).toBe(CANDIDATES[0]);
    for (const share of [0, 1.5, Number.NaN]) {
      expect(() => chooseQuantile(normal(100), normal(100), share)).toThrow(ParamError);
    }
  });
});
