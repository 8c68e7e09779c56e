import {
  KernelError,
  type Kernels,
  kde,
  type LinearOneClassSvmFitArgs,
  matrix,
  type OneClassSvmScoreArgs,
  oneClassSvm,
  Random,
  referenceKernels,
  SVM_KERNELS,
  SVM_STATUS_LENGTH,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

/** Seeded numbers in a view that does not begin where its buffer does. */
function table(rows: number, cols: number, seed: number, spread = 1): Float64Array {
  const random = new Random(seed);
  const view = new Float64Array(rows * cols + 1).subarray(1);
  for (let i = 0; i < view.length; i++) view[i] = random.normal() * spread + 2;
  return view;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] as number))), 0);
}

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("one-class SVM, within the tolerance of its contract", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    const problem = fc.record({
      kernel: fc.constantFrom(...SVM_KERNELS),
      vectors: fc.integer({ min: 1, max: 150 }),
      rows: fc.integer({ min: 1, max: 200 }),
      cols: fc.integer({ min: 1, max: 40 }),
      gamma: fc.constantFrom(0.001, 0.05, 1.7),
      seed: fc.integer({ min: 0, max: 1000 }),
      precision: fc.constantFrom(32 as const, 64 as const),
    });

    test("scores of any shape and kernel", () => {
      fc.assert(
        fc.property(problem, ({ kernel, vectors, rows, cols, gamma, seed, precision }) => {
          const coefficients = table(vectors, 1, seed + 1);
          const common = { kernel, gamma: kernel === "polynomial" ? gamma / cols : gamma, coef0: 0.3, degree: 3 };
          const args = {
            function: common,
            ...{ vectors: table(vectors, cols, seed), coefficients, offset: 1.5 },
            ...{ x: table(rows, cols, seed + 2), rows, cols, precision, threads: 2 },
          };
          const expected = new Float64Array(rows);
          const found = new Float64Array(rows);
          const largest = new Float64Array(rows);
          const sizes = coefficients.map(Math.abs);
          referenceKernels.oneClassSvmScore({ ...args, scores: expected });
          referenceKernels.oneClassSvmScore({ ...args, coefficients: sizes, offset: 0, scores: largest });
          kernels.oneClassSvmScore({ ...args, scores: found });
          // Σ|coefficient| · max|K| is at least what the kernel values themselves add up to.
          const bound = kernel === "rbf" ? sizes.reduce((a, b) => a + b) : boundOf(args, sizes);
          expect(largestDifference(found, expected)).toBeLessThan((precision === 32 ? 1e-5 : 1e-12) * (bound + 1));
        }),
        { numRuns: 150 },
      );
    });

    test("rbf sums of positive terms keep their digits far in the tail", () => {
      const [vectors, rows, gamma] = [130, 90, 0.5];
      for (const cols of [1, 5, 40]) {
        const train = table(vectors, cols, 11);
        const x = table(rows, cols, 12, 18 / Math.sqrt(cols));
        const args = {
          function: { kernel: "rbf" as const, gamma, coef0: 0, degree: 1 },
          ...{ vectors: train, coefficients: new Float64Array(vectors).fill(1), offset: 0 },
          ...{ x, rows, cols, precision: 64 as const, threads: 1 },
        };
        const [expected, found] = [new Float64Array(rows), new Float64Array(rows)];
        referenceKernels.oneClassSvmScore({ ...args, scores: expected });
        kernels.oneClassSvmScore({ ...args, scores: found });
        const centre = Float64Array.from({ length: cols }, (_, j) => {
          let sum = 0;
          for (let i = 0; i < vectors; i++) sum += train[i * cols + j] as number;
          return sum / vectors;
        });
        const square = (values: Float64Array, row: number) =>
          centre.reduce((sum, c, j) => sum + ((values[row * cols + j] as number) - c) ** 2, 0);
        const widest = Math.max(...Array.from({ length: vectors }, (_, i) => square(train, i)));
        let least = 0;
        expected.forEach((sum, i) => {
          if (-sum < 1e-250) return; // below, terms that count leave the range in which they are promised
          least = Math.min(least, Math.log(-sum));
          const bound = 1e-13 + (cols + 6) * 2 ** -52 * gamma * (square(x, i) + widest);
          // Of its own rounding the reference adds less than as much again.
          expect(Math.abs((found[i] as number) / sum - 1)).toBeLessThan(2 * bound);
        });
        expect(least).toBeLessThan(-120);
      }
    });

    test("kernel densities are those of the reference, and the same bits alone and in a few", () => {
      const [rows, cols] = [300, 3];
      const train = matrix(table(500, cols, 13), 500, cols);
      const x = matrix(table(rows, cols, 14, 25), rows, cols);
      for (const bandwidth of [1, 0.3]) {
        const model = kde({ bandwidth }).fitSync(train);
        const together = model.scoreSync(x, { kernels, threads: 2 });
        model.scoreSync(x, { kernels: referenceKernels }).forEach((score, i) => {
          expect(Math.abs((together[i] as number) - score)).toBeLessThan(1e-11 * Math.max(1, score));
        });
        for (const size of [1, 7, 64, 101]) {
          for (let from = 0; from < rows; from += size) {
            const to = Math.min(rows, from + size);
            const part = matrix(x.data.subarray(from * cols, to * cols), to - from, cols);
            expect(model.scoreSync(part, { kernels })).toEqual(together.subarray(from, to));
          }
        }
      }
    });

    test.each([1, 2, 3, 5])("scores have the same bits alone, in a few and on %i threads", (threads) => {
      const [rows, cols] = [403, 7];
      const x = matrix(table(rows, cols, 1), rows, cols);
      for (const precision of ["float64", "float32"] as const) {
        const model = oneClassSvm({ precision, nu: 0.2 }).fitSync(x, { kernels });
        const together = model.scoreSync(x, { kernels });
        for (const size of [1, 3, 63, 64, 65, 200]) {
          for (let from = 0; from < rows; from += size) {
            const to = Math.min(rows, from + size);
            const part = matrix(x.data.subarray(from * cols, to * cols), to - from, cols);
            expect(model.scoreSync(part, { kernels, threads })).toEqual(together.subarray(from, to));
          }
        }
      }
    });

    test.each(SVM_KERNELS)("the solution of the %s kernel, through shrinking and small caches", (kernel) => {
      const [rows, cols] = [900, 4];
      const x = matrix(table(rows, cols, 3), rows, cols);
      const gamma = kernel === "sigmoid" ? 0.01 : "scale";
      for (const nu of [0.0512, 0.3017, 0.7531]) {
        for (const cacheMb of [200, (2 * 8 * rows) / 2 ** 20]) {
          const machine = oneClassSvm({ kernel, nu, gamma, degree: 2, tolerance: 1e-9, cacheMb, solver: "exact" });
          const expected = machine.fitSync(x, { kernels: referenceKernels });
          const found = machine.fitSync(x, { kernels });
          expect(found.state.converged).toBe(true);
          const scores = expected.scoreSync(x, { kernels: referenceKernels });
          const size = scores.reduce((most, s) => Math.max(most, Math.abs(s)), 1);
          expect(largestDifference(found.scoreSync(x, { kernels }), scores)).toBeLessThan(2e-8 * size);
        }
      }
    });

    test("the solution with float rows keeps its own tolerance", () => {
      const [rows, cols] = [3000, 12];
      const x = matrix(table(rows, cols, 5), rows, cols);
      const exact = oneClassSvm({ tolerance: 1e-9 }).fitSync(x, { kernels }).scoreSync(x, { kernels });
      const rough = oneClassSvm({ tolerance: 1e-3 }).fitSync(x, { kernels }).scoreSync(x, { kernels });
      expect(largestDifference(rough, exact)).toBeLessThan(3e-3);
    });

    test.each([
      { features: 256, cols: 9, rows: 700 },
      { features: 37, cols: 1, rows: 90 },
      { features: 8, cols: 33, rows: 1 },
      { features: 0, cols: 21, rows: 500 },
    ])("linear time, bit for bit: $features features of $cols columns", ({ features, cols, rows }) => {
      const width = features || cols;
      const random = new Random(4);
      const map = {
        frequencies: Float64Array.from({ length: cols * features }, () => random.normal()),
        phases: Float64Array.from({ length: features }, () => random.uniform()),
      };
      const common = { ...map, x: table(rows, cols, 6), rows, cols, nu: 0.23, batch: 300, seed: 9 };
      const fit = (set: Kernels, threads: number, cuts: readonly number[]) => {
        const weights = new Float64Array(width);
        const mean = new Float64Array(width);
        let firstStep = 0;
        for (const steps of cuts) {
          const args: LinearOneClassSvmFitArgs = { ...common, steps, firstStep, threads, weights, mean };
          set.linearOneClassSvmFit(args);
          firstStep += steps;
        }
        return { weights, mean };
      };
      const expected = fit(referenceKernels, 1, [12]);
      for (const threads of [1, 2, 3]) expect(fit(kernels, threads, [5, 7])).toEqual(expected);
      const args = { ...map, weights: expected.mean, offset: 0.2, scale: 3.1, x: common.x, rows, cols };
      const scores = new Float64Array(rows);
      const found = new Float64Array(rows);
      referenceKernels.linearOneClassSvmScore({ ...args, threads: 1, scores });
      kernels.linearOneClassSvmScore({ ...args, threads: 2, scores: found });
      expect(found).toEqual(scores);
    });
  });

  function boundOf(args: Omit<OneClassSvmScoreArgs, "scores">, sizes: Float64Array): number {
    const one = new Float64Array(args.rows);
    let most = 0;
    for (let j = 0; j < sizes.length; j++) {
      const vectors = args.vectors.subarray(j * args.cols, (j + 1) * args.cols);
      const unit = { ...args, vectors, coefficients: Float64Array.of(1), offset: 0, scores: one };
      referenceKernels.oneClassSvmScore(unit);
      most = one.reduce((m, v) => Math.max(m, Math.abs(v)), most);
    }
    // The polynomial magnifies the rounding of its inner product by its degree.
    return 10 * most * sizes.reduce((a, b) => a + b);
  }
});

