import { type MatrixProfileArgs, Random, type WindowMoments } from "@telltale/core";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Windows compared with the reference: more than a block of diagonals, and no multiple of one. */
const CHECKED_WINDOWS = 2_311;

/** Windows of a random walk of `cols` values each; `rows` of them against as many. */
function profileArgs({ rows, cols }: Shape): MatrixProfileArgs {
  const random = new Random(5);
  const values = new Float64Array(rows + cols - 1);
  for (let i = 1; i < values.length; i++) values[i] = (values[i - 1] as number) + random.normal();
  const moments = momentsOf(values, rows, cols);
  const products = Float64Array.from({ length: 2 * rows - 1 }, () => random.normal());
  const outputs = { products, best: new Float64Array(rows), nearest: new Int32Array(rows) };
  return { query: moments, train: moments, from: 0, to: rows, low: 1 - rows, high: rows, ...outputs };
}

function momentsOf(values: Float64Array, rows: number, cols: number): WindowMoments {
  const [step, drift, inverse] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  let before = 0;
  for (let i = 0; i < rows; i++) {
    const window = values.subarray(i, i + cols);
    const mean = window.reduce((a, b) => a + b) / cols;
    inverse[i] = 1 / Math.sqrt(window.reduce((sum, v) => sum + (v - mean) ** 2, 0));
    if (i > 0) {
      const [first, last] = [values[i - 1] as number, values[i + cols - 1] as number];
      step[i] = (last - first) / 2;
      drift[i] = last - mean + (first - before);
    }
    before = mean;
  }
  return { step, drift, inverse };
}

export const matrixProfileCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "matrixProfile",
    variant: "all pairs of windows",
    unit: "windows",
    shapes: [{ rows: 20_000, cols: 100 }],
    smokeShapes: [{ rows: 2_000, cols: 100 }],
    outputs: ["products", "best", "nearest"],
    continued: ["products"],
    prepare(shape) {
      const args = profileArgs(shape);
      return { work: shape.rows, args, slice: profileArgs({ ...shape, rows: Math.min(shape.rows, CHECKED_WINDOWS) }) };
    },
  }),
];
