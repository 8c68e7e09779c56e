import { describe, expect, it } from "vitest";
import { DataError, KernelError, ParamError } from "../../../errors.js";
import type { SvmKernelName } from "../../../kernels/one-class-svm/one-class-svm.js";
import { fromRows, type Matrix, matrix, rowRange } from "../../../matrix.js";
import { load } from "../../../model-file/load.js";
import { pipeline } from "../../../pipeline/pipeline.js";
import { Random } from "../../../random.js";
import golden from "./golden.json" with { type: "json" };
import { oneClassSvm } from "./one-class-svm.js";
import type { FeatureMachine, VectorMachine } from "./state.js";

function cloud(rows: number, cols: number, seed = 1): Matrix {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, (_, i) => random.normal() * (1 + (i % cols)) + 3),
    rows,
    cols,
  );
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>, factor = 1): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - factor * (b[i] as number))), 0);
}

describe("one-class SVM against LIBSVM", () => {
  const train = fromRows(golden.train);
  const test = fromRows(golden.test);
  for (const each of golden.cases) {
    it(`${each.kernel}, nu ${each.nu}, gamma ${each.gamma}`, () => {
      const { nu, degree = 3, coef0 = 0 } = each as typeof each & { degree?: number; coef0?: number };
      const model = oneClassSvm({
        kernel: each.kernel as SvmKernelName,
        gamma: each.gamma as number | "scale",
        ...{ nu, degree, coef0, solver: "exact", tolerance: 1e-10 },
      }).fitSync(train);
      const state = model.state as VectorMachine;
      expect(state.converged).toBe(true);
      expect(largestDifference(model.scoreSync(train), each.trainDecision, -1)).toBeLessThan(1e-6);
      expect(largestDifference(model.scoreSync(test), each.testDecision, -1)).toBeLessThan(1e-6 * scaleOf(each));
      expect(state.offset).toBeCloseTo(each.offset, 6);
      expect(state.coefficients.reduce((a, b) => a + b)).toBeCloseTo(nu * train.rows, 9);
      // Equal rows may share their weight in any way: weights are compared over the rows that are equal.
      expect(largestDifference(weights(each), weights({ ...state, support: supportOf(state) }))).toBeLessThan(1e-4);
    });
  }

  function scaleOf(each: (typeof golden.cases)[number]): number {
    return Math.max(1, ...each.testDecision.map(Math.abs)) ** (each.kernel === "polynomial" ? 1 : 0);
  }

  function supportOf({ vectors, coefficients }: VectorMachine): number[] {
    const taken = new Set<number>();
    return Array.from(coefficients, (_, k) => {
      const row = golden.train.findIndex((r, i) => !taken.has(i) && r.every((v, j) => v === vectors[k * 3 + j]));
      taken.add(row);
      return row;
    });
  }

  /** Weight by row, that of equal rows added up. */
  function weights({ support, coefficients }: { support: number[]; coefficients: ArrayLike<number> }): number[] {
    const sums = new Array<number>(100).fill(0);
    support.forEach((row, k) => {
      sums[row % 100] = (sums[row % 100] as number) + (coefficients[k] as number);
    });
    return sums;
  }
});

describe("one-class SVM by hand", () => {
  it("gives one row, and equal rows, the score 0", () => {
    for (const rows of [1, 7]) {
      const x = matrix(new Float64Array(rows * 2).fill(4), rows, 2);
      const model = oneClassSvm({ nu: 0.3 }).fitSync(x);
      expect(model.scoreSync(x)[0]).toBeCloseTo(0, 12);
      // K = exp(−γ d²), γ = 1 where nothing varies; Σα = ν · rows.
      expect(model.scoreSync(fromRows([[4, 5]]))[0]).toBeCloseTo(0.3 * rows * (1 - Math.exp(-1)), 12);
    }
  });

  it("solves two rows: both weigh the same", () => {
    const model = oneClassSvm({ nu: 0.5, gamma: 1, tolerance: 1e-9 }).fitSync(fromRows([[0], [1]]));
    expect([...(model.state as VectorMachine).coefficients]).toEqual([0.5, 0.5]);
    expect(model.scoreSync(fromRows([[0.5]]))[0]).toBeCloseTo(0.5 + 0.5 * Math.exp(-1) - Math.exp(-0.25), 12);
  });

  it("leaves at most nu of the rows outside, and has at least nu support vectors", () => {
    const x = cloud(500, 4);
    for (const nu of [0.02, 0.2, 0.6]) {
      const model = oneClassSvm({ nu, tolerance: 1e-6 }).fitSync(x);
      expect(model.scoreSync(x).filter((s) => s > 1e-4).length).toBeLessThanOrEqual(nu * 500);
      expect((model.state as VectorMachine).coefficients.length).toBeGreaterThanOrEqual(nu * 500);
    }
  });

  it("ends alike with the smallest cache, and after shrinking", () => {
    const x = cloud(1500, 3);
    const large = oneClassSvm({ nu: 0.3, tolerance: 1e-7 }).fitSync(x);
    const small = oneClassSvm({ nu: 0.3, tolerance: 1e-7, cacheMb: (2 * 8 * 1500) / 2 ** 20 }).fitSync(x);
    expect((large.state as VectorMachine).iterations).toBeGreaterThan(300); // so that rows were shrunk away
    expect(largestDifference(small.scoreSync(x), large.scoreSync(x))).toBe(0);
  });
});

