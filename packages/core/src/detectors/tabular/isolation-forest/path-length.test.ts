import { describe, expect, it } from "vitest";
import golden from "./golden.json" with { type: "json" };
import { averagePathLength, averagePathTable } from "./path-length.js";

describe("averagePathLength", () => {
  it.each(golden.averagePathLength as [number, number][])("of %d rows is scikit-learn's", (n, expected) => {
    expect(Math.abs(averagePathLength(n) - expected)).toBeLessThanOrEqual(1e-15 * Math.max(1, expected));
  });

  it("grows with the number of rows, near the exact sum of harmonic numbers", () => {
    let harmonic = 1;
    for (let n = 3; n < 2000; n++) {
      harmonic += 1 / (n - 1); // H(n − 1)
      expect(averagePathLength(n)).toBeGreaterThan(averagePathLength(n - 1));
      expect(Math.abs(averagePathLength(n) - (2 * harmonic - (2 * (n - 1)) / n))).toBeLessThan(1 / (n - 1));
    }
  });

  it("makes a table", () => {
    expect([...averagePathTable(5)]).toEqual([0, 1, 2, 3, 4, 5].map(averagePathLength));
  });
});
