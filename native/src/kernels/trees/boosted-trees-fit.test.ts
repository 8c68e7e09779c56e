import {
  type BoostedTreesBinArgs,
  type BoostedTreesModel,
  type BoostedTreesOptions,
  type BoostedTreesRoundArgs,
  boostedTreesHistograms,
  boostedTreesNodeCapacity,
  boostedTreesPairs,
  boostedTreesRoundTrees,
  boostedTreesWorkspace,
  KernelError,
  matrix,
  Random,
  referenceKernels,
  trainBoostedTrees,
  trainBoostedTreesSync,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../../addon.js";
import { kernelsFor, nativeStatus } from "../../index.js";

interface Problem {
  readonly seed: number;
  readonly rows: number;
  readonly cols: number;
  readonly options: BoostedTreesOptions;
  readonly nasty: boolean;
}

/** Values of which many are equal, missing, huge or tiny; every third column may be one of categories. */
function rowsOf({ seed, rows, cols, nasty }: Problem, categories: number) {
  const random = new Random(seed);
  const data = new Float64Array(rows * cols + 1).subarray(1);
  const strange = [Number.NaN, 0, -0, 1e30, -1e30, 1e-40, 5e-324, 3.4e38, 1 + 2 ** -30];
  for (let at = 0; at < data.length; at++) {
    const column = at % cols;
    if (categories > 0 && column % 3 === 2) {
      data[at] = random.below(20) === 0 ? Number.NaN : random.below(categories);
    } else if (random.below(nasty ? 3 : 15) === 0) {
      data[at] = strange[random.below(nasty ? strange.length : 2)] as number;
    } else {
      data[at] = column % 2 === 0 ? random.normal() : random.below(9) / 4;
    }
  }
  for (let j = 0; j < cols; j++) if (Number.isNaN(data[j])) data[j] = 1;
  return { x: matrix(data, rows, cols), random };
}

const objectives = ["binary:logistic", "reg:squarederror", "multi:softprob"] as const;

const problem: fc.Arbitrary<
  Problem & { readonly categories: number; readonly weighted: boolean; readonly threads: number }
> = fc.record({
  seed: fc.maxSafeNat(),
  rows: fc.integer({ min: 3, max: 400 }),
  cols: fc.integer({ min: 1, max: 19 }),
  categories: fc.constantFrom(0, 0, 2, 7, 40),
  nasty: fc.boolean(),
  weighted: fc.boolean(),
  threads: fc.integer({ min: 1, max: 3 }),
  options: fc.record({
    objective: fc.constantFrom(...objectives),
    rounds: fc.integer({ min: 1, max: 5 }),
    maxDepth: fc.integer({ min: 0, max: 8 }),
    maxLeaves: fc.constantFrom(0, 0, 2, 5, 40),
    growth: fc.constantFrom("depthwise" as const, "lossguide" as const),
    eta: fc.constantFrom(0.3, 1),
    lambda: fc.constantFrom(0, 1, 1, 3.7),
    alpha: fc.constantFrom(0, 0, 0.5),
    gamma: fc.constantFrom(0, 0, 0.1),
    minChildWeight: fc.constantFrom(0, 0.1, 1),
    subsample: fc.constantFrom(1, 1, 0.6),
    colsampleBytree: fc.constantFrom(1, 1, 0.5),
    colsampleBylevel: fc.constantFrom(1, 1, 0.7),
    colsampleBynode: fc.constantFrom(1, 1, 0.5),
    maxBin: fc.constantFrom(2, 17, 256, 300),
    maxCatToOnehot: fc.constantFrom(1, 4, 100),
    maxCatThreshold: fc.constantFrom(3, 64),
    seed: fc.nat(),
  }),
});

function labelsOf(objective: string, rows: number, random: Random, x: Float64Array, cols: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const value = (x[i * cols] as number) || 0;
    if (objective === "reg:squarederror") return 10 * random.normal() + Math.min(5, Math.max(-5, value));
    if (i < 3) return objective === "multi:softprob" ? i : i % 2;
    if (objective === "binary:logistic") return value + random.normal() > 0.5 ? 1 : 0;
    return random.below(3);
  });
}

