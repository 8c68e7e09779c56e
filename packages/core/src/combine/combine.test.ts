import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import golden from "./golden.json" with { type: "json" };
import { combineFlags, combineScores, fitScoreScale, rankScores, standardizeScores } from "./index.js";

const scores = golden.scores.map((each) => Float64Array.from(each));
const { combined, order, weights, limit } = golden;

function near(found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-14): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((found[i] as number) - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe(`combinations against PyOD ${golden.madeBy.pyod}`, () => {
  it("mean, maximum, median", () => {
    near(combineScores(scores, "mean"), combined.mean);
    near(combineScores(scores, "mean", { weights }), combined.weighted);
    expect([...combineScores(scores, "maximum")]).toEqual(combined.maximum);
    expect([...combineScores(scores, "or")]).toEqual(combined.maximum);
    expect([...combineScores(scores, "and")]).toEqual(combined.and);
    near(combineScores(scores, "median"), combined.median);
  });

  it("average of maximum and maximum of average, dealt in PyOD's order", () => {
    near(combineScores(scores, "aom", { buckets: 5, order }), combined.aom);
    near(combineScores(scores, "moa", { buckets: 5, order }), combined.moa);
  });

  it("votes", () => {
    const limits = scores.map(() => limit);
    near(combineScores(scores, "vote", { limits }), golden.share);
    const flags = scores.map((each) => Uint8Array.from(each, (score) => (score > limit ? 1 : 0)));
    // Of an even vote PyOD takes the smaller label, as "more than half" does.
    expect([...combineFlags(flags, "vote")]).toEqual(golden.majority);
  });
});

describe("combinations", () => {
  it("deal into groups as even as possible, by seed", () => {
    const some = combineScores(scores.slice(0, 7), "aom", { buckets: 3, seed: 1 });
    expect([...combineScores(scores.slice(0, 7), "aom", { buckets: 3, seed: 1 })]).toEqual([...some]);
    expect([...combineScores(scores.slice(0, 7), "aom", { buckets: 3, seed: 2 })]).not.toEqual([...some]);
    // More groups than detectors: each is a group of its own.
    near(combineScores(scores, "aom", { buckets: 99 }), combined.mean);
    expect([...combineScores(scores, "aom", { buckets: 1 })]).toEqual(combined.maximum);
    near(combineScores(scores, "moa", { buckets: 1 }), combined.mean);
  });

  it("flag by all, any and most", () => {
    const flags = [Uint8Array.of(1, 1, 1, 0), Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 0, 0)];
    expect([...combineFlags(flags, "and")]).toEqual([1, 0, 0, 0]);
    expect([...combineFlags(flags, "or")]).toEqual([1, 1, 1, 0]);
    expect([...combineFlags(flags, "vote")]).toEqual([1, 1, 0, 0]);
  });

  it("refuse what does not fit together", () => {
    const two = [Float64Array.of(1, 2), Float64Array.of(1)];
    expect(() => combineScores(two, "mean")).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    expect(() => combineScores([], "mean")).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => combineScores(scores, "vote")).toThrow(/limit for each of 10 detectors; found none/);
    expect(() => combineScores(scores, "mean", { weights: [1] })).toThrow(/10 weights; found 1/);
    expect(() => combineScores(scores, "mean", { weights: scores.map(() => 0) })).toThrow(/not all 0/);
    expect(() => combineScores(scores, "aom", { buckets: 0 })).toThrow(/whole number ≥ 1/);
    expect(() => combineScores(scores, "aom", { order: [0, 0] })).toThrow(/each of 0 … 9 once/);
    expect(() => combineScores(scores, "mode" as never)).toThrow(expect.objectContaining({ code: "PARAM_UNKNOWN" }));
  });
});

describe("standardized scores", () => {
  const random = new Random(2);
  const train = Float64Array.from({ length: 999 }, () => 3 + 2 * random.normal());

  it("have mean 0 and deviation 1, or median 0 and MAD 1, or are shares", () => {
    const z = standardizeScores(train, "z");
    expect(Math.abs(z.reduce((a, b) => a + b, 0) / 999)).toBeLessThan(1e-12);
    expect(Math.abs(z.reduce((a, b) => a + b * b, 0) / 999 - 1)).toBeLessThan(1e-12);
    const robust = standardizeScores(train, "robust").sort();
    expect(robust[499]).toBe(0);
    const share = standardizeScores(train, "ecdf");
    near(
      share,
      [...rankScores(train)].map((rank) => (rank - 0.5) / 999),
      1e-15,
    );
    expect([...standardizeScores(train, "none")]).toEqual([...train]);
  });

  it("keep a detector's own ranking and do not depend on the batch", () => {
    for (const method of ["z", "robust", "ecdf", "gaussian", "none"] as const) {
      const scale = fitScoreScale(train, method);
      const all = scale.apply(Float64Array.of(-100, 0, 3, 5, 1e6));
      for (let i = 1; i < all.length; i++) expect(all[i]).toBeGreaterThanOrEqual(all[i - 1] as number);
      expect(scale.apply(Float64Array.of(5))[0]).toBe(all[3]);
    }
  });

  it("take scores that do not vary, or hardly", () => {
    for (const method of ["z", "robust", "ecdf", "gaussian"] as const) {
      const scale = fitScoreScale(new Float64Array(40).fill(0.1), method);
      const [same, more] = scale.apply(Float64Array.of(0.1, 9)) as unknown as [number, number];
      expect(Number.isFinite(same) && more > same).toBe(true);
    }
    const mostly = Float64Array.of(...new Array(60).fill(1), 2, 3);
    expect(Number.isFinite(fitScoreScale(mostly, "robust").apply(Float64Array.of(4))[0])).toBe(true);
  });

  it("thin long training scores to 4,096 steps", () => {
    const many = Float64Array.from({ length: 100_001 }, (_, i) => i);
    const scale = fitScoreScale(many, "ecdf");
    expect(scale.facts.sorted).toHaveLength(4096);
    expect(Math.abs((scale.apply(Float64Array.of(25_000))[0] as number) - 0.25)).toBeLessThan(1e-3);
  });

  it("refuse what is no score", () => {
    expect(() => fitScoreScale(new Float64Array(0), "z")).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => fitScoreScale(Float64Array.of(1, Number.NaN), "z")).toThrow(/^row 2: .*NaN/);
    expect(() => rankScores(Float64Array.of(1, Number.POSITIVE_INFINITY))).toThrow(/^row 2: .*Infinity/);
    expect(() => fitScoreScale(train, "log" as never)).toThrow(expect.objectContaining({ code: "PARAM_UNKNOWN" }));
  });

  it(`are SciPy's ranks (${golden.madeBy.scipy})`, () => {
    expect([...rankScores(Float64Array.from(golden.calibration.scores))]).toEqual(golden.ranks);
  });
});
