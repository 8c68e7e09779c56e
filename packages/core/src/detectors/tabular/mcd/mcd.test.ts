import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ParamError } from "../../../errors.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { determinant } from "../../../math/linear-algebra/lu.js";
import { fromRows, type Matrix, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { expectClose } from "../../testing/golden.js";
import { mcd } from "./mcd.js";
import { leastVariance } from "./univariate.js";

interface Golden {
  readonly subsets: { readonly cols: number; readonly x: readonly number[]; readonly determinants: readonly number[] };
  readonly cases: readonly {
    readonly name: string;
    readonly support: number | "auto";
    readonly cols: number;
    readonly x: readonly number[];
    readonly rawCenter: readonly number[];
    readonly rawCovariance: readonly number[];
    readonly center: readonly number[];
    readonly covariance: readonly number[];
    readonly weighted: number;
    readonly scores: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;

/** Normal rows with a share of others far away. */
function contaminated(rows: number, cols: number, share: number, seed: number): Matrix {
  const random = new Random(seed);
  const x = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) x[i * cols + j] = random.normal() + (i % 100 < 100 * share ? 20 : 0);
  }
  return matrix(x, rows, cols);
}

describe("mcd and scikit-learn", () => {
  it.each(golden.cases)("$name: raw and weighted estimates", (given) => {
    const { cols } = given;
    const x = matrix(Float64Array.from(given.x), given.x.length / cols, cols);
    const model = mcd({ support: given.support }).fitSync(x);
    const { state } = model;
    expectClose(state.rawCenter, given.rawCenter, 1e-9);
    expectClose(state.rawCovariance, given.rawCovariance, 1e-9);
    expect(state.weighted).toBe(given.weighted);
    expectClose(state.center, given.center, 1e-9);
    expectClose(state.covariance, given.covariance, 1e-9);
    expectClose(model.scoreSync(x).subarray(0, given.scores.length), given.scores, 1e-8);
  });
});

describe("mcd on subsets", () => {
  it("finds determinants as low as scikit-learn does", () => {
    const { cols, determinants } = golden.subsets;
    const x = matrix(Float64Array.from(golden.subsets.x), golden.subsets.x.length / cols, cols);
    const own = Array.from({ length: 10 }, (_, seed) =>
      determinant(mcd({ seed }).fitSync(x).state.rawCovariance, cols),
    ).sort((a, b) => a - b);
    expect(own[0]).toBeLessThanOrEqual((determinants[0] as number) * 1.001);
    expect(own[5]).toBeLessThanOrEqual((determinants[10] as number) * 1.001);
  });
});

describe("mcd", () => {
  it("withstands nearly half of the rows being elsewhere", () => {
    for (const [rows, cols] of [
      [300, 3],
      [2000, 6],
      [8000, 4],
    ] as const) {
      const x = contaminated(rows, cols, 0.4, rows);
      const model = mcd().fitSync(x);
      for (const v of model.state.center) expect(Math.abs(v)).toBeLessThan(0.4);
      const scores = model.scoreSync(x);
      const flagged = scores.filter((s) => s > model.state.limit).length / rows;
      expect(flagged).toBeGreaterThan(0.4);
      expect(flagged).toBeLessThan(0.46);
    }
  });

  it("is consistent for normal rows", () => {
    const { covariance } = mcd().fitSync(contaminated(20_000, 2, 0, 5)).state;
    expectClose(covariance, [1, 0, 0, 1], 0.05);
  });

  it("finds the least variance of one column exactly", () => {
    const random = new Random(8);
    for (let trial = 0; trial < 50; trial++) {
      const n = 5 + random.below(9);
      const values = Float64Array.from({ length: n }, () => Math.round(random.normal() * 20) + 1e6);
      const support = Math.ceil((n + 2) / 2);
      let least = Number.POSITIVE_INFINITY;
      for (let mask = 0; mask < 2 ** n; mask++) {
        const taken = values.filter((_, i) => ((mask >> i) & 1) === 1);
        if (taken.length !== support) continue;
        const mean = taken.reduce((a, b) => a + b) / support;
        least = Math.min(
          least,
          taken.reduce((sum, v) => sum + (v - mean) ** 2, 0),
        );
      }
      expect(leastVariance(values, support).scatter).toBeCloseTo(least, 6);
    }
  });

  it("takes columns that do not vary, that others explain, and that mostly stand still", () => {
    const random = new Random(9);
    const x = matrix(
      Float64Array.from({ length: 400 * 4 }, (_, at) => {
        const j = at % 4;
        return j === 0 ? 5 : j === 3 ? (at % 40 === 3 ? 1 : 0) : random.normal();
      }),
      400,
      4,
    );
    const model = mcd().fitSync(x);
    const scores = model.scoreSync(x);
    expect(scores.every((s) => Number.isFinite(s) && s >= 0)).toBe(true);
    expect(mcd.spec.remarks?.(model.state)[0]).toMatch(/4 columns vary in 2 directions|4 columns vary in 3 directions/);
    const doubled = matrix(
      x.data.map((v, at) => (at % 4 === 0 ? 3 * (x.data[at + 1] as number) : v)),
      400,
      4,
    );
    const twice = mcd().fitSync(doubled);
    expect(twice.scoreSync(doubled).every(Number.isFinite)).toBe(true);
  });

  it("takes as many rows as columns, and two", () => {
    for (const rows of [2, 3, 4, 5, 8]) {
      const x = contaminated(rows, 4, 0, rows);
      expect(mcd().fitSync(x).scoreSync(x).every(Number.isFinite), `${rows} rows`).toBe(true);
    }
  });

  it("refuses a support that is not more than the columns", () => {
    expect(() => mcd({ support: 0.5 }).fitSync(contaminated(10, 6, 0, 1))).toThrow(ParamError);
    expect(() => mcd({ support: 0.4 })).toThrow(ParamError);
  });

  it("is the same in promises, and another for another seed only where starts differ", async () => {
    const x = contaminated(900, 3, 0.2, 3);
    const options = { kernels: referenceKernels };
    const promised = await mcd({ starts: 50 }).fit(x, options);
    expect(promised.save()).toEqual(mcd({ starts: 50 }).fitSync(x, options).save());
    expectClose(mcd({ seed: 4 }).fitSync(x).state.center, mcd().fitSync(x).state.center, 0.02);
  });

  it("has contributions that add up to the score", () => {
    const x = contaminated(100, 3, 0.1, 4);
    const model = mcd().fitSync(x);
    const probe = fromRows([[3, 1, -2]]);
    const sum = model.contributionsSync(probe).data.reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(model.scoreSync(probe)[0] as number, 9);
  });
});
