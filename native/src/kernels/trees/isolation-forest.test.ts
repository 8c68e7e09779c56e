import {
  averagePathLength,
  type IsolationForestFitArgs,
  type IsolationTrees,
  isolationForest,
  isolationNodeCapacity,
  KernelError,
  type Kernels,
  matrix,
  Random,
  referenceKernels,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../../addon.js";
import { kernelsFor, nativeStatus } from "../../index.js";

/** Values at which kernels tend to differ: missing, infinite, tiny, huge, equal but for the sign of zero. */
const NASTY = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2.2e-308,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  1,
  1 + Number.EPSILON,
];

const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) }, // ties
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
);

interface Problem {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly trees: number;
  readonly sampleSize: number;
  readonly maxDepth: number;
  readonly ndim: number;
  readonly splits?: Splits;
  readonly seed: number;
  readonly threads: number;
}

type Splits = Pick<IsolationForestFitArgs, "pooledGain" | "averagedGain" | "candidates" | "standardize" | "density">;

const AT_RANDOM: Splits = { pooledGain: 0, averagedGain: 0, candidates: 1, standardize: false, density: false };

const POOLED: Splits = { ...AT_RANDOM, pooledGain: 0.25, density: true };
const AVERAGED: Splits = { ...AT_RANDOM, averagedGain: 1, candidates: 10, standardize: true };

/** Half of the forests at random, the others with splits by gain, of standardized hyperplanes, with densities. */
const splits: fc.Arbitrary<Splits> = fc.oneof(
  fc.constant(AT_RANDOM),
  fc.record({
    pooledGain: fc.constantFrom(0, 0.25, 1),
    averagedGain: fc.constantFrom(0, 0.3),
    candidates: fc.integer({ min: 1, max: 4 }),
    standardize: fc.boolean(),
    density: fc.boolean(),
  }),
);

const problem: fc.Arbitrary<Problem> = fc
  .record({ rows: fc.integer({ min: 1, max: 90 }), cols: fc.integer({ min: 1, max: 10 }), constant: fc.boolean() })
  .chain(({ rows, cols, constant }) =>
    fc.record({
      x: fc.array(value, { minLength: rows * cols, maxLength: rows * cols }).map((values) => {
        // A view that does not begin where its buffer does.
        const view = new Float64Array(rows * cols + 3).subarray(3);
        view.set(values);
        if (constant) for (let i = 0; i < rows; i++) view[i * cols] = view[0] as number;
        return view;
      }),
      rows: fc.constant(rows),
      cols: fc.constant(cols),
      trees: fc.integer({ min: 1, max: 20 }),
      sampleSize: fc.integer({ min: 1, max: rows }),
      maxDepth: fc.integer({ min: 1, max: 12 }),
      ndim: fc.integer({ min: 1, max: Math.min(4, cols) }),
      splits,
      seed: fc.maxSafeNat(),
      threads: fc.integer({ min: 1, max: 4 }),
    }),
  );

function fitArgs(given: Problem): IsolationForestFitArgs {
  const { x, rows, cols, trees, sampleSize, maxDepth, ndim, seed, threads } = given;
  const splits = given.splits ?? AT_RANDOM;
  const nodeCapacity = isolationNodeCapacity(sampleSize, maxDepth, { ndim, ...splits });
  const places = trees * nodeCapacity;
  const averagePath = Float64Array.from({ length: sampleSize + 1 }, (_, n) => averagePathLength(n));
  const outputs = {
    nodeCount: new Int32Array(trees),
    right: new Int32Array(places),
    value: new Float64Array(places),
    count: new Int32Array(places),
    missingLeft: new Uint8Array(places),
    features: new Int32Array(places * ndim),
    coefficients: new Float64Array(ndim === 1 ? 0 : places * ndim),
  };
  const inputs = {
    x,
    rows,
    cols,
    trees,
    firstTree: 3,
    sampleSize,
    maxDepth,
    ndim,
    ...splits,
    seed,
    averagePath,
    threads,
  };
  return { ...inputs, nodeCapacity, ...outputs };
}