function expectSame(found: BoostedTreesModel, expected: BoostedTreesModel, what = ""): void {
  expect(found.history, what).toEqual(expected.history);
  for (const [name, array] of Object.entries(expected.ensemble)) {
    const other = found.ensemble[name as "gain"];
    if (typeof array === "number") {
      expect(other, name).toBe(array);
      continue;
    }
    expect(other.length, `${what} ${name}`).toBe(array.length);
    for (let k = 0; k < array.length; k++) {
      if (!Object.is(other[k], array[k]))
        expect.fail(`${what} ${name}[${k}] is ${other[k]}, in the reference ${array[k]}`);
    }
  }
}

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("training of boosted trees, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    test("any rows, any parameters", () => {
      fc.assert(
        fc.property(problem, ({ categories, weighted, threads, ...given }) => {
          const { x, random } = rowsOf(given, categories);
          const { rows, cols, options } = given;
          const y = labelsOf(options.objective as string, rows, random, x.data, cols);
          const columns = Array.from({ length: cols }, (_, j) => j);
          const some = {
            ...options,
            ...(categories > 0 ? { categorical: columns.filter((j) => j % 3 === 2).join(",") } : {}),
            ...(weighted ? { weights: Float64Array.from(y, (_, i) => (i < 3 ? 1 : random.below(5) / 3)) } : {}),
            ...(random.below(3) === 0
              ? { monotone: columns.map((j) => (j % 3 === 2 ? 0 : random.below(3) - 1)).join(",") }
              : {}),
            ...(options.objective === "binary:logistic" ? { scalePosWeight: 1 + random.below(3) } : {}),
          };
          const validation = rows > 30 ? { validation: { x, y } } : {};
          const expected = trainBoostedTreesSync(x, y, { ...some, ...validation, kernels: referenceKernels });
          expectSame(trainBoostedTreesSync(x, y, { ...some, ...validation, kernels, threads }), expected);
        }),
        { numRuns: 250 },
      );
    });

    test.each([
      ["many rows", 9001, 9, 0, {}],
      ["several tiles, two threads", 40_001, 12, 0, { rounds: 2 }],
      ["more leaves than histograms", 3000, 3, 0, { maxDepth: 0, maxLeaves: 700, minChildWeight: 0, maxBin: 2000 }],
      ["bins of two bytes", 5000, 5, 0, { maxBin: 1000 }],
      ["categories of two bytes", 5000, 3, 700, { maxCatThreshold: 1000 }],
      ["one column", 2000, 1, 0, { maxDepth: 0 }],
    ] as const)("%s", (_, rows, cols, categories, change) => {
      const options = { rounds: 5, ...change };
      const { x, random } = rowsOf({ seed: rows, rows, cols, nasty: false, options }, categories);
      const y = labelsOf("binary:logistic", rows, random, x.data, cols);
      const all = { ...options, ...(categories > 0 ? { categorical: "2" } : {}) };
      const expected = trainBoostedTreesSync(x, y, { ...all, kernels: referenceKernels });
      for (const threads of [1, 2, 3]) {
        expectSame(trainBoostedTreesSync(x, y, { ...all, kernels, threads }), expected, `${threads} threads`);
      }
    });

    test("as promises", async () => {
      const { x, random } = rowsOf({ seed: 3, rows: 900, cols: 11, nasty: false, options: {} }, 0);
      const y = labelsOf("binary:logistic", 900, random, x.data, 11);
      const options = { rounds: 6, subsample: 0.7 };
      const expected = trainBoostedTreesSync(x, y, { ...options, kernels: referenceKernels });
      expectSame(await trainBoostedTrees(x, y, { ...options, kernels }), expected);
    });
  });
});

