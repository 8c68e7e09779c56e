import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { binOf, equalBins, likeliestBins } from "./histogram.js";
import { skewSigns } from "./skewness.js";

describe("equal bins", () => {
  it("holds every value of the range, the greatest in the last one", () => {
    const bins = equalBins(-1, 3, 8);
    expect([-1, -0.6, -0.5, 2.4, 2.5, 3].map((v) => binOf(bins, v))).toEqual([0, 0, 1, 6, 7, 7]);
    expect([-100, 100].map((v) => binOf(bins, v))).toEqual([0, 7]);
  });

  it("has a width around a single value", () => {
    for (const value of [0, 7, 1e20, -1e300]) {
      const bins = equalBins(value, value, 4);
      expect(bins.high).toBeGreaterThan(bins.low);
      expect([1, 2]).toContain(binOf(bins, value));
      expect(equalBins(bins.low, bins.high, 4)).toEqual(bins);
    }
  });
});

describe("likeliest number of bins", () => {
  it("sees two narrow heaps, and no more than one where there is nothing to see", () => {
    const random = new Random(1);
    const heaps = Float64Array.from({ length: 900 }, (_, i) => (i % 2) * 10 + random.uniform()).sort();
    expect(likeliestBins(heaps)).toBeGreaterThan(5);
    const flat = Float64Array.from({ length: 900 }, (_, i) => i);
    expect(likeliestBins(flat)).toBe(1);
    expect(likeliestBins(Float64Array.of(3))).toBe(1);
  });
});

describe("sign of the skewness", () => {
  const signs = (...values: number[]) => [
    ...skewSigns({ data: Float64Array.from(values), rows: values.length, cols: 1 }),
  ];

  it("is that of the longer tail", () => {
    expect([signs(1, 2, 3, 40), signs(1, 38, 39, 40)]).toEqual([[1], [-1]]);
  });

  it("is 0 for a symmetric or constant column, rounding or not", () => {
    expect([signs(0.1, 0.2, 0.3), signs(-1e200, 0, 1e200), signs(0.7, 0.7, 0.7), signs(4)]).toEqual([
      [0],
      [0],
      [0],
      [0],
    ]);
  });

  it("is right where cubes would overflow", () => {
    expect(signs(1e120, 2e120, 9e120)).toEqual([1]);
  });
});