const OUTPUTS = ["nodeCount", "right", "value", "count", "missingLeft", "features", "coefficients"] as const;

/** The grown trees side by side, without the places between them. */
function forestOf(args: IsolationForestFitArgs): IsolationTrees {
  const { trees, nodeCapacity, nodeCount, ndim } = args;
  const treeStart = new Int32Array(trees + 1);
  for (let t = 0; t < trees; t++) treeStart[t + 1] = (treeStart[t] as number) + (nodeCount[t] as number);
  const used = <A extends Int32Array | Float64Array | Uint8Array>(array: A, width: number) =>
    array.filter((_, i) => {
      const place = Math.floor(i / width);
      return place % nodeCapacity < (nodeCount[Math.floor(place / nodeCapacity)] as number);
    }) as A;
  return {
    treeStart,
    ndim,
    right: used(args.right, 1),
    value: used(args.value, 1),
    count: used(args.count, 1),
    missingLeft: used(args.missingLeft, 1),
    features: used(args.features, ndim),
    coefficients: ndim === 1 ? args.coefficients : used(args.coefficients, ndim),
  };
}

function expectSameBits(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(found.length, what).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i])) {
      expect.fail(`${what}: element ${i} is ${found[i]}, in the reference ${expected[i]}`);
    }
  }
}

function expectSameFit(kernels: Kernels, given: Problem): IsolationTrees {
  const expected = fitArgs(given);
  const found = fitArgs(given);
  referenceKernels.isolationForestFit(expected);
  kernels.isolationForestFit(found);
  for (const name of OUTPUTS) expectSameBits(found[name], expected[name], name);
  return forestOf(expected);
}

function expectSameScores(kernels: Kernels, forest: IsolationTrees, given: Problem, normalizer: number): void {
  const { x, rows, cols, threads } = given;
  const call = { forest, x, rows, cols, normalizer, threads };
  const expected = new Float64Array(rows);
  const found = new Float64Array(rows + 1).subarray(1);
  referenceKernels.isolationForestScore({ ...call, scores: expected });
  kernels.isolationForestScore({ ...call, scores: found });
  expectSameBits(found, expected, "scores");
}

function expectSameContributions(kernels: Kernels, forest: IsolationTrees, given: Problem, normalizer: number): void {
  const { x, rows, cols, threads } = given;
  const call = { forest, expected: forest.value, x, rows, cols, normalizer, threads };
  const expected = new Float64Array(rows * cols);
  const found = new Float64Array(rows * cols).fill(7);
  referenceKernels.isolationForestContributions({ ...call, contributions: expected });
  kernels.isolationForestContributions({ ...call, contributions: found });
  expectSameBits(found, expected, "contributions");
}

