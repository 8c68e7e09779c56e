import {
  KernelError,
  type Kernels,
  type KmeansFitArgs,
  type KmeansSeedArgs,
  type NearestCentroidArgs,
  Random,
  referenceKernels,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

interface Problem {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly k: number;
  readonly seed: number;
  readonly threads: number;
}

/** Values that are often equal, far from each other, or hardly different from each other. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1e6, -1e6, 1e20, -1e150, 1e-20, 5e-324, 1 + Number.EPSILON, -0) },
);

const problem: fc.Arbitrary<Problem> = fc
  .record({ rows: fc.integer({ min: 1, max: 150 }), cols: fc.integer({ min: 1, max: 20 }) })
  .chain(({ rows, cols }) =>
    fc.record({
      x: fc.array(value, { minLength: rows * cols, maxLength: rows * cols }).map((values) => {
        const view = new Float64Array(rows * cols + 1).subarray(1);
        view.set(values);
        return view;
      }),
      rows: fc.constant(rows),
      cols: fc.constant(cols),
      k: fc.integer({ min: 1, max: Math.min(20, rows) }),
      seed: fc.maxSafeNat(),
      threads: fc.integer({ min: 1, max: 4 }),
    }),
  );

function seedArgs({ x, rows, cols, k, seed, threads }: Problem): KmeansSeedArgs {
  const outputs = {
    centroids: new Float64Array(k * cols),
    nearest: new Float64Array(rows),
    found: new Int32Array(1),
  };
  return { x, rows, cols, trials: 1 + (seed % 4), seed, stream: 5, from: 0, to: k, threads, ...outputs };
}

function fitArgs({ x, rows, cols, threads }: Problem, centroids: Float64Array, maxIterations: number): KmeansFitArgs {
  return {
    ...{ x, rows, cols, k: centroids.length / cols, tolerance: 0, maxIterations, roundIterations: 1000, threads },
    centroids: centroids.slice(),
    labels: new Int32Array(rows).fill(-1),
    status: new Float64Array(4),
  };
}

function nearestArgs({ x, rows, cols, threads }: Problem, centroids: Float64Array): NearestCentroidArgs {
  const outputs = { labels: new Int32Array(rows), distances: new Float64Array(rows) };
  return { centroids, k: centroids.length / cols, x, rows, cols, threads, ...outputs };
}

function expectSame<A>(found: A, expected: A, names: readonly (keyof A)[]): void {
  for (const name of names) {
    const a = found[name] as ArrayLike<number>;
    const b = expected[name] as ArrayLike<number>;
    for (let i = 0; i < b.length; i++) {
      if (!Object.is(a[i], b[i])) expect.fail(`${String(name)}[${i}] is ${a[i]}, in the reference ${b[i]}`);
    }
  }
}

/** Seeds, fits and labels with both; the centroids that the reference ends with. */
function expectParity(kernels: Kernels, given: Problem, maxIterations = 30): Float64Array {
  const seeded = seedArgs(given);
  const seededNative = seedArgs(given);
  referenceKernels.kmeansSeed(seeded);
  kernels.kmeansSeed(seededNative);
  expectSame(seededNative, seeded, ["found", "centroids", "nearest"]);
  return expectSameFit(
    kernels,
    given,
    seeded.centroids.subarray(0, (seeded.found[0] as number) * given.cols),
    maxIterations,
  );
}

function expectSameFit(kernels: Kernels, given: Problem, initial: Float64Array, maxIterations: number): Float64Array {
  const fitted = fitArgs(given, initial, maxIterations);
  const fittedNative = fitArgs(given, initial, maxIterations);
  referenceKernels.kmeansFit(fitted);
  kernels.kmeansFit(fittedNative);
  expectSame(fittedNative, fitted, ["status", "labels", "centroids"]);
  const nearest = nearestArgs(given, fitted.centroids);
  const nearestNative = nearestArgs(given, fitted.centroids);
  referenceKernels.nearestCentroid(nearest);
  kernels.nearestCentroid(nearestNative);
  expectSame(nearestNative, nearest, ["labels", "distances"]);
  return fitted.centroids;
}

function table(rows: number, cols: number, seed: number, shape: (v: number, i: number) => number = (v) => v): Problem {
  const random = new Random(seed);
  const x = Float64Array.from({ length: rows * cols }, (_, i) => shape(random.normal(), i));
  return { x, rows, cols, k: 7, seed, threads: 2 };
}

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("k-means, the same bits as the reference", () => {
  describe.each(isas)("%s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 2 });

    test("over random shapes and values", () => {
      fc.assert(
        fc.property(problem, (given) => {
          expectParity(kernels, given);
        }),
        { numRuns: 150 },
      );
    });

    test("over several blocks, with clusters", () => {
      const given = table(5000, 5, 1, (v, i) => v + 6 * (Math.floor(i / 5) % 9));
      expectParity(kernels, { ...given, k: 9, threads: 3 }, 100);
    });

    test("in one cloud, with many centroids", () => expectParity(kernels, { ...table(3000, 17, 2), k: 65 }, 40));

    test("where floats cannot tell rows apart", () => {
      expectParity(
        kernels,
        table(2000, 3, 3, (v) => 1e9 + v),
      );
      expectParity(
        kernels,
        table(2000, 3, 4, (v, i) => (i % 600 === 0 ? 1e12 : 0) + v),
      );
      expectParity(
        kernels,
        table(2000, 2, 5, (v, i) => (i % 5 === 0 ? 1e200 : 1e-200) * v),
      );
      expectParity(
        kernels,
        table(2000, 4, 6, (v) => Math.round(v)),
      );
      expectParity(
        kernels,
        table(1500, 2, 7, (v) => v * 1e-30),
      );
    });

    test("with centroids that no row is nearest to", () => {
      const given = table(1200, 3, 8);
      const initial = Float64Array.from({ length: 15 }, (_, i) => (i < 6 ? i : 1e3 * i));
      expectSameFit(kernels, given, initial, 1);
      expectSameFit(kernels, given, initial, 20);
    });

    test("with ties between centroids", () => {
      const given = table(400, 2, 9, (v) => Math.round(v * 2));
      expectSameFit(kernels, given, Float64Array.of(1, 0, -1, 0, 0, 1, 0, -1, 1, 0), 0);
      expectSameFit(kernels, given, Float64Array.of(1, 0, -1, 0, 0, 1, 0, -1, 1, 0), 50);
    });

    test("in rounds and in promises", async () => {
      const given = { ...table(4000, 6, 10), k: 11 };
      const seeded = seedArgs(given);
      kernels.kmeansSeed(seeded);
      const promisedSeed = seedArgs(given);
      await kernels.promise.kmeansSeed(promisedSeed);
      expectSame(promisedSeed, seeded, ["found", "centroids", "nearest"]);
      const whole = fitArgs(given, seeded.centroids, 60);
      kernels.kmeansFit(whole);
      const rounds = fitArgs(given, seeded.centroids, 60);
      while (rounds.status[1] === 0) kernels.kmeansFit({ ...rounds, roundIterations: 3 });
      expectSame(rounds, whole, ["status", "labels", "centroids"]);
      const promised = fitArgs(given, seeded.centroids, 60);
      await kernels.promise.kmeansFit(promised);
      expectSame(promised, whole, ["status", "labels", "centroids"]);
      const nearest = nearestArgs(given, whole.centroids);
      await kernels.promise.nearestCentroid(nearest);
      expectSame(nearest, { ...nearest, labels: whole.labels }, ["labels"]);
    });
  });
});

