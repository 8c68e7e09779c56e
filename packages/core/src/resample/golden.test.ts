import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Matrix, matrix } from "../matrix.js";
import { adasyn } from "./adasyn.js";
import { borderlineSmote } from "./borderline-smote.js";
import { resampleSync } from "./resample.js";
import type { Resampled, Resampler } from "./resampler.js";
import { smote } from "./smote.js";
import { smoteNc } from "./smote-nc.js";

type Neighbours = Record<string, number[]>;
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "golden.json"), "utf8")) as {
  cols: number;
  x: number[];
  mixed: number[];
  y: number[];
  rowsMade: [few: number, many: number, ratio: number, made: number][];
  smote: { k: number; neighbours: Neighbours }[];
  borderline: { variant: number; k: number; m: number; neighbours: Neighbours }[];
  adasyn: { k: number; ratio: number; wanted: number; counts: Record<string, number> }[];
  smoteNc: { k: number; neighbours: Neighbours; categories: Record<string, [number[], number[]]> }[];
};
const rows = golden.y.length;
const x = matrix(Float64Array.from(golden.x), rows, golden.cols);
const mixed = matrix(Float64Array.from(golden.mixed), rows, 5);

/** So many rows that every base goes towards every one of its neighbours. */
const MANY = 200;

function pairsOf({ parents }: Resampled): Neighbours {
  const pairs: Record<string, Set<number>> = {};
  for (let i = 0; i < parents.length; i += 2) {
    const base = String(parents[i]);
    pairs[base] ??= new Set();
    pairs[base].add(parents[i + 1] as number);
  }
  return Object.fromEntries(Object.entries(pairs).map(([base, set]) => [base, [...set].sort((a, b) => a - b)]));
}

function made(resampler: Resampler, of: Matrix = x): Resampled {
  return resampler.resampleSync(of, golden.y);
}

describe("imbalanced-learn makes as many rows, and from the same neighbours", () => {
  it.each(golden.rowsMade)("%d rows beside %d, ratio %d", (few, many, ratio, expected) => {
    const labels = Uint8Array.from({ length: few + many }, (_, i) => (i < few ? 1 : 0));
    const line = matrix(Float64Array.from(labels.keys()), few + many, 1);
    expect(resampleSync(line, labels, { ratio, k: 2 }).x.rows).toBe(few + many + expected);
  });

  it.each(golden.smote)("smote, k $k", ({ k, neighbours }) => {
    expect(pairsOf(made(smote({ k, ratio: MANY })))).toEqual(neighbours);
  });

  it.each(golden.borderline)("borderline-smote $variant, k $k, m $m", ({ variant, k, m, neighbours }) => {
    expect(pairsOf(made(borderlineSmote({ k, m, variant, ratio: MANY })))).toEqual(neighbours);
  });

  it.each(golden.smoteNc)("smote-nc, k $k, with a category that it could draw", ({ k, neighbours, categories }) => {
    const found = made(smoteNc({ k, ratio: MANY, categorical: [1, 4] }), mixed);
    expect(pairsOf(found)).toEqual(neighbours);
    const strange = found.parents.filter((base, i) => {
      const at = (rows + i / 2) * 5;
      const made = [1, 4].map((column) => found.x.data[at + column] as number);
      return i % 2 === 0 && made.some((category, c) => categories[String(base)]?.[c]?.includes(category) !== true);
    });
    expect([...strange]).toEqual([]);
  });

  it.each(golden.adasyn)("adasyn, k $k, ratio $ratio: counts within one, and their sum exact", (each) => {
    const { parents, x: all } = made(adasyn({ k: each.k, ratio: each.ratio }));
    expect(all.rows).toBe(rows + each.wanted);
    const counts = new Map<number, number>();
    for (let i = 0; i < parents.length; i += 2) {
      const base = parents[i] as number;
      counts.set(base, (counts.get(base) ?? 0) + 1);
    }
    let differing = 0;
    for (const [base, expected] of Object.entries(each.counts)) {
      const difference = Math.abs((counts.get(Number(base)) ?? 0) - expected);
      expect(difference).toBeLessThanOrEqual(1);
      differing += difference;
    }
    const total = Object.values(each.counts).reduce((sum, count) => sum + count, 0);
    expect(differing).toBe(Math.abs(total - each.wanted));
  });
});
