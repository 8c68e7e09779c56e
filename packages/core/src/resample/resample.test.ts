import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TelltaleError } from "../errors.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { type SmoteInterpolateArgs, syntheticSlices } from "../kernels/smote.js";
import { fromRows, type Matrix, matrix } from "../matrix.js";
import { Random } from "../random.js";
import { adasyn } from "./adasyn.js";
import { borderlineSmote } from "./borderline-smote.js";
import { createResampler, type ResampleOptions, resample, resamplers, resampleSync } from "./resample.js";
import type { Resampled } from "./resampler.js";
import { smote } from "./smote.js";
import { smoteNc } from "./smote-nc.js";

function noise(rows: number, cols: number, seed = 1): Matrix {
  const random = new Random(seed);
  const data = Float64Array.from({ length: rows * cols }, () => random.normal());
  return matrix(data, rows, cols);
}

/** Labels with a 1 at every n-th row. */
const every = (n: number, rows: number) => Uint8Array.from({ length: rows }, (_, i) => (i % n === 0 ? 1 : 0));

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof TelltaleError) return `${error.constructor.name} ${error.code}: ${error.message}`;
    throw error;
  }
  return "no error";
}

/** Every value of a synthetic row lies between those of its parents, and all of them equally far along. */
function expectOnSegments({ x, givenRows, parents }: Resampled, skip: readonly number[] = []): void {
  for (let i = givenRows; i < x.rows; i++) {
    const [a, b] = [2 * (i - givenRows), 2 * (i - givenRows) + 1].map((at) => parents[at] as number) as [
      number,
      number,
    ];
    let least = 0;
    let most = 1;
    for (let j = 0; j < x.cols; j++) {
      if (skip.includes(j)) continue;
      const [from, to] = [x.data[a * x.cols + j] as number, x.data[b * x.cols + j] as number];
      const v = x.data[i * x.cols + j] as number;
      expect(v).toBeGreaterThanOrEqual(Math.min(from, to));
      expect(v).toBeLessThanOrEqual(Math.max(from, to));
      const length = to - from;
      if (length === 0 || !Number.isFinite(length)) continue;
      const rounding = 4 * Number.EPSILON * Math.max(Math.abs(from), Math.abs(to)) + 2 * Number.MIN_VALUE;
      const room = rounding / Math.abs(length);
      least = Math.max(least, (v - from) / length - room);
      most = Math.min(most, (v - from) / length + room);
    }
    expect(least).toBeLessThanOrEqual(most + 1e-12);
  }
}

const METHODS: readonly ResampleOptions[] = [
  { method: "smote" },
  { method: "borderline-smote", m: 5 },
  { method: "borderline-smote", m: 5, variant: 2 },
  { method: "adasyn" },
  { method: "smote-nc", categorical: [1] },
];

