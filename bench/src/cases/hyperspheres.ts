import { type HypersphereScoreArgs, inne, matrix } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { capturedArguments } from "./captured.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Rows compared with the reference: no multiple of a block. */
const CHECKED_ROWS = 1_639;

/** What the score of INNE calls the kernel with. */
function argsOf({ rows, cols }: Shape): HypersphereScoreArgs {
  const { x } = plantedData("gaussian", rows, cols, 1);
  const model = inne({ seed: 1 }).fitSync(matrix(x, rows, cols));
  const few = matrix(x.subarray(0, cols), 1, cols);
  const args = capturedArguments("hypersphereScore", (kernels) => model.scoreSync(few, { kernels }));
  return { ...args, x, rows, scores: new Float64Array(rows) };
}

export const hypersphereCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "hypersphereScore",
    variant: "200 sets of 8",
    unit: "rows",
    shapes: [{ rows: 200_000, cols: 16 }],
    smokeShapes: [{ rows: 1_000, cols: 4 }],
    outputs: ["scores"],
    prepare(shape) {
      const args = argsOf(shape);
      const rows = Math.min(shape.rows, CHECKED_ROWS);
      const slice = { ...args, rows, x: args.x.subarray(0, rows * shape.cols), scores: new Float64Array(rows) };
      return { work: shape.rows, args, slice };
    },
  }),
];
