import { copod, ecod, type KernelSet, matrix } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { capturedArguments } from "./captured.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

const SHAPES: readonly Shape[] = [{ rows: 200_000, cols: 16 }];
const SMOKE_SHAPES: readonly Shape[] = [{ rows: 3_000, cols: 3 }];
/** Rows compared with the reference: no multiple of a block. */
const CHECKED_ROWS = 4_639;

/** What a fit of ECOD, and the score of its training rows, call these kernels with. */
function argsOf<K extends "sortColumns" | "tailScore">(
  kernel: K,
  { rows, cols }: Shape,
  detector = ecod,
): Parameters<KernelSet[K]>[0] {
  const x = matrix(plantedData("gaussian", rows, cols, 1).x, rows, cols);
  return capturedArguments(kernel, (kernels) => {
    const model = detector().fitSync(x, { kernels });
    if (kernel === "tailScore") model.scoreSync(x, { kernels });
  });
}

export const empiricalTailCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "sortColumns",
    variant: "gaussian",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE_SHAPES,
    outputs: ["sorted"],
    prepare(shape) {
      const slice = argsOf("sortColumns", { ...shape, rows: Math.min(shape.rows, CHECKED_ROWS) });
      return { work: shape.rows, args: argsOf("sortColumns", shape), slice };
    },
  }),
  ...[ecod, copod].map((detector) =>
    kernelCase({
      kernel: "tailScore",
      variant: `${detector.spec.name}, training rows`,
      unit: "rows",
      shapes: SHAPES,
      smokeShapes: SMOKE_SHAPES,
      outputs: ["scores", "contributions"],
      prepare(shape) {
        const args = argsOf("tailScore", shape, detector as typeof ecod);
        const rows = Math.min(shape.rows, CHECKED_ROWS);
        const outputs = {
          scores: new Float64Array(rows),
          contributions: new Float64Array(rows * shape.cols),
        };
        return {
          work: shape.rows,
          args,
          slice: { ...args, rows, x: args.x.subarray(0, rows * shape.cols), ...outputs },
        };
      },
    }),
  ),
];
