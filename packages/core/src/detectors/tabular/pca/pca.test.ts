import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DataError, ModelFileError, ParamError } from "../../../errors.js";
import { fromRows, type Matrix, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { expectClose, table } from "../../testing/golden.js";
import { controlLimits, type Limits } from "./control-limits.js";
import { pca } from "./pca.js";

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly components: number;
    readonly kept: number;
    readonly cols: number;
    readonly x: readonly number[];
    readonly probe: readonly number[];
    readonly t2: readonly number[];
    readonly q: readonly number[];
    readonly limits: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
  readonly pyod: readonly {
    readonly name: string;
    readonly cols: number;
    readonly x: readonly number[];
    readonly probe: readonly number[];
    readonly training: readonly number[];
    readonly scores: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;

/** Rows in a plane with some noise off it. */
function plane(rows: number, seed: number, noise = 0.1): Matrix {
  const random = new Random(seed);
  const x = new Float64Array(rows * 4);
  for (let i = 0; i < rows; i++) {
    const [a, b] = [3 * random.normal(), random.normal()];
    x.set(
      [a, a + b, b - a, 2 * b].map((v) => v + noise * random.normal()),
      4 * i,
    );
  }
  return matrix(x, rows, 4);
}

describe("pca and scikit-learn", () => {
  it.each(golden.cases)("$name: T², Q and their limits", ({ components, kept, cols, x, probe, t2, q, limits }) => {
    for (const [p, expected] of Object.entries(limits)) {
      const confidence = Number(p);
      const model = pca({ components, score: "t2", confidence }).fitSync(table(x, cols));
      expect(model.state.kept).toBe(kept);
      expectClose(model.scoreSync(table(probe, cols)), t2, 1e-9);
      expectClose(pca({ components, score: "q" }).fitSync(table(x, cols)).scoreSync(table(probe, cols)), q, 1e-9);
      expectClose(
        [model.state.t2Limit, model.state.qLimit],
        [expected.t2, expected["jackson-mudholkar"]] as number[],
        1e-9,
      );
      const box = pca({ components, confidence, limits: "box" }).fitSync(table(x, cols)).state.qLimit;
      expectClose([box], [expected.box as number], 1e-9);
    }
  });
});

describe("pca and PyOD", () => {
  it.each(golden.pyod)("$name: distances to the components, weighted", ({ cols, x, probe, training, scores }) => {
    const model = pca({ components: "all", score: "weighted" }).fitSync(table(x, cols));
    // A vector's sign is a convention, and PyOD's distances depend on it: both make the largest component positive.
    expectClose(model.scoreSync(table(x, cols)), training, 1e-9);
    expectClose(model.scoreSync(table(probe, cols)), scores, 1e-9);
  });
});

describe("pca", () => {
  it("has limits that let the given share of normal rows pass", () => {
    const train = plane(2000, 1);
    const test = plane(20_000, 2);
    for (const [score, limit] of [
      ["t2", "t2Limit"],
      ["q", "qLimit"],
    ] as const) {
      const model = pca({ components: 2, score, confidence: 0.95 }).fitSync(train);
      const passed = model.scoreSync(test).filter((s) => s <= model.state[limit]).length;
      expect(passed / 20_000, score).toBeCloseTo(0.95, 1.5);
    }
  });

  it("has scores above 1 for either statistic beyond its limit, and combined ones that add the ratios", () => {
    const train = plane(500, 3);
    const test = plane(300, 4, 0.2);
    const scores = (score: "t2" | "q" | "either" | "combined") => pca({ score }).fitSync(train).scoreSync(test);
    const { t2Limit, qLimit } = pca().fitSync(train).state;
    const [t2, q, either, combined] = [scores("t2"), scores("q"), scores("either"), scores("combined")];
    for (let i = 0; i < 300; i++) {
      const [a, b] = [(t2[i] as number) / t2Limit, (q[i] as number) / qLimit];
      expect(either[i]).toBeCloseTo(Math.max(a, b), 9);
      expect(combined[i]).toBeCloseTo(a + b, 9);
    }
    expect(either.some((v) => v > 1)).toBe(true);
  });

  it.each(["combined", "t2", "q", "either", "weighted"] as const)("has contributions that add up to %s", (score) => {
    const model = pca({ score, components: 2 }).fitSync(plane(200, 5));
    const test = plane(50, 6, 0.5);
    const { data } = model.contributionsSync(test);
    const sums = Float64Array.from({ length: 50 }, (_, i) => data.subarray(4 * i, 4 * i + 4).reduce((a, b) => a + b));
    expectClose(sums, model.scoreSync(test), 1e-10);
  });

  it("shows in Q that a constant column moves", () => {
    const x = plane(100, 7, 0);
    const model = pca({ components: "all" }).fitSync(x);
    expect(model.state.kept).toBe(2);
    expect(model.scoreSync(fromRows([[1, 1, 1, 1]]))[0]).toBeGreaterThan(1e6);
    expect(model.scoreSync(fromRows([[1, 2, 0, 2]]))[0]).toBeLessThan(2);
    const equal = pca().fitSync(matrix(new Float64Array(6).fill(2), 3, 2));
    expect([
      ...equal.scoreSync(
        fromRows([
          [2, 2],
          [2, 5],
        ]),
      ),
    ]).toEqual([0, 9]);
  });

  it.each(["t2", "q", "weighted"] as const)(
    "scores %s from as many rows as columns as it does from twice the rows, which vary in the same way",
    (score) => {
      const random = new Random(11);
      const [rows, cols] = [12, 20];
      const few = Float64Array.from({ length: rows * cols }, (_, i) => random.normal() * 0.7 ** (i % cols));
      const probe = matrix(
        Float64Array.from({ length: 30 * cols }, () => random.normal()),
        30,
        cols,
      );
      const twice = new Float64Array(2 * rows * cols);
      twice.set(few);
      twice.set(few, rows * cols);
      const detector = pca({ score, components: 5 });
      const small = detector.fitSync(matrix(few, rows, cols));
      const large = detector.fitSync(matrix(twice, 2 * rows, cols));
      expect([small.state.vectors.length, large.state.vectors.length]).toEqual([5 * cols, cols * cols]);
      // The variances are divided by rows − 1, and the limits know the rows: those of the same variation.
      const share = (2 * rows * (rows - 1)) / (rows * (2 * rows - 1));
      expectClose(
        small.state.variances.map((v) => v * share),
        large.state.variances,
        1e-12,
      );
      const factor = score === "t2" ? share : 1;
      expectClose(
        small.scoreSync(probe).map((v) => v / factor),
        large.scoreSync(probe),
        1e-9,
      );
      const contributions = small.contributionsSync(probe);
      const sums = Float64Array.from({ length: 30 }, (_, i) =>
        contributions.data.subarray(i * cols, (i + 1) * cols).reduce((a, b) => a + b),
      );
      expectClose(sums, small.scoreSync(probe), 1e-9);
    },
  );

  it("refuses few rows whose squares are beyond the range of doubles, and scores no infinite value", () => {
    const wide = (v: number) => matrix(Float64Array.of(1, v, 3, 2, 5, 1), 2, 3);
    expect(() => pca().fitSync(wide(1e300))).toThrow(/beyond the range of doubles/);
    expect(() => pca().fitSync(wide(Number.NaN))).toThrow(DataError);
    expect(() => pca().fitSync(wide(2)).scoreSync(wide(Number.POSITIVE_INFINITY))).toThrow(DataError);
  });

  it("trusts no model file with vectors of another number", () => {
    const { spec, state, params } = pca({ components: 1 }).fitSync(matrix(Float64Array.of(1, 2, 3, 2, 5, 1), 2, 3));
    expect(spec.restore(state, params, 3)).toEqual(state);
    const vectors = new Float64Array(6);
    expect(() => spec.restore({ ...state, vectors }, params, 3)).toThrow(ModelFileError);
  });

  it("says that nothing is left for Q", () => {
    const model = pca({ components: "all" }).fitSync(plane(60, 8));
    expect(pca.spec.remarks?.(model.state)).toEqual(["All 4 components are kept, so that no direction is left for Q"]);
    expect([...pca({ components: "all", score: "q" }).fitSync(plane(60, 8)).scoreSync(plane(3, 1))]).toEqual([0, 0, 0]);
  });

  it("refuses more components than columns, and parts of one", () => {
    for (const components of [5, 2.5]) {
      expect(() => pca({ components }).fitSync(plane(20, 9))).toThrow(ParamError);
    }
    expect(pca({ components: 4 }).fitSync(plane(20, 9)).state.kept).toBe(4);
  });

  it("has the limits of the SKAB benchmark's code by its formula", () => {
    const subspace = { variances: Float64Array.of(4, 2, 1, 0.5), kept: 2, rows: 400 };
    const { t2, q } = controlLimits(subspace, 0.999, "skab");
    // scipy: the last of linspace(0, 15, 10000) with f.cdf(…, 2, 398) < .999, and with norm.cdf(…) < .999.
    expect(t2).toBeCloseTo(((2 * 399 * 401) / (400 * 398)) * 7.0282028202820275, 6);
    expect(q).toBeCloseTo(1.5 * ((3.0888088808880885 * Math.SQRT2) / 3 + 1 - 2 / 9) ** 3, 9);
  });

  it("takes Box's limit where that of Jackson and Mudholkar has no meaning", () => {
    const subspace = { variances: Float64Array.of(9, 1, ...new Array(200).fill(0.001)), kept: 1, rows: 900 };
    const limit = (limits: Limits) => controlLimits(subspace, 0.99, limits).q;
    expect(limit("jackson-mudholkar")).toBeGreaterThan(0);
    const odd = { variances: Float64Array.of(9, 1, ...new Array(2000).fill(0.01)), kept: 1, rows: 900 };
    expect(controlLimits(odd, 0.99, "jackson-mudholkar").q).toBe(controlLimits(odd, 0.99, "box").q);
  });
});