/** Seeded numbers, a few of them missing. */
function table(rows: number, cols: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: rows * cols }, () => (random.below(50) === 0 ? Number.NaN : random.normal()));
}

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("isolation forest, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    test("any shape, any values: fit, score and contributions", () => {
      fc.assert(
        fc.property(problem, fc.constantFrom(1, 3.7, 1e-3, 1e-300, 0, Number.NaN), (given, normalizer) => {
          const forest = expectSameFit(kernels, given);
          expectSameScores(kernels, forest, given, normalizer);
          expectSameContributions(kernels, forest, given, normalizer);
        }),
        { numRuns: 150 },
      );
    });

    test.each([
      { rows: 40_000, cols: 3, sampleSize: 256, trees: 7, ndim: 1 }, // rows drawn by hashing
      { rows: 3000, cols: 8, sampleSize: 256, trees: 30, ndim: 1 }, // … by a bit a row
      { rows: 700, cols: 40, sampleSize: 700, trees: 5, ndim: 1 }, // … all of them
      { rows: 3000, cols: 9, sampleSize: 256, trees: 12, ndim: 5 },
      { rows: 70_001, cols: 2, sampleSize: 70_000, trees: 2, ndim: 1 },
      { rows: 3000, cols: 9, sampleSize: 256, trees: 12, ndim: 1, splits: POOLED },
      { rows: 3000, cols: 9, sampleSize: 256, trees: 12, ndim: 2, splits: POOLED },
      { rows: 3000, cols: 9, sampleSize: 256, trees: 12, ndim: 2, splits: AVERAGED },
      { rows: 300, cols: 9, sampleSize: 256, trees: 12, ndim: 1, splits: { ...AVERAGED, density: true } },
    ])("$rows × $cols, $trees trees of $sampleSize, ndim $ndim", (shape) => {
      const maxDepth = Math.ceil(Math.log2(shape.sampleSize));
      for (const threads of [1, 2, 3, 4]) {
        const given = { ...shape, x: table(shape.rows, shape.cols, 11), maxDepth, seed: 5, threads };
        const forest = expectSameFit(kernels, given);
        expectSameScores(kernels, forest, given, averagePathLength(shape.sampleSize));
        expectSameContributions(kernels, forest, given, averagePathLength(shape.sampleSize));
      }
    });

    test("rows that lie exactly on the thresholds, and just beside them", () => {
      const cols = 4;
      const train = table(500, cols, 3);
      const given = {
        x: train,
        rows: 500,
        cols,
        trees: 20,
        sampleSize: 256,
        maxDepth: 8,
        ndim: 1,
        seed: 1,
        threads: 2,
      };
      const forest = expectSameFit(kernels, given);
      const thresholds = [...forest.value.filter((_, i) => forest.right[i] !== 0)];
      const near = thresholds.flatMap((t) => [t, t * (1 + Number.EPSILON), t * (1 - Number.EPSILON)]);
      const rows = Math.floor(near.length / cols);
      const probe = { ...given, x: Float64Array.from(near.slice(0, rows * cols)), rows };
      expectSameScores(kernels, forest, probe, averagePathLength(256));
    });

    test("a row scores the same alone, in a few and in many", () => {
      const rows = 2500;
      const cols = 5;
      const x = matrix(table(rows, cols, 9), rows, cols);
      const model = isolationForest({ trees: 50, seed: 2 }).fitSync(x, { kernels });
      const together = model.scoreSync(x, { kernels });
      for (const size of [1, 2, 7, 19, 64, 513]) {
        const apart = new Float64Array(rows);
        for (let from = 0; from < rows; from += size) {
          const to = Math.min(rows, from + size);
          const part = matrix(x.data.subarray(from * cols, to * cols), to - from, cols);
          apart.set(model.scoreSync(part, { kernels, threads: 1 + (from % 4) }), from);
        }
        expectSameBits(apart, together, `${size} rows at a time`);
      }
    });

    test("every combination of nasty values", () => {
      const cols = 3;
      const x = Float64Array.from(NASTY.flatMap((a) => NASTY.flatMap((b) => NASTY.flatMap((c) => [a, b, c]))));
      const rows = x.length / cols;
      for (const ndim of [1, 2, 3]) {
        for (const kind of [AT_RANDOM, { ...POOLED, pooledGain: 0.6 }, AVERAGED]) {
          const shape = { x, rows, cols, trees: 10, sampleSize: 256, maxDepth: 8, ndim, seed: 4, threads: 3 };
          const given = { ...shape, splits: kind };
          const forest = expectSameFit(kernels, given);
          expectSameScores(kernels, forest, given, averagePathLength(256));
          expectSameContributions(kernels, forest, given, averagePathLength(256));
        }
      }
    });
  });
});

