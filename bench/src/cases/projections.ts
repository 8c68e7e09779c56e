import { type KernelSet, loda, matrix } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { capturedArguments } from "./captured.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

type ProjectionKernel = "projectionRange" | "projectionHistogram" | "projectionScore";

const COMMON = {
  variant: "100 cuts, 10 bins",
  unit: "rows",
  shapes: [{ rows: 200_000, cols: 16 }],
  smokeShapes: [{ rows: 3_000, cols: 4 }],
} as const;
/** Rows compared with the reference: no multiple of a block. */
const CHECKED_ROWS = 4_639;

/** What a fit of LODA, and the score of its training rows, call these kernels with. */
function argsOf<K extends ProjectionKernel>(kernel: K, { rows, cols }: Shape): Parameters<KernelSet[K]>[0] {
  const x = matrix(plantedData("gaussian", rows, cols, 1).x, rows, cols);
  return capturedArguments(kernel, (kernels) => {
    const model = loda({ seed: 1 }).fitSync(x, { kernels });
    if (kernel === "projectionScore") model.scoreSync(x, { kernels });
  });
}

function prepareWith<K extends ProjectionKernel>(kernel: K) {
  return (shape: Shape) => ({
    work: shape.rows,
    args: argsOf(kernel, shape),
    slice: argsOf(kernel, { ...shape, rows: Math.min(shape.rows, CHECKED_ROWS) }),
  });
}

export const projectionCases: readonly KernelCase[] = [
  kernelCase({
    ...COMMON,
    kernel: "projectionRange",
    outputs: ["low", "high"],
    prepare: prepareWith("projectionRange"),
  }),
  kernelCase({
    ...COMMON,
    kernel: "projectionHistogram",
    outputs: ["counts"],
    prepare: prepareWith("projectionHistogram"),
  }),
  kernelCase({ ...COMMON, kernel: "projectionScore", outputs: ["scores"], prepare: prepareWith("projectionScore") }),
];
