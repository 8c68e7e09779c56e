import {
  type ColumnMomentsArgs,
  type ConcentrationArgs,
  KernelError,
  type KernelSet,
  Random,
  referenceKernels,
  type SquaredProjectionsArgs,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

interface Rows {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/** Values that are often equal, far from each other, or beyond what their squares can be. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1e6, -1e6, 1e200, -1e308, 1.7e308, 1e-200, 5e-324, -0) },
);

const table: fc.Arbitrary<Rows> = fc
  .record({ rows: fc.integer({ min: 1, max: 300 }), cols: fc.integer({ min: 1, max: 20 }) })
  .chain(({ rows, cols }) =>
    fc.array(value, { minLength: rows * cols, maxLength: rows * cols }).map((values) => {
      const view = new Float64Array(rows * cols + 1).subarray(1);
      view.set(values);
      return { x: view, rows, cols };
    }),
  );

function normalRows(
  rows: number,
  cols: number,
  seed: number,
  shape: (v: number, i: number) => number = (v) => v,
): Rows {
  const random = new Random(seed);
  return { x: Float64Array.from({ length: rows * cols }, (_, i) => shape(random.normal(), i)), rows, cols };
}

function momentArgs(
  given: Rows,
  index = new Int32Array(0),
  threads = 2,
  weights = new Float64Array(0),
): ColumnMomentsArgs {
  const { cols } = given;
  const outputs = { count: new Float64Array(1), mean: new Float64Array(cols), scatter: new Float64Array(cols * cols) };
  return { ...given, index, from: 0, to: index.length || given.rows, weights, threads, ...outputs };
}

function projectionArgs(given: Rows, groups: readonly number[], seed: number, beside = false): SquaredProjectionsArgs {
  const random = new Random(seed);
  const count = groups.reduce((sum, size) => sum + size, 0);
  return {
    ...given,
    center: Float64Array.from({ length: given.cols }, () => random.normal()),
    directions: Float64Array.from({ length: count * given.cols }, () => (random.below(3) === 0 ? 0 : random.normal())),
    groups: Int32Array.from(groups),
    back: Float64Array.from({ length: beside ? count * given.cols : 0 }, () => random.normal()),
    beside,
    threads: 2,
    norms: new Float64Array(given.rows * (groups.length + (beside ? 1 : 0))),
  };
}

function concentrationArgs(given: Rows, support: number, candidates: number, iterations = 5): ConcentrationArgs {
  const { cols } = given;
  const scatters = new Float64Array(candidates * cols * cols);
  const means = new Float64Array(candidates * cols);
  for (let c = 0; c < candidates; c++) {
    for (let j = 0; j < cols; j++) {
      scatters[c * cols * cols + j * (cols + 1)] = 1 + c + j;
      means[c * cols + j] = Math.sin(c + j);
    }
  }
  const logDeterminants = new Float64Array(candidates);
  return { ...given, support, iterations, from: 0, to: candidates, threads: 2, means, scatters, logDeterminants };
}

/** A kernel's outputs on other arrays than the reference's. */
function expectSame<K extends keyof KernelSet>(
  kernels: KernelSet,
  kernel: K,
  make: () => Parameters<KernelSet[K]>[0],
  outputs: readonly string[],
): void {
  const expected = make() as unknown as Record<string, Float64Array>;
  const found = make() as unknown as Record<string, Float64Array>;
  (referenceKernels[kernel] as (args: unknown) => void)(expected);
  (kernels[kernel] as (args: unknown) => void)(found);
  for (const name of outputs) expectBits(found[name] as Float64Array, expected[name] as Float64Array, name);
}

function expectBits(found: Float64Array, expected: Float64Array, name: string): void {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i])) expect.fail(`${name}[${i}] is ${found[i]}, in the reference ${expected[i]}`);
  }
}

