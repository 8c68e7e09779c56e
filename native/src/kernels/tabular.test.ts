import {
  copod,
  ecod,
  type HistogramScoreArgs,
  type HypersphereScoreArgs,
  hbos,
  inne,
  KernelError,
  type Kernels,
  loda,
  matrix,
  Random,
  referenceKernels,
  syncRun,
  type TailScoreArgs,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

/** Values at which paths could differ: signs of zero, subnormal numbers, ties, differences that vanish or are huge. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: -1e150, max: 1e150, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, Number.MIN_VALUE, 1e100, -1e100, 1 + Number.EPSILON) },
);

const table = fc
  .record({ rows: fc.integer({ min: 2, max: 160 }), cols: fc.integer({ min: 1, max: 12 }) })
  .chain(({ rows, cols }) =>
    fc
      .array(value, { minLength: rows * cols, maxLength: rows * cols })
      .map((values) => matrix(Float64Array.from(values), rows, cols)),
  );

const DETECTORS = [
  ecod(),
  copod(),
  hbos({ bins: 7 }),
  hbos({ bins: "auto", tolerance: 0 }),
  loda({ cuts: 7, bins: 5, seed: 3 }),
  inne({ estimators: 6, samples: 5, seed: 3 }),
  inne({ estimators: 2, samples: 11, seed: 1 }),
] as const;

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

/** Fits on half of the rows and scores all of them, on both sets of kernels. */
function expectSame(kernels: Kernels, x: ReturnType<typeof matrix>, threads: number): void {
  const half = matrix(x.data.subarray(0, (x.rows >> 1) * x.cols), x.rows >> 1, x.cols);
  for (const detector of DETECTORS) {
    if (half.rows < detector.spec.leastRows) continue;
    const expected = detector.fitSync(half as never, { kernels: referenceKernels });
    const found = detector.fitSync(half as never, { kernels, threads });
    expect(found.state).toEqual(expected.state);
    expect(found.scoreSync(x, { kernels, threads })).toEqual(expected.scoreSync(x, { kernels: referenceKernels }));
    if (found.spec.contributions === undefined) continue;
    expect(found.contributionsSync(x, { kernels, threads })).toEqual(
      expected.contributionsSync(x, { kernels: referenceKernels }),
    );
  }
}

describe.skipIf(isas.length === 0)("columns, projections and spheres, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    test("any shape, any values", () => {
      fc.assert(
        fc.property(table, fc.integer({ min: 1, max: 3 }), (x, threads) => expectSame(kernels, x, threads)),
        { numRuns: 60 },
      );
    });

    test.each([
      [9001, 3, 1],
      [5000, 16, 0],
      [3000, 5, 1e7],
    ])("%d × %d, offset %d, any number of threads", (rows, cols, offset) => {
      const random = new Random(rows);
      const data = Float64Array.from({ length: rows * cols }, (_, i) => offset + random.normal() ** (1 + 2 * (i % 2)));
      for (const threads of [1, 3]) expectSame(kernels, matrix(data, rows, cols), threads);
    });
  });

  test.each([1, 3])("tails of more rows and columns than are looked up together, %d threads", (threads) => {
    const random = new Random(5);
    const data = Float64Array.from({ length: 140_003 * 9 }, (_, i) => random.normal() ** (1 + 2 * (i % 2)));
    const x = matrix(data, 140_003, 9);
    const model = copod().fitSync(x, { kernels: kernelsFor(), threads });
    const found = model.scoreSync(x, { kernels: kernelsFor(), threads });
    expect(found).toEqual(model.scoreSync(x, { kernels: referenceKernels }));
  });

  test("as promises in slices", async () => {
    const random = new Random(2);
    const x = matrix(
      Float64Array.from({ length: 30_000 * 4 }, () => random.normal()),
      30_000,
      4,
    );
    for (const detector of DETECTORS) {
      const told: number[] = [];
      const options = { kernels: kernelsFor(), threads: 2, progress: (done: number) => void told.push(done) };
      const model = await detector.fit(x as never, options);
      expect(told.at(-1)).toBe(1);
      const expected = detector.fitSync(x as never, { kernels: referenceKernels });
      expect(model.state).toEqual(expected.state);
      expect(await model.score(x, options)).toEqual(model.scoreSync(x, { kernels: kernelsFor() }));
    }
  });
});

describe.skipIf(isas.length === 0)("columns, projections and spheres, what the border refuses", () => {
  const x = matrix(Float64Array.of(1, 2, 3, 4, 5, 9), 3, 2);
  const args = (): HypersphereScoreArgs => ({
    ...{ sets: 1, spheres: 2, centres: new Float64Array(4), radii: new Float64Array(2), values: new Float64Array(2) },
    ...{ x: x.data, rows: 3, cols: 2, threads: 1, scores: new Float64Array(3) },
  });

  test.each([
    [{ centres: new Float64Array(3) }, /centres: expected at least 4/],
    [{ scores: new Float64Array(2) }, /scores: expected at least 3/],
    [{ spheres: 0 }, /spheres: expected an integer from 1/],
    [{ rows: 4 }, /x: expected at least 8/],
  ])("spheres %#", async (change, message) => {
    const call = { ...args(), ...change };
    expect(() => kernelsFor().hypersphereScore(call)).toThrow(KernelError);
    expect(() => kernelsFor().hypersphereScore(call)).toThrow(message);
  });

  test("a projection on a column that is not there", () => {
    const model = loda({ cuts: 3 }).fitSync(x);
    const state = { ...model.state, features: Int32Array.of(0, 2, 0) };
    const score = () => model.spec.score(state, x, model.params, syncRun(kernelsFor(), 1)) as Float64Array;
    expect(score).toThrow(/looks at a column that is not there/);
  });

  test("histograms without bins, or with fewer levels than bins", () => {
    const one = () => new Float64Array(2);
    const histograms: HistogramScoreArgs = {
      ...{ low: one(), scale: one(), bins: Int32Array.of(2, 3), lowest: one(), highest: one(), rarest: one() },
      ...{ levels: new Float64Array(5), x: x.data, rows: 3, cols: 2, threads: 1 },
      ...{ scores: new Float64Array(3), contributions: new Float64Array(0) },
    };
    const score = (change: object) => () => kernelsFor().histogramScore({ ...histograms, ...change });
    score({})();
    expect(score({ bins: Int32Array.of(5, 0) })).toThrow(/bins: expected integers from 1/);
    expect(score({ levels: new Float64Array(4) })).toThrow(/levels: expected at least 5/);
    expect(score({ contributions: new Float64Array(5) })).toThrow(/contributions: expected at least 6/);
    const counts = { ...histograms, counts: new Int32Array(4) };
    expect(() => kernelsFor().histogramCount(counts)).toThrow(/counts: expected at least 5/);
  });

  test("too few training values, or surprises", () => {
    const tails: TailScoreArgs = {
      ...{ sorted: new Float64Array(6), trained: 3, surprise: new Float64Array(4), skew: new Int32Array(2) },
      ...{ combination: "mean", x: x.data, rows: 3, cols: 2, threads: 1 },
      ...{ scores: new Float64Array(3), contributions: new Float64Array(0) },
    };
    kernelsFor().tailScore(tails);
    expect(() => kernelsFor().tailScore({ ...tails, trained: 4 })).toThrow(/sorted: expected at least 8/);
    expect(() => kernelsFor().tailScore({ ...tails, surprise: new Float64Array(3) })).toThrow(/surprise: expected/);
    expect(() => kernelsFor().tailScore({ ...tails, contributions: new Float64Array(5) })).toThrow(/contributions/);
  });
});
