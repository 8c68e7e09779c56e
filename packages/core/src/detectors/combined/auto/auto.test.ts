import { describe, expect, it } from "vitest";
import { matrix } from "../../../matrix.js";
import { rocAuc } from "../../../metrics/index.js";
import { load } from "../../../model-file/load.js";
import { Random } from "../../../random.js";
import "../../../registry.js";
import { autoSeries } from "../auto-series/auto-series.js";
import { auto } from "./auto.js";
import { membersFor } from "./members-of.js";

const random = new Random(5);
/** Two columns that go together, in units far apart, and some rows where they do not. */
const table = (rows: number, odd: (i: number) => boolean) => {
  const values = Array.from({ length: rows }, (_, i) => {
    const t = random.normal();
    const off = odd(i) ? 3 * (random.uniform() < 0.5 ? -1 : 1) : 0.2 * random.normal();
    return [1e6 * t, 1e-6 * (t + off)];
  });
  return matrix(Float64Array.from(values.flat()), rows, 2);
};

describe("auto", () => {
  it("needs neither labels nor scaling, in both modes", () => {
    const isOdd = (i: number) => i % 25 === 3;
    const train = table(300, isOdd);
    const labels = Uint8Array.from({ length: 300 }, (_, i) => (isOdd(i) ? 1 : 0));
    for (const mode of ["full", "fast"] as const) {
      const model = auto({ mode }).fitSync(train);
      expect(rocAuc(labels, model.trainingScoresSync(train)), mode).toBeGreaterThan(mode === "full" ? 0.97 : 0.75);
      const bytes = model.save();
      expect(load(bytes).scoreSync(train)).toEqual(model.scoreSync(train));
      // Other units change nothing but the last bits.
      const other = { ...train, data: train.data.map((v, i) => (i % 2 === 0 ? v * 4 : v / 8)) };
      expect(auto({ mode }).fitSync(other).scoreSync(other)).toEqual(model.scoreSync(train));
    }
  });

  it("takes values of any size, one column, and few rows", () => {
    const huge = matrix(Float64Array.of(1e308, -1e308, 0, 1, 2, 3e307), 6, 1);
    expect(auto().fitSync(huge).scoreSync(huge).every(Number.isFinite)).toBe(true);
    expect(auto({ mode: "fast" }).fitSync(huge).scoreSync(huge).every(Number.isFinite)).toBe(true);
    expect(membersFor(6, 1, "full")).toMatch(
      /^knn:k=5,aggregate=mean,metric=manhattan isolation-forest:trees=200,ndim=1,/,
    );
    expect(membersFor(1000, 9, "full")).toMatch(/^knn:k=100,.*ndim=2,.* sci-forest:trees=100$/);
    expect(membersFor(10_000, 9, "full")).toMatch(/^knn:k=200,.*samples=2000 /);
    expect(membersFor(80, 9, "fast")).toMatch(/^knn:k=10,.* sci-forest:trees=8$/);
    expect(membersFor(80_000, 9, "fast")).toMatch(/^knn:k=26,.*samples=256 /);
  });

  it("learns from a random part of very many rows", () => {
    const train = table(21_000, (i) => i % 50 === 7);
    const labels = Uint8Array.from({ length: 21_000 }, (_, i) => (i % 50 === 7 ? 1 : 0));
    const model = auto({ mode: "fast" }).fitSync(train);
    expect(model.state["member0.rows"]).toBe(20_000);
    const scores = model.trainingScoresSync(train);
    expect(scores).toEqual(model.scoreSync(train));
    expect(rocAuc(labels, scores)).toBeGreaterThan(0.95);
  });

  it("takes columns of few distinct values, constant and many ones", () => {
    const wide = matrix(
      Float64Array.from({ length: 90 * 120 }, (_, i) => {
        const column = i % 120;
        if (column < 40) return 7;
        return column < 80 ? random.below(2) : random.below(3) * 1e5;
      }),
      90,
      120,
    );
    const odd = wide.data.slice(0, 120).map((v, j) => (j < 40 ? 8 : v));
    for (const mode of ["full", "fast"] as const) {
      const model = auto({ mode }).fitSync(wide);
      expect(model.scoreSync(wide).every(Number.isFinite)).toBe(true);
      const [usual, strange] = [...model.scoreSync(wide)].slice(0, 1).concat([...model.scoreSync(matrix(odd, 1, 120))]);
      expect(strange).toBeGreaterThan(usual as number);
    }
  });

  it("says which column made a score", () => {
    const train = table(400, () => false);
    const model = auto().fitSync(train);
    const { data } = model.contributionsSync(matrix(Float64Array.of(9e6, 0, 0, 9e-6), 2, 2));
    expect(data[0]).toBeGreaterThan(data[1] as number);
    expect(data[3]).toBeGreaterThan(data[2] as number);
  });
});

describe("auto-series", () => {
  const rows = (n: number, level: number) =>
    Array.from({ length: n }, () => [level + random.normal(), 100 * random.normal()]).flat();
  const train = matrix(Float64Array.from(rows(600, 0)), 600, 2);
  const test = matrix(Float64Array.from([...rows(200, 0), ...rows(100, 3)]), 300, 2);
  const labels = Uint8Array.from({ length: 300 }, (_, i) => (i < 200 ? 0 : 1));

  it("finds a sensor that has left its level, in both modes, in chunks and after loading", () => {
    for (const mode of ["full", "fast"] as const) {
      const model = autoSeries({ mode }).fitSync(train);
      const scores = model.scoreSync(test);
      expect(rocAuc(labels, scores)).toBeGreaterThan(0.9);
      const stream = load(model.save()).stream();
      const cut = [0, 1, 50, 217, 300];
      const parts = cut.slice(1).flatMap((to, i) => [
        ...stream.pushSync({
          ...test,
          data: test.data.subarray(2 * (cut[i] as number), 2 * to),
          rows: to - (cut[i] as number),
        }),
      ]);
      expect(parts).toEqual([...scores]);
      const why = model.contributionsSync(test).data;
      expect(why[2 * 290]).toBeGreaterThan(why[2 * 290 + 1] as number);
    }
  });

  it("learns from several series, none of which runs into the next", () => {
    const starts = Int32Array.of(0, 300);
    const model = autoSeries().fitSync(train, { starts });
    const own = model.trainingScoresSync(train, { starts });
    const parts = [0, 300].flatMap((from) => [
      ...model.scoreSync({ ...train, data: train.data.subarray(2 * from, 2 * (from + 300)), rows: 300 }),
    ]);
    expect([...own].slice(60, 300)).toEqual(parts.slice(60, 300));
    expect(own).toHaveLength(600);
  });
});