const MOMENTS = ["count", "mean", "scatter"];
const STEPS = ["means", "scatters", "logDeterminants"];
const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("covariances, the same bits as the reference", () => {
  describe.each(isas)("%s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 2 });

    test("over random shapes and values", () => {
      fc.assert(
        fc.property(table, fc.nat(), fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }), (given, seed, groups) => {
          const random = new Random(seed);
          const index = Int32Array.from({ length: random.below(2) * (1 + (seed % 400)) }, () =>
            random.below(given.rows),
          );
          expectSame(kernels, "columnMoments", () => momentArgs(given, index, 1 + (seed % 4)), MOMENTS);
          const weights = Float64Array.from({ length: given.rows }, () => random.below(3) * random.uniform());
          expectSame(kernels, "columnMoments", () => momentArgs(given, index, 1 + (seed % 4), weights), MOMENTS);
          for (const beside of [false, true]) {
            expectSame(kernels, "squaredProjections", () => projectionArgs(given, groups, seed, beside), ["norms"]);
          }
          const support = 1 + (seed % given.rows);
          expectSame(kernels, "concentration", () => concentrationArgs(given, support, 1 + (seed % 4)), STEPS);
        }),
        { numRuns: 200 },
      );
    });

    test("over many blocks, far from 0", () => {
      for (const [rows, cols] of [
        [5000, 16],
        [1283, 33],
        [700, 70],
      ] as const) {
        const given = normalRows(rows, cols, cols, (v, i) => 1e8 + v * (1 + (i % cols)));
        expectSame(kernels, "columnMoments", () => momentArgs(given), MOMENTS);
        // The first blocks have no weight.
        const weights = Float64Array.from({ length: rows }, (_, i) => (i < 300 ? 0 : (i % 7) / 7));
        expectSame(kernels, "columnMoments", () => momentArgs(given, new Int32Array(0), 2, weights), MOMENTS);
        for (const beside of [false, true]) {
          expectSame(kernels, "squaredProjections", () => projectionArgs(given, [cols, 3], 5, beside), ["norms"]);
        }
        const support = Math.floor(rows * 0.6);
        expectSame(kernels, "concentration", () => concentrationArgs(given, support, 3), STEPS);
        expectSame(kernels, "concentration", () => concentrationArgs(given, support, 1), STEPS);
      }
    });

    test("where rows are equal, and where most lie in a plane", () => {
      const rounded = normalRows(600, 3, 4, (v) => Math.round(v));
      expectSame(kernels, "concentration", () => concentrationArgs(rounded, 301, 4, 20), STEPS);
      const plane = normalRows(400, 2, 5, (v, i) => (i % 2 === 1 && i < 600 ? 7 : v));
      const args = concentrationArgs(plane, 250, 2, 30);
      expectSame(
        kernels,
        "concentration",
        () => ({
          ...args,
          means: args.means.slice(),
          scatters: args.scatters.slice(),
          logDeterminants: new Float64Array(2),
        }),
        STEPS,
      );
    });

    test("in parts and in promises", async () => {
      const given = normalRows(3000, 5, 6);
      const whole = momentArgs(given);
      kernels.columnMoments(whole);
      const parts = momentArgs(given);
      for (const [from, to] of [
        [0, 128],
        [128, 1280],
        [1280, 3000],
      ] as const)
        kernels.columnMoments({ ...parts, from, to });
      const promised = momentArgs(given);
      await kernels.promise.columnMoments(promised);
      const sliced = momentArgs(given);
      await referenceKernels.promise.columnMoments(sliced);
      for (const other of [parts, promised, sliced]) expectBits(other.scatter, whole.scatter, "scatter");

      const projected = projectionArgs(given, [4, 1], 2, true);
      kernels.squaredProjections(projected);
      const later = projectionArgs(given, [4, 1], 2, true);
      await kernels.promise.squaredProjections(later);
      expectBits(later.norms, projected.norms, "norms");

      const steps = concentrationArgs(given, 1600, 5);
      kernels.concentration(steps);
      const promisedSteps = concentrationArgs(given, 1600, 5);
      await kernels.promise.concentration(promisedSteps);
      expectBits(promisedSteps.scatters, steps.scatters, "scatters");
    });
  });
});

describe.skipIf(isas.length === 0)("covariances, what the border refuses", () => {
  const kernels = () => kernelsFor({ threads: 2 });
  const given = normalRows(200, 3, 1);

  test.each([
    ["rows that are not there", { rows: 201 }, /x: expected at least 603 elements; found 600/],
    ["a row beyond the last one", { to: 201 }, /to: expected an integer from 0 to 200/],
    ["a start within a block", { from: 100 }, /from: expected the first row of a block/],
    ["a row of the list that is not there", { index: Int32Array.of(1, 200), to: 2 }, /index: expected rows of x/],
    ["a negative row of the list", { index: Int32Array.of(-1), to: 1 }, /index: expected rows of x/],
    ["fewer weights than rows", { weights: new Float64Array(199) }, /weights: expected one for each row of x/],
    ["too small a scatter", { scatter: new Float64Array(8) }, /scatter: expected at least 9/],
  ])("moments: %s", async (_, change, message) => {
    const args = { ...momentArgs(given), ...change };
    expect(() => kernels().columnMoments(args)).toThrow(KernelError);
    expect(() => kernels().columnMoments(args)).toThrow(message);
    await expect(kernels().promise.columnMoments(args)).rejects.toThrow(KernelError);
  });

  test.each([
    ["fewer directions than its groups have", { directions: new Float64Array(11) }, /directions: expected at least 12/],
    ["too short a way back", { beside: true, norms: new Float64Array(600) }, /back: expected at least 12/],
    ["a negative group", { groups: Int32Array.of(-1, 5) }, /groups: expected numbers of directions/],
    ["no group", { groups: new Int32Array(0) }, /groupCount: expected an integer from 1/],
    ["too few norms", { norms: new Float64Array(399) }, /norms: expected at least 400/],
  ])("projections: %s", (_, change, message) => {
    expect(() => kernels().squaredProjections({ ...projectionArgs(given, [1, 3], 1), ...change })).toThrow(message);
  });

  test.each([
    ["more support than rows", { support: 201 }, /support: expected an integer from 1 to 200/],
    ["candidates that are not there", { to: 3 }, /means: expected at least 9/],
    ["a last candidate before the first", { from: 2, to: 1 }, /from: expected an integer from 0 to 1/],
  ])("steps: %s", (_, change, message) => {
    expect(() => kernels().concentration({ ...concentrationArgs(given, 110, 2), ...change })).toThrow(message);
  });
});