describe.each(METHODS)("$method $variant", (method) => {
  const rows = 240;
  const x = noise(rows, 4);
  for (let i = 0; i < rows; i++) x.data[i * 4 + 1] = (i * 7) % 5; // categories for the one that takes them
  const y = every(8, rows);

  it("gives back the rows, then those asked for, on segments between rows and neighbours of their class", () => {
    const result = resampleSync(x, y, { ...method, ratio: 0.8, k: 3 });
    expect(result.x.rows).toBe(210 + 168);
    expect(result.y.reduce((sum, label) => sum + label, 0)).toBe(168);
    expect([result.givenRows, result.minority]).toEqual([rows, 1]);
    expect(result.x.data.subarray(0, rows * 4)).toEqual(x.data);
    expect(result.y.subarray(0, rows)).toEqual(y);
    expectOnSegments(result, method.categorical === undefined ? [] : [1]);
    result.parents.forEach((row, i) => {
      if (i % 2 === 0 || method.variant !== 2) expect(y[row]).toBe(1);
    });
  });

  it("is the same for the same seed, as a promise, and whatever is resampled besides", async () => {
    const options = { ...method, seed: 11, k: 4 };
    const first = resampleSync(x, y, options);
    expect(resampleSync(x, y, { ...options, threads: 3 })).toEqual(first);
    const told: number[] = [];
    expect(await resample(x, y, { ...options, progress: (done) => told.push(done) })).toEqual(first);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(resampleSync(x, y, { ...options, seed: 12 }).x.data).not.toEqual(first.x.data);
    // A larger ratio goes on where a smaller one ended, unless the shares change with it.
    if (method.method === "adasyn") return;
    const less = resampleSync(x, y, { ...options, ratio: 0.5 });
    expect(first.x.data.subarray(0, less.x.data.length)).toEqual(less.x.data);
  });

  it("adds to whichever class is smaller, and nothing when the ratio is there", () => {
    const swapped = y.map((label) => 1 - label);
    const result = resampleSync(x, swapped, method);
    expect(result.minority).toBe(0);
    expect(result.x.data).toEqual(resampleSync(x, y, method).x.data);
    expect(result.y.subarray(rows).every((label) => label === 0)).toBe(true);
    const balanced = resampleSync(x, every(2, rows), method);
    expect([balanced.x, balanced.y.length, balanced.parents.length]).toEqual([x, rows, 0]);
  });

  it("finds neighbours on standardized columns when told to, and makes rows in the given units", () => {
    const units = x.data.map((v, at) => (at % 4 === 0 ? 1e6 * v + 5e6 : v));
    const table = matrix(units, rows, 4);
    const options = { ...method, scale: true, seed: 5, k: 3 };
    const result = resampleSync(table, y, options);
    // Other units, same parents; without scale the first column decides.
    const other = resampleSync(matrix(x.data.slice(), rows, 4), y, options);
    expect(result.parents).toEqual(other.parents);
    expect(resampleSync(table, y, { ...options, scale: false }).parents).not.toEqual(result.parents);
    expectOnSegments(result, method.categorical === undefined ? [] : [1]);
    expect(result.x.data.subarray(0, units.length)).toEqual(units);
  });

  it("leaves rows and labels as they were", () => {
    const before = [x.data.slice(), y.slice()];
    resampleSync(x, y, method);
    expect([x.data, y]).toEqual(before);
  });

  it("stops when aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(resample(x, y, { ...method, signal })).rejects.toThrow("enough");
  });

  it("refuses what it cannot do, and says what would do", () => {
    const says = (options: ResampleOptions, labels: ArrayLike<number> = y, of = x) =>
      codeOf(() => resampleSync(of, labels, { ...method, ...options }));
    expect(says({}, new Uint8Array(rows))).toMatch(/^DataError DATA_ONE_CLASS: .* 240 rows, all of one/);
    expect(says({}, new Uint8Array(rows).fill(1))).toMatch(/^DataError DATA_ONE_CLASS/);
    expect(says({ ratio: 0.1 })).toMatch(
      /^ParamError PARAM_RANGE: ratio: 0.1 is less .* 30 of class 1 for 210 .* 0.1429/,
    );
    expect(says({ ratio: 0 })).toMatch(/^ParamError PARAM_RANGE: ratio: expected a number > 0/);
    expect(says({ ratio: 1e9 })).toMatch(/^KernelError KERNEL_MEMORY: .* need \d+ MiB. Choose a smaller ratio/);
    expect(says({ k: 0 })).toMatch(/^ParamError PARAM_RANGE: k/);
    expect(says({}, every(2, 8))).toMatch(/^ShapeError SHAPE_MISMATCH: 240 rows need 240 labels; found 8/);
    expect(
      says(
        {},
        Array.from({ length: rows }, () => 2),
      ),
    ).toMatch(/^DataError DATA_LABEL: row 1: .*found 2/);
    const spoilt = matrix(x.data.slice(), rows, 4, ["a", "b", "c", "d"]);
    spoilt.data[10] = Number.NaN;
    expect(says({}, y, spoilt)).toMatch(/^DataError DATA_MISSING: row 3, column "c": .*missing value.*Impute/);
    spoilt.data[10] = Number.POSITIVE_INFINITY;
    expect(says({}, y, spoilt)).toMatch(/^DataError DATA_INFINITE: row 3, column "c"/);
    if (method.variant === 2) return; // goes towards rows of both classes
    expect(says({ k: 30 })).toMatch(
      /^ParamError PARAM_RANGE: k: 30 neighbours asked of class 1, which has 30 rows; 31 are needed. Choose k ≤ 29/,
    );
    const single = Uint8Array.from({ length: rows }, (_, i) => (i === 9 ? 1 : 0));
    expect(says({ k: 1 }, single)).toMatch(/which has 1 rows; 2 are needed. Give more rows of that class/);
  });
});

