import { Random, type SmoteInterpolateArgs } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Rows of the smaller class, and what is drawn for each of the synthetic ones. */
const SOURCES = 50_000;
const NEIGHBOURS = 5;
/** Rows compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_ROWS = 4_639;

/** The call that SMOTE makes once it has the neighbours; which rows they are is of no matter here. */
function interpolateArgs({ rows, cols }: Shape): SmoteInterpolateArgs {
  const sources = Math.min(rows, SOURCES);
  const random = new Random(3);
  return {
    ...{ x: plantedData("gaussian", sources, cols, 1).x, sources, cols },
    ...{ bases: Int32Array.from({ length: sources }, (_, i) => i), k: NEIGHBOURS },
    neighbours: Int32Array.from({ length: sources * NEIGHBOURS }, () => random.below(sources)),
    ...{ shares: new Int32Array(0), halfway: new Uint8Array(0), seed: 7, first: 0, rows, threads: 1 },
    ...{ synthetic: new Float64Array(rows * cols), origins: new Int32Array(rows), towards: new Int32Array(rows) },
  };
}

export const smoteCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "smoteInterpolate",
    variant: "k 5, from 50,000 rows",
    unit: "synthetic rows",
    shapes: [
      { rows: 200_000, cols: 8 },
      { rows: 200_000, cols: 32 },
    ],
    smokeShapes: [{ rows: 5_000, cols: 8 }],
    outputs: ["synthetic", "origins", "towards"],
    prepare(shape) {
      const args = interpolateArgs(shape);
      const rows = Math.min(shape.rows, CHECKED_ROWS);
      const outputs = {
        synthetic: new Float64Array(rows * shape.cols),
        origins: new Int32Array(rows),
        towards: new Int32Array(rows),
      };
      return { work: shape.rows, args, slice: { ...args, rows, first: 11, ...outputs } };
    },
  }),
];