describe.skipIf(isas.length === 0)("training of boosted trees, what the border refuses", () => {
  const kernels = kernelsFor({ threads: 1 });
  const { x } = rowsOf({ seed: 1, rows: 50, cols: 3, nasty: false, options: {} }, 0);

  function binArgs(change: Partial<BoostedTreesBinArgs> = {}): BoostedTreesBinArgs {
    return {
      ...{ x: x.data, rows: 50, cols: 3, trainRows: 50, weights: new Float64Array(0), maxBin: 16, threads: 1 },
      ...{ categories: new Int32Array(3), firstColumn: 0, endColumn: 3, codeBytes: 1, stride: 8 },
      cuts: new Float32Array(48),
      bins: new Int32Array(3),
      missing: new Uint8Array(3),
      codes: new Uint8Array(400),
      columnCodes: new Uint8Array(150),
      ...change,
    };
  }

  function roundArgs(change: Partial<BoostedTreesRoundArgs> = {}): BoostedTreesRoundArgs {
    const bins = binArgs();
    kernels.boostedTreesBin(bins);
    const binStart = new Int32Array(4);
    for (let j = 0; j < 3; j++) {
      binStart[j + 1] = (binStart[j] as number) + (bins.bins[j] as number) + (bins.missing[j] as number);
    }
    const pairs = boostedTreesPairs({ stride: 8, codeBytes: 1, binStart });
    const histograms = boostedTreesHistograms(pairs, 50, { maxDepth: 3, maxLeaves: 0 });
    const nodes = boostedTreesNodeCapacity(50, 3, 0);
    return {
      ...{
        rows: 50,
        trainRows: 50,
        cols: 3,
        codeBytes: 1,
        stride: 8,
        codes: bins.codes,
        columnCodes: bins.columnCodes,
        binStart,
      },
      missingBin: bins.bins.map((count, j) => (bins.missing[j] === 1 ? count : -1)),
      categories: new Int32Array(3),
      cuts: new Float32Array(binStart[3] as number),
      labels: Float64Array.from({ length: 50 }, (_, i) => i % 2),
      ...{ weights: new Float64Array(0), maxWeight: 1, objective: 1, outputs: 1, round: 0, seed: 1, growth: 0 },
      ...{ maxDepth: 3, maxLeaves: 0, eta: 1, lambda: 1, alpha: 0, gamma: 0, minChildWeight: 0.1, subsample: 1 },
      ...{ colsampleBytree: 1, colsampleBylevel: 1, colsampleBynode: 1, monotone: new Int32Array(0) },
      ...{ maxCatToOnehot: 4, maxCatThreshold: 64, histograms, threads: 1, nodeCapacity: nodes, categoryWords: 0 },
      workspace: new Float64Array(boostedTreesWorkspace(50, 1, pairs, histograms)),
      margins: new Float32Array(50),
      ...boostedTreesRoundTrees(1, nodes, 0),
      ...change,
    };
  }

  test("rows as they should be are taken", () => {
    const args = roundArgs();
    kernels.boostedTreesRound(args);
    expect(args.nodeCount[0]).toBeGreaterThan(1);
  });

  test.each([
    ["codes that are too few", { codes: new Uint8Array(3) }, /codes: expected at least 400/],
    ["codes of columns that are too few", { columnCodes: new Uint8Array(3) }, /columnCodes: expected at least 150/],
    ["a stride that is no multiple of 8", { stride: 9 }, /stride: expected a multiple of 8/],
    ["a workspace that is too small", { workspace: new Float64Array(10) }, /workspace: expected at least/],
    ["bins that go back", { binStart: Int32Array.of(0, 9, 2, 12) }, /binStart: the bins of column [01] are/],
    ["bins that do not begin at 0", { binStart: Int32Array.of(1, 2, 3, 4) }, /the first column begins at 0/],
    ["missing values that are not last", { missingBin: Int32Array.of(0, 0, 0) }, /the bins of column 0 are impossible/],
    ["categories without words", { categories: Int32Array.of(3, 0, 0) }, /the bins of column 0 are impossible/],
    ["fewer nodes than the tree has", { nodeCapacity: 2 }, /nodeCapacity: the tree has more nodes/],
    ["several outputs of one loss", { outputs: 2 }, /outputs: expected 1/],
    ["another loss", { objective: 7 }, /objective: expected an integer from 0 to 2/],
    ["two histograms", { histograms: 2 }, /histograms: expected an integer from 3/],
    ["margins of another type", { margins: new Float64Array(50) }, /margins: expected a Float32Array/],
  ])("%s", async (_, change, message) => {
    const args = roundArgs(change as Partial<BoostedTreesRoundArgs>);
    expect(() => kernels.boostedTreesRound(args)).toThrow(KernelError);
    expect(() => kernels.boostedTreesRound(args)).toThrow(message);
    await expect(kernels.promise.boostedTreesRound(args)).rejects.toThrow(message);
  });

  test.each([
    ["fewer rows than it trains on", { trainRows: 51 }, /trainRows: expected an integer from 1 to 50/],
    ["values that are no categories", { categories: Int32Array.of(2, 0, 0) }, /a value of column 0 is no category/],
    ["cuts that are too few", { cuts: new Float32Array(3) }, /cuts: expected at least 48/],
    ["columns beyond the last", { endColumn: 4 }, /endColumn: expected an integer from 0 to 3/],
  ])("%s", async (_, change, message) => {
    expect(() => kernels.boostedTreesBin(binArgs(change))).toThrow(message);
    await expect(kernels.promise.boostedTreesBin(binArgs(change))).rejects.toThrow(message);
  });
});