describe("on the segment", () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -2, max: 2 }) },
    { weight: 3, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: -1e150, max: 1e150, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e-300, Number.MIN_VALUE, 1 + Number.EPSILON) },
  );

  it("are all synthetic rows, whatever the values", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((cols) =>
          fc.record({
            rows: fc.array(fc.array(value, { minLength: cols, maxLength: cols }), { minLength: 12, maxLength: 30 }),
            k: fc.integer({ min: 1, max: 2 }),
            seed: fc.maxSafeNat(),
          }),
        ),
        ({ rows, k, seed }) => {
          expectOnSegments(resampleSync(fromRows(rows), every(4, rows.length), { k, seed }));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("uses steps over the whole of it, and half of it towards the other class", () => {
    // Two classes in turn on a line: with k = 1, variant 2 goes from each 1 to a 0.
    const line = matrix(
      Float64Array.from({ length: 60 }, (_, i) => i + (i % 3 === 1 ? 0.4 : 0)),
      60,
      1,
    );
    const y = Uint8Array.from({ length: 60 }, (_, i) => (i % 3 === 1 ? 1 : 0));
    const steps = (result: Resampled) =>
      Array.from({ length: result.parents.length / 2 }, (_, i) => {
        const [a, b] = [result.parents[2 * i] as number, result.parents[2 * i + 1] as number];
        const [from, to] = [line.data[a] as number, line.data[b] as number];
        return ((result.x.data[result.givenRows + i] as number) - from) / (to - from);
      });
    const whole = steps(resampleSync(line, y, { ratio: 60, k: 2 }));
    const half = steps(borderlineSmote({ ratio: 60, k: 1, m: 5, variant: 2 }).resampleSync(line, y));
    for (const [all, end] of [
      [whole, 1],
      [half, 0.5],
    ] as const) {
      expect(all.length).toBe(2380);
      const mean = all.reduce((sum, step) => sum + step, 0) / all.length;
      expect(mean / end).toBeCloseTo(0.5, 1);
      expect(Math.min(...all) / end).toBeLessThan(0.01);
      expect(Math.max(...all) / end).toBeGreaterThan(0.99);
      expect(Math.max(...all)).toBeLessThanOrEqual(end + 1e-9);
    }
  });

  it("holds for values whose difference overflows", () => {
    const huge = Float64Array.of(-1.7e308, 1.7e308, 5, 5);
    const args: SmoteInterpolateArgs = {
      ...{ x: huge, sources: 2, cols: 2, bases: Int32Array.of(0, 1), neighbours: Int32Array.of(1, 0), k: 1 },
      ...{ shares: new Int32Array(0), halfway: new Uint8Array(0), seed: 1, first: 0, rows: 50, threads: 1 },
      ...{ synthetic: new Float64Array(100), origins: new Int32Array(50), towards: new Int32Array(50) },
    };
    referenceKernels.smoteInterpolate(args);
    expect(args.synthetic.every((v, i) => (i % 2 === 0 ? v >= -1.7e308 && v <= 5 : v >= 5 && v <= 1.7e308))).toBe(true);
  });
});

