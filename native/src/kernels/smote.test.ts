import {
  KernelError,
  type Kernels,
  matrix,
  Random,
  type ResampleOptions,
  referenceKernels,
  resample,
  resampleSync,
  type SmoteInterpolateArgs,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

/** Values at which paths could differ: signs of zero, subnormal numbers, differences that round, vanish or overflow. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, Number.MIN_VALUE, 1.7e308, -1.7e308, 1 + Number.EPSILON) },
);

const problem: fc.Arbitrary<SmoteInterpolateArgs> = fc
  .record({
    sources: fc.integer({ min: 1, max: 20 }),
    cols: fc.integer({ min: 1, max: 21 }),
    count: fc.integer({ min: 1, max: 12 }),
    k: fc.integer({ min: 1, max: 7 }),
    rows: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 120, max: 700 })),
    first: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 2 ** 31 - 1000 })),
    shared: fc.boolean(),
    limited: fc.boolean(),
  })
  .chain(({ sources, cols, count, k, rows, first, shared, limited }) => {
    const row = fc.nat(sources - 1);
    const many = (n: number) => fc.array(row, { minLength: n, maxLength: n }).map((all) => Int32Array.from(all));
    const starts = fc.array(fc.integer({ min: 0, max: first + rows }), { minLength: count - 1, maxLength: count - 1 });
    return fc.record({
      // A view that does not begin where its buffer does.
      x: fc.array(value, { minLength: sources * cols, maxLength: sources * cols }).map((values) => {
        const view = new Float64Array(sources * cols + 3).subarray(3);
        view.set(values);
        return view;
      }),
      bases: many(count),
      neighbours: many(count * k),
      shares: starts.map((all) =>
        shared ? Int32Array.from([0, ...all.sort((a, b) => a - b), first + rows]) : new Int32Array(0),
      ),
      halfway: fc
        .array(fc.integer({ min: 0, max: 1 }), { minLength: sources, maxLength: sources })
        .map((all) => (limited ? Uint8Array.from(all) : new Uint8Array(0))),
      seed: fc.maxSafeNat(),
      threads: fc.integer({ min: 1, max: 4 }),
      ...{ sources: fc.constant(sources), cols: fc.constant(cols), k: fc.constant(k) },
      ...{ rows: fc.constant(rows), first: fc.constant(first) },
      synthetic: fc.constant(new Float64Array(0)),
      origins: fc.constant(new Int32Array(0)),
      towards: fc.constant(new Int32Array(0)),
    });
  });

/** The call with outputs of its own. */
function fresh(args: SmoteInterpolateArgs): SmoteInterpolateArgs {
  const { rows, cols } = args;
  return {
    ...args,
    synthetic: new Float64Array(rows * cols + 1).subarray(1).fill(7),
    origins: new Int32Array(rows).fill(-1),
    towards: new Int32Array(rows).fill(-1),
  };
}

function expectSame(kernels: Kernels, args: SmoteInterpolateArgs): void {
  const [expected, found] = [fresh(args), fresh(args)];
  referenceKernels.smoteInterpolate(expected);
  kernels.smoteInterpolate(found);
  for (const name of ["origins", "towards", "synthetic"] as const) {
    const at = expected[name].findIndex((v, i) => !Object.is(v, found[name][i]));
    if (at >= 0) expect.fail(`${name}: element ${at} is ${found[name][at]}, in the reference ${expected[name][at]}`);
  }
}

function call(rows: number, sources: number, cols: number, count: number, k: number): SmoteInterpolateArgs {
  const random = new Random(17);
  const places = (n: number) => Int32Array.from({ length: n }, () => random.below(sources));
  return fresh({
    x: Float64Array.from({ length: sources * cols }, () => random.normal()),
    ...{ sources, cols, k, rows, first: 0, seed: 2 ** 53 - 1, threads: 2 },
    ...{ bases: places(count), neighbours: places(count * k) },
    ...{ shares: new Int32Array(0), halfway: new Uint8Array(0) },
    ...{ synthetic: new Float64Array(0), origins: new Int32Array(0), towards: new Int32Array(0) },
  });
}

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

const METHODS: readonly ResampleOptions[] = [
  { method: "smote" },
  { method: "borderline-smote", m: 5 },
  { method: "borderline-smote", m: 5, variant: 2 },
  { method: "adasyn" },
  { method: "smote-nc", categorical: [1] },
];

describe.skipIf(isas.length === 0)("synthetic rows, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    test("any shape, any values", () => {
      fc.assert(
        fc.property(problem, (args) => expectSame(kernels, args)),
        { numRuns: 300 },
      );
    });

    test.each([
      [30_000, 500, 32, 300, 5],
      [100_001, 90, 3, 90, 1],
      [70, 3, 5000, 3, 2],
      [1, 1, 1, 1, 1],
    ])("%d rows from %d × %d, any number of threads", (rows, sources, cols, count, k) => {
      const args = call(rows, sources, cols, count, k);
      for (const threads of [1, 2, 3, 4]) expectSame(kernels, { ...args, threads });
    });

    test.each(METHODS)("$method $variant, at once and as a promise", async (method) => {
      const rows = 900;
      const random = new Random(3);
      const data = Float64Array.from({ length: rows * 6 }, (_, i) => (i % 6 === 1 ? random.below(4) : random.normal()));
      const x = matrix(data, rows, 6);
      const y = Uint8Array.from({ length: rows }, (_, i) => (i % 9 === 0 ? 1 : 0));
      const expected = resampleSync(x, y, { ...method, kernels: referenceKernels });
      expect(resampleSync(x, y, { ...method, kernels })).toEqual(expected);
      expect(await resample(x, y, { ...method, kernels, threads: 2 })).toEqual(expected);
    });
  });

  test("a promise that is aborted half-way rejects", async () => {
    const controller = new AbortController();
    const args = call(40_000, 500, 512, 300, 5);
    const told: number[] = [];
    const progress = (done: number) => {
      told.push(done);
      controller.abort(new Error("enough"));
    };
    const { signal } = controller;
    await expect(kernelsFor().promise.smoteInterpolate(args, { signal, progress })).rejects.toThrow("enough");
    expect(told).toHaveLength(1);
  });
});

