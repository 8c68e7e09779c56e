import { describe, expect, it } from "vitest";
import { DataError, ParamError } from "../errors.js";
import { fromRows, matrix } from "../matrix.js";
import { Random } from "../random.js";
import { changePointsFromFlags } from "./from-flags.js";
import golden from "./golden.json" with { type: "json" };
import { pelt, type SegmentCost } from "./pelt.js";

describe("PELT and ruptures", () => {
  it.each(golden.cases)("$name", ({ values, cols, cost, penalty, minSize, points }) => {
    const x = matrix(Float64Array.from(values), values.length / cols, cols);
    expect([...pelt(x, { cost: cost as SegmentCost, penalty, minSize })]).toEqual(points);
  });
});

describe("PELT", () => {
  const random = new Random(6);
  const level = Float64Array.from({ length: 300 }, (_, t) => (t < 100 ? 0 : t < 220 ? 3 : -1) + random.normal());

  it("finds changes of level at the weight of their parameters", () => {
    const found = [...pelt(level)];
    expect(found.length).toBe(2);
    expect(Math.abs((found[0] as number) - 100)).toBeLessThan(4);
    expect(Math.abs((found[1] as number) - 220)).toBeLessThan(4);
    // Whatever the unit.
    expect([...pelt(level.map((v) => 1000 * v + 5))]).toEqual(found);
    expect(pelt(level, { penalty: "aic" }).length).toBeGreaterThanOrEqual(2);
  });

  it("is the optimum of all ways to cut, by trying them", () => {
    const values = Float64Array.from({ length: 11 }, () => Math.round(4 * random.normal()));
    const cost = (from: number, to: number) => {
      const part = values.subarray(from, to);
      const mean = part.reduce((a, b) => a + b) / part.length;
      return part.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    };
    for (const penalty of [0.5, 3, 12]) {
      let least = Number.POSITIVE_INFINITY;
      for (let cuts = 0; cuts < 2 ** 10; cuts++) {
        const ends = [0, ...Array.from({ length: 10 }, (_, i) => i + 1).filter((i) => (cuts >> (i - 1)) & 1), 11];
        if (ends.some((end, i) => i > 0 && end - (ends[i - 1] as number) < 2)) continue;
        let total = penalty * (ends.length - 2);
        for (let i = 1; i < ends.length; i++) total += cost(ends[i - 1] as number, ends[i] as number);
        least = Math.min(least, total);
      }
      const found = [0, ...pelt(values, { penalty }), 11];
      let total = penalty * (found.length - 2);
      for (let i = 1; i < found.length; i++) total += cost(found[i - 1] as number, found[i] as number);
      expect(total).toBeCloseTo(least, 9);
    }
  });

  it("finds nothing in what does not change, and takes series of any length", () => {
    expect(pelt(new Float64Array(50).fill(3)).length).toBe(0);
    expect(pelt(new Float64Array(50).fill(3), { cost: "normal" }).length).toBe(0);
    for (const rows of [0, 1, 2, 3]) expect(pelt(new Float64Array(rows)).length).toBe(0);
  });

  it("finds changes of variance with the normal cost, in several sensors together", () => {
    const rows = Array.from({ length: 200 }, (_, t) => [random.normal(), (t < 120 ? 1 : 6) * random.normal()]);
    const [first = 0, ...more] = pelt(fromRows(rows), { cost: "normal" });
    expect(Math.abs(first - 120)).toBeLessThan(6);
    expect(more).toEqual([]);
  });

  it("refuses what it cannot weigh", () => {
    expect(() => pelt(Float64Array.of(1, Number.NaN))).toThrow(DataError);
    expect(() => pelt(level, { penalty: -1 })).toThrow(ParamError);
    expect(() => pelt(level, { penalty: "mdl" as never })).toThrow(ParamError);
    expect(() => pelt(level, { minSize: 0 })).toThrow(ParamError);
  });
});

describe("change points from flags", () => {
  it("are where a flag differs from the one before, over chunks too", () => {
    const flags = Uint8Array.of(1, 1, 0, 0, 1);
    expect([...changePointsFromFlags(flags)]).toEqual([1, 0, 1, 0, 1]);
    expect([...changePointsFromFlags(flags.subarray(1), 1)]).toEqual([0, 1, 0, 1]);
    expect(changePointsFromFlags(new Uint8Array(0)).length).toBe(0);
  });
});