describe("one-class SVM with the sgd solver", () => {
  it.each(["rbf", "linear"] as const)("is close to the exact solution of the %s kernel", (kernel) => {
    const x = cloud(2000, 3);
    const probe = cloud(500, 3, 2);
    const exact = oneClassSvm({ kernel, solver: "exact", nu: 0.2 }).fitSync(x).scoreSync(probe);
    const near = oneClassSvm({ kernel, solver: "sgd", features: 1024, nu: 0.2 }).fitSync(x).scoreSync(probe);
    const spread = Math.max(...exact) - Math.min(...exact);
    expect(largestDifference(near, exact) / spread).toBeLessThan(0.15);
    expect(correlation(near, exact)).toBeGreaterThan(0.98);
  });

  it("leaves nu of the rows outside, and follows its seed", () => {
    const x = cloud(4000, 5);
    const fit = (seed: number) => oneClassSvm({ solver: "sgd", nu: 0.05, seed, features: 32 }).fitSync(x);
    const scores = fit(1).scoreSync(x);
    expect(scores.filter((s) => s > 0).length).toBe(200);
    expect([...fit(1).save()]).toEqual([...fit(1).save()]);
    expect((fit(2).state as FeatureMachine).weights).not.toEqual((fit(1).state as FeatureMachine).weights);
  });

  it("is what auto takes for many rows", () => {
    expect(oneClassSvm().fitSync(cloud(20_001, 1)).state.solver).toBe("sgd");
    expect(oneClassSvm().fitSync(cloud(200, 1)).state.solver).toBe("exact");
  });

  it("survives saving, scores in any company", () => {
    const x = cloud(700, 4);
    for (const kernel of ["rbf", "linear"] as const) {
      const model = oneClassSvm({ solver: "sgd", kernel }).fitSync(x);
      const scores = load(model.save()).scoreSync(x);
      expect(scores).toEqual(model.scoreSync(x));
      expect(model.scoreSync(rowRange(x, 13, 14))[0]).toBe(scores[13]);
    }
  });
});

describe("one-class SVM, what is refused", () => {
  const x = cloud(100, 2);
  it.each([0, -0.1, 1.01, Number.NaN])("nu %d", (nu) => {
    expect(() => oneClassSvm({ nu })).toThrow(ParamError);
  });

  it("a cache that cannot hold two rows", () => {
    const fit = () => oneClassSvm({ cacheMb: 0.001 }).fitSync(x);
    expect(fit).toThrow(KernelError);
    expect(fit).toThrow(/two kernel rows over 100 training rows take 0\.00153 MiB; found 0\.001/);
  });

  it("random features of a kernel that has none", () => {
    expect(() => oneClassSvm({ kernel: "sigmoid", solver: "sgd" }).fitSync(x)).toThrow(
      /sgd needs the rbf or the linear/,
    );
  });

  it("a variance beyond doubles", () => {
    const wide = matrix(Float64Array.of(1e200, -1e200, 1e200, -1e200), 2, 2);
    expect(() => oneClassSvm().fitSync(wide)).toThrow(DataError);
    expect(() => oneClassSvm({ kernel: "linear", gamma: 1 }).fitSync(wide)).toThrow(/overflow the range of doubles/);
  });

  it("nothing, when the iterations run out: the model says so", () => {
    const model = oneClassSvm({ maxIterations: 3, tolerance: 1e-9 }).fitSync(x);
    expect(model.state).toMatchObject({ converged: false, iterations: 3 });
    const fitted = pipeline({ detector: oneClassSvm({ maxIterations: 3, tolerance: 1e-9 }) }).fitSync(x);
    expect(fitted.describe().detector.remarks).toEqual([expect.stringContaining("unconverged after 3 iterations")]);
    expect(pipeline({ detector: oneClassSvm() }).fitSync(x).describe().detector.remarks).toEqual([]);
  });

  it("to go on after an abort half-way", async () => {
    const many = cloud(3000, 3);
    const controller = new AbortController();
    const told: number[] = [];
    const progress = (done: number) => void (told.push(done) === 5 && controller.abort(new Error("enough")));
    const fit = oneClassSvm({ nu: 0.5, tolerance: 1e-9 }).fit(many, { signal: controller.signal, progress });
    await expect(fit).rejects.toThrow("enough");
    expect(told.length).toBe(5);
  });
});

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (v: Float64Array) => v.reduce((s, each) => s + each, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    const [p, q] = [v - ma, (b[i] as number) - mb];
    ab += p * q;
    aa += p * p;
    bb += q * q;
  });
  return ab / Math.sqrt(aa * bb);
}