describe.skipIf(isas.length === 0)("synthetic rows, what the border refuses", () => {
  const cases: Record<string, [Partial<Record<keyof SmoteInterpolateArgs, unknown>>, RegExp]> = {
    "a base that is no row": [{ bases: Int32Array.of(0, 1, 2, 10) }, /has no base or neighbour in x/],
    "a neighbour below the first row": [{ neighbours: new Int32Array(8).fill(-1) }, /has no base or neighbour in x/],
    "shares that end too early": [{ shares: Int32Array.of(0, 10, 20, 30, 40) }, /has no base or neighbour in x/],
    "too few shares": [{ shares: Int32Array.of(0, 10) }, /shares: expected at least 5 elements; found 2/],
    "too few marks": [{ halfway: new Uint8Array(3) }, /halfway: expected at least 10 elements; found 3/],
    "too few neighbours": [{ neighbours: new Int32Array(7) }, /neighbours: expected at least 8/],
    "no base": [{ bases: new Int32Array(0) }, /bases: expected an integer from 1/],
    "no neighbour": [{ k: 0 }, /k: expected an integer from 1/],
    "rows that are not there": [{ sources: 11 }, /x: expected at least 33 elements; found 30/],
    "too little room": [{ synthetic: new Float64Array(5) }, /synthetic: expected at least 300/],
    "too little room for origins": [{ origins: new Int32Array(5) }, /origins: expected at least 100/],
    "streams beyond the last": [{ first: 2 ** 32 - 50 }, /rows: expected an integer from 0 to 50/],
    "an array of another type": [{ towards: new Float64Array(100) }, /towards: expected a Int32Array/],
  };

  test.each(Object.entries(cases))("%s", async (_, [change, message]) => {
    const args = { ...call(100, 10, 3, 4, 2), ...change } as SmoteInterpolateArgs;
    expect(() => kernelsFor().smoteInterpolate(args)).toThrow(KernelError);
    expect(() => kernelsFor().smoteInterpolate(args)).toThrow(message);
    await expect(kernelsFor().promise.smoteInterpolate(args)).rejects.toThrow(message);
  });
});