describe("smote", () => {
  it("keeps constant columns constant, and duplicates duplicates", () => {
    const x = fromRows(Array.from({ length: 20 }, (_, i) => [0.1, i < 15 ? i : 99]));
    const { x: all } = smote({ k: 2 }).resampleSync(
      x,
      Uint8Array.from({ length: 20 }, (_, i) => (i < 15 ? 0 : 1)),
    );
    for (let i = 20; i < all.rows; i++) expect([all.data[2 * i], all.data[2 * i + 1]]).toEqual([0.1, 99]);
  });

  it("draws bases and neighbours evenly", () => {
    const { parents } = smote({ k: 4, ratio: 200 }).resampleSync(noise(60, 3), every(6, 60));
    const counts = new Map<string, number>();
    for (let i = 0; i < parents.length; i += 2) {
      const pair = `${parents[i]} ${parents[i + 1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(40);
    const expected = parents.length / 2 / 40;
    // Chi-squared with 39 degrees of freedom: beyond 80 once in ten thousand seeds.
    const chi = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chi).toBeLessThan(80);
  });

  it("says which row of the table is too far away to measure", () => {
    const x = fromRows(Array.from({ length: 20 }, (_, i) => [i === 19 ? 1e200 : i]));
    const says = codeOf(() =>
      smote({ k: 2 }).resampleSync(
        x,
        Uint8Array.from({ length: 20 }, (_, i) => (i >= 14 ? 1 : 0)),
      ),
    );
    expect(says).toMatch(/^DataError DATA_INFINITE: row \d+: the distance .*Scale the columns/);
    expect(Number(/row (\d+)/.exec(says)?.[1])).toBeGreaterThan(14);
  });
});

describe("borderline-smote", () => {
  it("starts from rows of which at least half, not all, of the m nearest are of the other class", () => {
    // 1s at 10 (among its own), 13 (on the border), and 30 (alone among 0s).
    const at = [9.8, 10, 10.1, 10.2, 13, 13.1, 13.3, 29, 29.5, 30, 30.5, 31, 50, 51, 52];
    const y = Uint8Array.from([1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    const x = fromRows(at.map((v) => [v]));
    const { parents } = borderlineSmote({ k: 2, m: 3, ratio: 5 }).resampleSync(x, y);
    expect(new Set(parents.filter((_, i) => i % 2 === 0))).toEqual(new Set([4]));
  });

  it("says so where there is no border", () => {
    const x = fromRows(Array.from({ length: 40 }, (_, i) => [i < 30 ? i : i + 1000]));
    const y = Uint8Array.from({ length: 40 }, (_, i) => (i < 30 ? 0 : 1));
    expect(codeOf(() => borderlineSmote({ m: 5 }).resampleSync(x, y))).toMatch(
      /^DataError DATA_NO_BORDER: .*Use smote/,
    );
    expect(codeOf(() => adasyn().resampleSync(x, y))).toMatch(/^DataError DATA_NO_BORDER: .*Use smote/);
    expect(codeOf(() => borderlineSmote({ m: 40 }).resampleSync(x, y))).toMatch(
      /^ParamError PARAM_RANGE: m: 40 neighbours asked of 40 rows, which have 39 each. Choose m ≤ 39/,
    );
  });
});

describe("smote-nc", () => {
  const rows = Array.from({ length: 30 }, (_, i) => [i % 3 === 0 ? i / 10 : i, i % 3 === 0 ? (i % 2) + 1 : 7, 5]);
  const x = fromRows(rows, ["Load", "Mode", "Constant"]);
  const y = every(3, 30);

  it("takes columns by name or position, and gives only categories of the class", () => {
    const byName = smoteNc({ categorical: ["Mode"] }).resampleSync(x, y);
    expect(byName).toEqual(resampleSync(x, y, { categorical: [1] }));
    for (let i = 30; i < byName.x.rows; i++) expect([1, 2]).toContain(byName.x.data[3 * i + 1]);
  });

  it("weighs another category as one median deviation", () => {
    // From 0: the same category at 0.9, another one at 0.1. The deviation decides which is nearer.
    const near = (spread: number) => {
      const table = fromRows([
        [0, 1],
        [0.9, 1],
        [0.1, 2],
        [spread, 2],
        [-spread, 1],
        ...Array.from({ length: 9 }, (_, i) => [i, 1]),
      ]);
      const labels = Uint8Array.from({ length: 14 }, (_, i) => (i < 5 ? 1 : 0));
      const { parents } = smoteNc({ k: 1, ratio: 20, categorical: [1] }).resampleSync(table, labels);
      return parents[parents.indexOf(0, 0) + 1];
    };
    expect(near(0.01)).not.toBe(1);
    expect(near(1000)).toBe(1);
  });

  it("refuses columns that are not there, all of them and none of them", () => {
    const says = (categorical: (string | number)[]) => codeOf(() => smoteNc({ categorical }).resampleSync(x, y));
    expect(says(["Mood"])).toMatch(/^ColumnError COLUMN_MISSING: column "Mood".*There are Load, Mode, Constant/);
    expect(says([3])).toMatch(/^ColumnError COLUMN_MISSING/);
    expect(says([])).toMatch(/^ParamError PARAM_RANGE: .*3 continuous and 0 categorical. Use smote/);
    expect(says([0, 1, 2])).toMatch(/0 continuous and 3 categorical/);
  });
});

describe("createResampler", () => {
  it("knows every method by name, and refuses other names and others' parameters", () => {
    expect(resamplers.map(({ name }) => name)).toEqual(["smote", "borderline-smote", "smote-nc", "adasyn"]);
    expect(createResampler().spec.name).toBe("smote");
    expect(createResampler({ categorical: [1] }).spec.name).toBe("smote-nc");
    expect(createResampler({ method: "adasyn", k: 7 }).params).toEqual({ k: 7, ratio: 1, seed: 0, scale: false });
    expect(codeOf(() => createResampler({ method: "rose" as never }))).toMatch(/PARAM_UNKNOWN.*Methods: smote, /);
    expect(codeOf(() => createResampler({ method: "smote", m: 5 }))).toMatch(
      /PARAM_UNKNOWN: smote has no parameter "m"/,
    );
    expect(codeOf(() => createResampler({ method: "adasyn", categorical: [0] }))).toMatch(/no parameter "categorical"/);
  });
});

describe("the interpolation kernel", () => {
  it("gives the same rows in slices, with shares and without", () => {
    const x = noise(50, 3);
    const bases = Int32Array.from({ length: 10 }, (_, i) => 3 * i);
    const neighbours = Int32Array.from({ length: 40 }, (_, i) => (7 * i) % 50);
    for (const shares of [new Int32Array(0), Int32Array.of(0, 0, 5, 5, 9, 30, 31, 40, 60, 99, 101)]) {
      const made = (): SmoteInterpolateArgs => ({
        ...{ x: x.data, sources: 50, cols: 3, bases, neighbours, k: 4, shares, seed: 5, first: 0, rows: 101 },
        ...{ halfway: Uint8Array.from({ length: 50 }, (_, i) => i % 2), threads: 1 },
        ...{ synthetic: new Float64Array(303), origins: new Int32Array(101), towards: new Int32Array(101) },
      });
      const [whole, cut] = [made(), made()];
      referenceKernels.smoteInterpolate(whole);
      const slices = syntheticSlices(cut, 7);
      expect(slices.length).toBe(15);
      for (const slice of slices.toReversed()) referenceKernels.smoteInterpolate(slice);
      expect(cut).toEqual(whole);
      if (shares.length === 0) continue;
      whole.origins.forEach((base, i) => {
        expect((shares[base] as number) <= i && i < (shares[base + 1] as number)).toBe(true);
      });
    }
  });
});
