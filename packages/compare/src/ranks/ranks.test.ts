import { readFileSync } from "node:fs";
import { ParamError, ShapeError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import {
  criticalDifference,
  friedmanTest,
  holm,
  meanRanks,
  nemenyi,
  nemenyiPValues,
  pairedBootstrap,
  ranksOf,
  signedRankTest,
} from "./index.js";

interface Golden {
  readonly tables: readonly {
    readonly name: string;
    readonly values: number[][];
    readonly meanRanks: number[];
    readonly statistic: number;
    readonly pValue: number;
    readonly nemenyi: number[][];
  }[];
  readonly tests: readonly {
    readonly name: string;
    readonly a: number[];
    readonly b: number[];
    readonly statistic: number;
    readonly pValue: number;
  }[];
  readonly holm: { readonly p: number[]; readonly adjusted: number[] };
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;

describe("ranks", () => {
  it("share their mean where figures are equal, and put a failure last", () => {
    expect(ranksOf([[0.5, 0.9, 0.9, null, Number.NaN, 0.1]])).toEqual([[3, 1.5, 1.5, 5.5, 5.5, 4]]);
    expect(ranksOf([[3, 1, null]], { higherIsBetter: false })).toEqual([[2, 1, 3]]);
    expect(ranksOf([[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]])).toEqual([[1, 3, 2]]);
    expect(() => ranksOf([])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => ranksOf([[1, 2], [1]])).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
  });

  it.each(golden.tables.map((each) => [each.name, each] as const))("%s: as SciPy and scikit-posthocs", (_, each) => {
    meanRanks(each.values).forEach((rank, j) => {
      expect(rank).toBeCloseTo(each.meanRanks[j] as number, 12);
    });
    const { statistic, pValue } = friedmanTest(each.values);
    expect(statistic).toBeCloseTo(each.statistic, 10);
    expect(pValue / each.pValue).toBeCloseTo(1, 10);
    nemenyiPValues(each.values).forEach((row, i) => {
      row.forEach((p, j) => {
        if (i !== j) expect(p).toBeCloseTo(each.nemenyi[i]?.[j] as number, 8);
      });
    });
  });

  it("differ critically as in the table of Demšar (2006): q at .05 for 2, 4 and 10 detectors", () => {
    const q = (k: number) => criticalDifference(k, 1) / Math.sqrt((k * (k + 1)) / 6);
    expect([2, 4, 10].map((k) => q(k).toFixed(3))).toEqual(["1.960", "2.569", "3.164"]);
    expect(criticalDifference(4, 14, 0.1)).toBeCloseTo(2.291 * Math.sqrt(20 / 84), 3);
    expect(() => criticalDifference(4, 14, 1)).toThrow(ParamError);
    expect(() => criticalDifference(1, 14)).toThrow(ShapeError);
  });

  it("group detectors that cannot be told apart, without groups inside groups", () => {
    // Mean ranks 1, 2, 3, 4 over 20 rows; the critical difference of four is 1.049.
    const rows = Array.from({ length: 20 }, () => [4, 3, 2, 1]);
    expect(nemenyi(rows)).toMatchObject({
      meanRanks: [1, 2, 3, 4],
      groups: [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    });
    expect(nemenyi(rows.slice(0, 4)).groups).toEqual([
      [0, 1, 2],
      [1, 2, 3],
    ]);
    expect(nemenyi(rows.slice(0, 1)).groups).toEqual([[0, 1, 2, 3]]);
    const far = Array.from({ length: 200 }, () => [4, 3, 2, 1]);
    expect(nemenyi(far).groups).toEqual([]);
  });

  it("tell by Friedman's test of ranks that are always or never the same", () => {
    const same = friedmanTest(Array.from({ length: 6 }, () => [3, 2, 1]));
    expect([same.imanDavenport, same.imanDavenportPValue]).toEqual([Number.POSITIVE_INFINITY, 0]);
    expect(
      friedmanTest([
        [1, 1, 1],
        [2, 2, 2],
      ]),
    ).toMatchObject({ statistic: 0, pValue: 1, imanDavenportPValue: 1 });
    expect(() => friedmanTest([[1, 2, 3]])).toThrow(expect.objectContaining({ code: "SHAPE_TOO_FEW_ROWS" }));
  });
});

describe("paired tests", () => {
  it.each(golden.tests.map((each) => [each.name, each] as const))("%s: as SciPy", (_, { a, b, statistic, pValue }) => {
    const found = signedRankTest(a, b);
    expect(found.statistic).toBe(statistic);
    expect(found.pValue / pValue).toBeCloseTo(1, 10);
    expect(signedRankTest(b, a)).toEqual(found);
  });

  it("find nothing between equals", () => {
    expect(signedRankTest([1, 2], [1, 2])).toMatchObject({ pValue: 1, pairs: 0 });
    expect(() => signedRankTest([1], [1, 2])).toThrow(ShapeError);
    expect(() => signedRankTest([], [])).toThrow(ShapeError);
  });

  it("are corrected as statsmodels does", () => {
    holm(golden.holm.p).forEach((p, i) => {
      expect(p).toBeCloseTo(golden.holm.adjusted[i] as number, 14);
    });
  });
});

describe("paired bootstrap", () => {
  it("has the interval of all 27 resamples of three differences", () => {
    const differences = [0.1, -0.05, 0.3];
    const all = differences.flatMap((a) => differences.flatMap((b) => differences.map((c) => (a + b + c) / 3)));
    const sorted = Float64Array.from(all).sort();
    const { lower, upper, ...rest } = pairedBootstrap(differences, [0, 0, 0], { level: 0.6, resamples: 20_000 });
    // At 20 % and 80 % of 27 equally likely means.
    expect(lower).toBeCloseTo(sorted[5] as number, 10);
    expect(upper).toBeCloseTo(sorted[21] as number, 10);
    expect(rest).toMatchObject({ wins: 2, losses: 1, ties: 0, pairs: 3 });
    expect(rest.meanDifference).toBeCloseTo(0.35 / 3, 14);
  });

  it("is the same for the same seed", () => {
    const [a, b] = [
      [0.9, 0.7, 0.8, 0.85],
      [0.6, 0.75, 0.7, 0.9],
    ];
    expect(pairedBootstrap(a, b, { seed: 4 })).toEqual(pairedBootstrap(a, b, { seed: 4 }));
    expect(pairedBootstrap(a, b, { seed: 4 }).lower).not.toBe(pairedBootstrap(a, b, { seed: 5, level: 0.5 }).lower);
    expect(pairedBootstrap([1, 1], [1, 1])).toMatchObject({ meanDifference: 0, lower: 0, upper: 0, ties: 2 });
  });

  it("refuses what cannot be", () => {
    expect(() => pairedBootstrap([1], [])).toThrow(ShapeError);
    expect(() => pairedBootstrap([], [])).toThrow(ShapeError);
    expect(() => pairedBootstrap([1], [2], { level: 1 })).toThrow(ParamError);
    expect(() => pairedBootstrap([1], [2], { resamples: 10 })).toThrow(ParamError);
  });
});
