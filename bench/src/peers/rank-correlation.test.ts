import { expect, test } from "vitest";
import { rankCorrelation } from "./rank-correlation.js";

test("the order alone counts", () => {
  expect(rankCorrelation(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 10, 100, 1000))).toBeCloseTo(1, 12);
  expect(rankCorrelation(Float64Array.of(1, 2, 3), Float64Array.of(3, 2, 1))).toBeCloseTo(-1, 12);
});

test("ties share the mean of their ranks, as in SciPy", () => {
  // scipy.stats.spearmanr([1, 2, 2, 3, 5], [5, 6, 7, 8, 7]) = 0.7631578947368421
  expect(rankCorrelation(Float64Array.of(1, 2, 2, 3, 5), Float64Array.of(5, 6, 7, 8, 7))).toBeCloseTo(
    0.7631578947368421,
    12,
  );
});
