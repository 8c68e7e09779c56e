import { hbos, type KernelSet, matrix } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { capturedArguments } from "./captured.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

type HistogramKernel = "histogramCount" | "histogramScore";

const COMMON = {
  variant: "10 bins",
  unit: "rows",
  shapes: [{ rows: 200_000, cols: 16 }],
  smokeShapes: [{ rows: 10_000, cols: 5 }],
} as const;
/** Rows compared with the reference: no multiple of a block. */
const CHECKED_ROWS = 9_643;

/** What a fit of HBOS, and the score of its training rows, call these kernels with. */
function argsOf<K extends HistogramKernel>(kernel: K, { rows, cols }: Shape): Parameters<KernelSet[K]>[0] {
  const x = matrix(plantedData("gaussian", rows, cols, 1).x, rows, cols);
  return capturedArguments(kernel, (kernels) => {
    const model = hbos().fitSync(x, { kernels });
    if (kernel === "histogramScore") model.scoreSync(x, { kernels });
  });
}

function prepareWith<K extends HistogramKernel>(kernel: K) {
  return (shape: Shape) => ({
    work: shape.rows,
    args: argsOf(kernel, shape),
    slice: argsOf(kernel, { ...shape, rows: Math.min(shape.rows, CHECKED_ROWS) }),
  });
}

export const histogramCases: readonly KernelCase[] = [
  kernelCase({
    ...COMMON,
    kernel: "histogramCount",
    outputs: ["counts"],
    continued: ["counts"],
    prepare: prepareWith("histogramCount"),
  }),
  kernelCase({ ...COMMON, kernel: "histogramScore", outputs: ["scores"], prepare: prepareWith("histogramScore") }),
];
