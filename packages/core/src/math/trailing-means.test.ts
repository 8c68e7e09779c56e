import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrailingMeans } from "./trailing-means.js";

describe("trailing means", () => {
  it("are the means over the rows that a window covers, the first row repeated before it", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), (series, window) => {
        const means = new TrailingMeans(2, window);
        series.forEach((row, t) => {
          const values = Float64Array.from(row);
          means.push(values);
          for (const j of [0, 1] as const) {
            let sum = 0;
            for (let k = 0; k < window; k++) sum += (series[Math.max(0, t - k)] as [number, number])[j];
            expect(values[j]).toBeCloseTo(sum / window, 12);
          }
        });
      }),
    );
  });

  it("forget a huge value once it is out of the window", () => {
    const means = new TrailingMeans(1, 3);
    const found = [1, 1e300, 2, 3, 4].map((value) => {
      const row = Float64Array.of(value);
      means.push(row);
      return row[0];
    });
    expect(found[4]).toBe(3);
  });
});