describe.skipIf(isas.length === 0)("k-means, what the border refuses", () => {
  const kernels = () => kernelsFor({ threads: 2 });
  const given = table(100, 3, 1);
  const centroids = given.x.slice(0, 6);

  test.each([
    ["rows that are not there", { rows: 101 }, /x: expected at least 303 elements; found 300/],
    ["no centroid", { k: 0 }, /k: expected an integer from 1/],
    ["more centroids than given", { k: 3 }, /centroids: expected at least 9 elements; found 6/],
    ["too few labels", { labels: new Int32Array(3) }, /labels: expected at least 100/],
    ["an array of another type", { x: new Float32Array(300) }, /x: expected a Float64Array/],
  ])("%s", async (_, change, message) => {
    const fit = { ...fitArgs(given, centroids, 5), ...change } as KmeansFitArgs;
    expect(() => kernels().kmeansFit(fit)).toThrow(KernelError);
    expect(() => kernels().kmeansFit(fit)).toThrow(message);
    await expect(kernels().promise.kmeansFit(fit)).rejects.toThrow(KernelError);
    const nearest = { ...nearestArgs(given, centroids), ...change } as NearestCentroidArgs;
    expect(() => kernels().nearestCentroid(nearest)).toThrow(message);
  });

  test("centroids drawn into too small an array", () => {
    expect(() => kernels().kmeansSeed({ ...seedArgs(given), to: 8 })).toThrow(/centroids: expected at least 24/);
    expect(() => kernels().kmeansSeed({ ...seedArgs(given), from: 5, to: 4 })).toThrow(/from: expected an integer/);
    expect(() => kernels().kmeansSeed({ ...seedArgs(given), trials: 0 })).toThrow(/trials: expected an integer from 1/);
  });
});