describe.skipIf(isas.length === 0)("isolation forest, what the border refuses", () => {
  const kernels = () => kernelsFor({ threads: 2 });
  const rows = 600;
  const cols = 3;
  const given = {
    x: table(rows, cols, 1),
    rows,
    cols,
    trees: 4,
    sampleSize: 64,
    maxDepth: 6,
    ndim: 1,
    seed: 0,
    threads: 1,
  };

  function scoreArgs() {
    const args = fitArgs(given);
    referenceKernels.isolationForestFit(args);
    const forest = forestOf(args);
    return { forest, x: given.x, rows, cols, normalizer: 3, threads: 2, scores: new Float64Array(rows) };
  }

  const cases: Record<string, [(args: ReturnType<typeof scoreArgs>) => object, RegExp]> = {
    "rows that are not there": [() => ({ rows: rows + 1 }), /x: expected at least 1803 elements; found 1800/],
    "a product that overflows": [() => ({ rows: 2 ** 52, cols: 2 ** 30 }), /more than an array can hold/],
    "a negative size": [() => ({ rows: -1 }), /rows: expected an integer from 0/],
    "half a column": [() => ({ cols: 2.5 }), /cols: expected an integer/],
    "too few scores": [() => ({ scores: new Float64Array(1) }), /scores: expected at least 600/],
    "an array of another type": [() => ({ x: new Float32Array(rows * cols) }), /x: expected a Float64Array/],
    "no array": [() => ({ x: [1, 2, 3] }), /x: expected a Float64Array/],
    "an impossible thread count": [() => ({ threads: 1.5 }), /threads: expected an integer/],
    "a feature that is no column": [
      ({ forest }) => ({ forest: { ...forest, features: forest.features.map((f) => (f === 2 ? 3 : f)) } }),
      /forest: node \d+ splits on a column that is not there/,
    ],
    "a link out of the tree": [
      ({ forest }) => ({ forest: { ...forest, right: forest.right.map((r) => (r === 0 ? 0 : r + 1000)) } }),
      /forest: node 0 points outside its tree/,
    ],
    "a link backwards": [
      ({ forest }) => ({ forest: { ...forest, right: forest.right.map((r) => -r) } }),
      /points outside its tree/,
    ],
    "a tree out of order": [
      ({ forest }) => ({ forest: { ...forest, treeStart: forest.treeStart.toReversed() } }),
      /forest: tree 0 is empty, out of order or cut short/,
    ],
  };

  for (const [name, [change, message]] of Object.entries(cases)) {
    test(name, async () => {
      for (const count of [rows, 1]) {
        const args = scoreArgs();
        const changed = { ...args, rows: count, ...change(args) };
        if (count === 1 && name === "too few scores") continue; // one is enough for one row
        expect(() => kernels().isolationForestScore(changed)).toThrow(KernelError);
        expect(() => kernels().isolationForestScore(changed)).toThrow(message);
        if (changed.rows === rows) {
          await expect(kernels().promise.isolationForestScore(changed)).rejects.toThrow(KernelError);
        }
      }
    });
  }

  test("a detached buffer is said to be one", () => {
    const args = scoreArgs();
    const x = args.x.slice();
    structuredClone(x.buffer, { transfer: [x.buffer] });
    expect(() => kernels().isolationForestScore({ ...args, x })).toThrow(/transferred to somebody else/);
  });

  test("too little room for the nodes of a tree", () => {
    const args = { ...fitArgs(given), nodeCapacity: 5 };
    expect(() => kernels().isolationForestFit(args)).toThrow(/a tree needs more than nodeCapacity = 5 nodes/);
  });

  test("no candidate for a split by gain", () => {
    const args = { ...fitArgs(given), candidates: 0 };
    expect(() => kernels().isolationForestFit(args)).toThrow(/candidates: expected an integer from 1/);
  });

  test("more samples than rows", () => {
    const args = { ...fitArgs(given), rows: 10 };
    expect(() => kernels().isolationForestFit(args)).toThrow(/sampleSize: there are only 10 rows/);
  });

  test("an error has the code and the stack of its caller", () => {
    const args = { ...scoreArgs(), rows: rows + 1 };
    try {
      kernels().isolationForestScore(args);
      expect.fail("it should have thrown");
    } catch (error) {
      expect((error as KernelError).code).toBe("KERNEL_FAILED");
      expect((error as KernelError).stack).toContain("isolation-forest.test.ts");
    }
  });
});
