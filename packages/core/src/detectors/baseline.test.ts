import { describe, expect, it } from "vitest";
import { ModelFileError } from "../errors.js";
import { fromRows, matrix } from "../matrix.js";
import { fitBaseline, restoreBaseline, standardiseRow } from "./baseline.js";

describe("the baseline of training rows", () => {
  // Two batches of 20 rows around 1 and 3: the means of batches vary by 1 around 2, sample variance 2.
  const batches = fromRows(Array.from({ length: 40 }, (_, i) => [(i < 20 ? 1 : 3) + (i % 2 === 0 ? 1 : -1), 7]));

  it("is mean and standard deviation, or those of batches of 20 rows, or median and MAD", () => {
    expect([...fitBaseline(batches, undefined, "standard").spread]).toEqual([Math.sqrt(2), 1]);
    expect([...fitBaseline(batches, undefined, "long-run").spread]).toEqual([Math.sqrt(2 * 20), 1]);
    const robust = fitBaseline(fromRows([[0], [1], [2], [3], [1000]]), undefined, "robust");
    expect([robust.center[0], robust.spread[0]]).toEqual([2, 1.482602218505602]);
  });

  it("lets no batch span two series, and falls back where there are too few", () => {
    const starts = Int32Array.of(0, 10, 30);
    // One whole batch in the second series only.
    const fallback = fitBaseline(batches, starts, "long-run").spread;
    expect([...fallback]).toEqual([...fitBaseline(batches, undefined, "standard").spread]);
  });

  it("gives a column that never changes, or only by rounding, the spread 1", () => {
    for (const spread of ["standard", "long-run", "robust"] as const) {
      const rounding = matrix(
        Float64Array.from({ length: 60 }, () => 0.1 + 0.2),
        60,
        1,
      );
      expect([...fitBaseline(rounding, undefined, spread).spread]).toEqual([1]);
    }
  });

  it("keeps standardised values within bounds that sums cannot overflow", () => {
    const row = new Float64Array(1);
    standardiseRow({ center: Float64Array.of(-1e308), spread: Float64Array.of(1e-300) }, fromRows([[1e308]]), 0, row);
    expect(row[0]).toBe(1e150);
  });

  it("trusts nothing that was read", () => {
    const good = { center: Float64Array.of(1), spread: Float64Array.of(2) };
    expect(restoreBaseline(good, 1, "mean-z")).toEqual(good);
    const bad = [
      { ...good, spread: Float64Array.of(0) },
      { ...good, spread: Float64Array.of(Number.POSITIVE_INFINITY) },
      { ...good, center: Float64Array.of(Number.NaN) },
      { ...good, center: Float64Array.of(1, 2) },
      { center: good.center },
    ];
    for (const state of bad) expect(() => restoreBaseline(state as never, 1, "mean-z")).toThrow(ModelFileError);
  });
});