describe.skipIf(isas.length === 0)("one-class SVM, what the border refuses", () => {
  const x = table(50, 2, 1);
  const fitArgs = () => ({
    function: { kernel: "rbf" as const, gamma: 1, coef0: 0, degree: 3 },
    ...{ x, rows: 50, cols: 2, tolerance: 1e-3, maxIterations: 100, cacheBytes: 1000, threads: 1 },
    ...{ alpha: new Float64Array(50), gradient: new Float64Array(50), status: new Float64Array(SVM_STATUS_LENGTH) },
  });

  test.each([
    ["rows that are not there", { rows: 51 }, /x: expected at least 102 elements; found 100/],
    ["too short a status", { status: new Float64Array(2) }, /status: expected at least 5/],
    [
      "an unknown kernel",
      { function: { kernel: "other", gamma: 1, coef0: 0, degree: 3 } },
      /kernel: expected an integer/,
    ],
    ["half a thread", { threads: 0.5 }, /threads: expected an integer/],
    ["an array of another type", { alpha: new Float32Array(50) }, /alpha: expected a Float64Array/],
  ] as const)("%s", async (_, change, message) => {
    const args = { ...fitArgs(), ...change } as ReturnType<typeof fitArgs>;
    expect(() => kernelsFor().oneClassSvmFit(args)).toThrow(KernelError);
    expect(() => kernelsFor().oneClassSvmFit(args)).toThrow(message);
    await expect(kernelsFor().promise.oneClassSvmFit(args)).rejects.toThrow(message);
  });

  test("an abort half-way", async () => {
    const rows = 6000;
    const many = matrix(table(rows, 8, 2), rows, 8);
    const controller = new AbortController();
    const progress = (done: number) => void (done > 0.25 && controller.abort(new Error("enough")));
    const fit = oneClassSvm({ nu: 0.4, tolerance: 1e-9 }).fit(many, {
      ...{ kernels: kernelsFor(), signal: controller.signal, progress },
    });
    await expect(fit).rejects.toThrow("enough");
  });
});
