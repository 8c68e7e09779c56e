import { emptyNearestIndex, type NearestArgs, type NearestIndexArgs, referenceKernels } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Queries compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_QUERIES = 1_003;
const NEIGHBOURS = 20;

const SHAPES = [
  { rows: 20_000, cols: 8 },
  { rows: 20_000, cols: 64 },
  { rows: 50_000, cols: 32 },
];
const SMOKE = [{ rows: 1_500, cols: 8 }];

function indexArgs({ rows, cols }: Shape): NearestIndexArgs {
  const { x } = plantedData("gaussian", rows, cols, 1);
  return { x, rows, cols, threads: 1, ...emptyNearestIndex(rows, cols) };
}

function searchArgs(shape: Shape, self: boolean): { args: NearestArgs; slice: NearestArgs } {
  const index = indexArgs(shape);
  referenceKernels.nearestIndex(index);
  const { rows, cols } = shape;
  const queries = self ? new Float64Array(0) : plantedData("gaussian", rows, cols, 2).x;
  const call = (to: number, length: number): NearestArgs => ({
    ...index,
    ...{ queries, self, from: 0, to, k: NEIGHBOURS, metric: "euclidean", p: 2, method: "auto" },
    distances: new Float64Array(length * NEIGHBOURS),
    indices: new Int32Array(length * NEIGHBOURS),
  });
  const checked = Math.min(rows, CHECKED_QUERIES);
  return { args: call(rows, rows), slice: call(checked, self ? rows : checked) };
}

function searchCase(variant: string, self: boolean): KernelCase {
  return kernelCase({
    kernel: "nearest",
    variant,
    unit: "queries",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["indices", "distances"],
    prepare: (shape) => ({ work: shape.rows, ...searchArgs(shape, self) }),
  });
}

export const nearestCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "nearestIndex",
    variant: "all rows",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["order", "boxes"],
    prepare(shape) {
      const args = indexArgs(shape);
      const rows = Math.min(shape.rows, 4_639);
      const x = args.x.subarray(0, rows * shape.cols);
      const slice = { ...args, x, rows, ...emptyNearestIndex(rows, shape.cols) };
      return { work: shape.rows, args, slice };
    },
  }),
  searchCase("k 20, training rows among themselves", true),
  searchCase("k 20, new rows", false),
];
