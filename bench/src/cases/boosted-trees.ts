import { type BoostedTreesPredictArgs, treeShapPaths } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { type EnsembleShape, fullTrees } from "../data/tree-ensembles.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Rows compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_ROWS = 4_639;

type Trees = Omit<EnsembleShape, "cols">;

function predictArgs(trees: Trees, { rows, cols }: Shape): BoostedTreesPredictArgs {
  const model = fullTrees({ ...trees, cols }, 5);
  return {
    ...{ model, x: plantedData("gaussian", rows, cols, 2).x, rows, cols, trees: trees.trees, threads: 1 },
    margins: new Float32Array(rows * trees.outputs),
  };
}

function predictCase(variant: string, trees: Trees, shapes: readonly Shape[], smokeShapes: readonly Shape[]) {
  return kernelCase({
    kernel: "boostedTreesPredict",
    variant,
    unit: "rows",
    shapes,
    smokeShapes,
    outputs: ["margins"],
    prepare(shape) {
      const args = predictArgs(trees, shape);
      const rows = Math.min(shape.rows, CHECKED_ROWS);
      const margins = new Float32Array(rows * trees.outputs);
      return { work: shape.rows, args, slice: { ...args, rows, x: args.x.subarray(0, rows * shape.cols), margins } };
    },
  });
}

/** What a stream asks for at a time. */
const STREAMED = [
  { rows: 1, cols: 8 },
  { rows: 100, cols: 8 },
];

export const boostedTreesCases: readonly KernelCase[] = [
  predictCase(
    "100 trees of depth 6",
    { trees: 100, depth: 6, outputs: 1, thresholds: 255 },
    [{ rows: 100_000, cols: 8 }, { rows: 100_000, cols: 32 }, ...STREAMED],
    [{ rows: 5_000, cols: 32 }, ...STREAMED],
  ),
  predictCase(
    "3 outputs, 90 trees of depth 10",
    { trees: 90, depth: 10, outputs: 3, thresholds: 255 },
    [{ rows: 20_000, cols: 32 }],
    [{ rows: 1_000, cols: 32 }],
  ),
  kernelCase({
    kernel: "treeShap",
    variant: "100 trees of depth 6",
    unit: "rows",
    shapes: [
      { rows: 2_000, cols: 8 },
      { rows: 2_000, cols: 32 },
    ],
    smokeShapes: [{ rows: 130, cols: 8 }],
    outputs: ["contributions"],
    prepare({ rows, cols }) {
      const model = fullTrees({ trees: 100, depth: 6, outputs: 1, thresholds: 255, cols }, 5);
      const x = plantedData("gaussian", rows, cols, 2).x;
      const some = Math.min(rows, 130);
      const args = { model, paths: treeShapPaths(model), x, rows, cols, threads: 1 };
      return {
        work: rows,
        args: { ...args, contributions: new Float64Array(rows * (cols + 1)) },
        slice: {
          ...args,
          rows: some,
          x: x.subarray(0, some * cols),
          contributions: new Float64Array(some * (cols + 1)),
        },
      };
    },
  }),
];
