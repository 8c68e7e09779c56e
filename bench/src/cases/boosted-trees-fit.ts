import {
  type BoostedTreesBinArgs,
  type BoostedTreesRoundArgs,
  boostedTreesHistograms,
  boostedTreesNodeCapacity,
  boostedTreesPairs,
  boostedTreesRoundTrees,
  boostedTreesWorkspace,
  CODE_COLUMNS,
  referenceKernels,
} from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Rows compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_ROWS = 4_639;
const MAX_BIN = 256;

const SHAPES = [
  { rows: 100_000, cols: 32 },
  { rows: 20_000, cols: 100 },
];
const SMOKE = [{ rows: 5_000, cols: 12 }];

interface Labelled extends Shape {
  readonly x: Float64Array;
  readonly labels: Float64Array;
}

function labelled({ rows, cols }: Shape): Labelled {
  const { x, labels } = plantedData("gaussian", rows, cols, 2);
  return { rows, cols, x, labels: Float64Array.from(labels) };
}

function firstRows({ rows, cols, x, labels }: Labelled): Labelled {
  const count = Math.min(rows, CHECKED_ROWS);
  return { rows: count, cols, x: x.subarray(0, count * cols), labels: labels.subarray(0, count) };
}

function binArgs({ x, rows, cols }: Labelled): BoostedTreesBinArgs {
  const stride = Math.ceil(cols / CODE_COLUMNS) * CODE_COLUMNS;
  return {
    ...{
      x,
      rows,
      cols,
      trainRows: rows,
      weights: new Float64Array(0),
      maxBin: MAX_BIN,
      firstColumn: 0,
      endColumn: cols,
    },
    ...{ categories: new Int32Array(cols), threads: 1, codeBytes: 1, stride },
    cuts: new Float32Array(cols * MAX_BIN),
    bins: new Int32Array(cols),
    missing: new Uint8Array(cols),
    codes: new Uint8Array(rows * stride),
    columnCodes: new Uint8Array(rows * cols),
  };
}

/** The first round of a fit. */
function roundArgs(given: Labelled, change: Partial<BoostedTreesRoundArgs>): BoostedTreesRoundArgs {
  const binned = binArgs(given);
  referenceKernels.boostedTreesBin(binned);
  const { rows, cols } = given;
  const binStart = Int32Array.from({ length: cols + 1 }, (_, j) =>
    binned.bins.subarray(0, j).reduce((a, b) => a + b, 0),
  );
  const totalBins = binStart[cols] as number;
  const limits = { maxDepth: 6, maxLeaves: 0, ...change };
  const nodes = boostedTreesNodeCapacity(rows, limits.maxDepth, limits.maxLeaves);
  const pairs = boostedTreesPairs({ stride: binned.stride, codeBytes: 1, binStart });
  const histograms = boostedTreesHistograms(pairs, rows, limits);
  const cuts = new Float32Array(totalBins);
  for (let j = 0; j < cols; j++)
    cuts.set(binned.cuts.subarray(j * MAX_BIN, j * MAX_BIN + (binned.bins[j] as number)), binStart[j]);
  return {
    ...{
      rows,
      trainRows: rows,
      cols,
      codeBytes: 1,
      stride: binned.stride,
      codes: binned.codes,
      columnCodes: binned.columnCodes,
      binStart,
      cuts,
    },
    ...{ missingBin: new Int32Array(cols).fill(-1), categories: binned.categories, labels: given.labels },
    ...{ weights: new Float64Array(0), maxWeight: 1, objective: 1, outputs: 1, round: 0, seed: 7, growth: 0 },
    ...{ maxDepth: 6, maxLeaves: 0, eta: 0.3, lambda: 1, alpha: 0, gamma: 0, minChildWeight: 1, subsample: 1 },
    ...{ colsampleBytree: 1, colsampleBylevel: 1, colsampleBynode: 1, monotone: new Int32Array(0) },
    ...{ maxCatToOnehot: 4, maxCatThreshold: 64, histograms, threads: 1, nodeCapacity: nodes, categoryWords: 0 },
    workspace: new Float64Array(boostedTreesWorkspace(rows, 1, pairs, histograms)),
    margins: new Float32Array(rows).fill(-4.6),
    ...boostedTreesRoundTrees(1, nodes, 0),
    ...change,
  };
}

function roundCase(variant: string, change: Partial<BoostedTreesRoundArgs>): KernelCase {
  return kernelCase({
    kernel: "boostedTreesRound",
    variant,
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["margins", "nodeCount", "left", "right", "feature", "threshold", "defaultLeft", "gain", "cover"],
    continued: ["margins"],
    prepare(shape) {
      const given = labelled(shape);
      return { work: given.rows, args: roundArgs(given, change), slice: roundArgs(firstRows(given), change) };
    },
  });
}

/**
 * A round adds two numbers to a histogram for each value of the rows of the smaller children, some three times all rows at
 * depth 6: one load, addition and store of 16 bytes for each, of which a core does one a cycle.
 */
export const boostedTreesFitCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "boostedTreesBin",
    variant: "256 bins",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["codes", "columnCodes", "cuts", "bins", "missing"],
    prepare(shape) {
      const given = labelled(shape);
      return { work: given.rows, args: binArgs(given), slice: binArgs(firstRows(given)) };
    },
  }),
  roundCase("depth 6", {}),
  roundCase("a leaf at a time to 64, half of rows and columns", {
    ...{ growth: 1, maxDepth: 0, maxLeaves: 64, subsample: 0.5, colsampleBynode: 0.5 },
  }),
];
