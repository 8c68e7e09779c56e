import type { MaybePromise, Run } from "@telltale/core";
import { chain } from "@telltale/core";
import { computeOf } from "../layers/compute.js";
import { Scratch } from "../layers/scratch.js";
import type { SequenceNetwork } from "../networks/sequence-network.js";
import { gatherWindows, type WindowSource } from "./window-source.js";

/** Values of windows that go through a network at once: some megabytes of states. */
const VALUES_AT_ONCE = 2 ** 18;

export type Residual = "squared" | "absolute";

/**
 * Runs all windows through a network, some at a time, and shows input and output of each of them.
 *
 * @param visit  the number of a window, and where its values begin in the two arrays
 */
export function overWindows(
  network: SequenceNetwork,
  source: WindowSource,
  run: Run,
  visit: (window: number, input: Float32Array, inputAt: number, output: Float32Array, outputAt: number) => void,
): MaybePromise<void> {
  const { size, first, x } = source;
  const length = size * x.cols;
  const scratch = new Scratch();
  const compute = computeOf(run);
  const perPart = Math.max(16, Math.min(512, Math.floor(VALUES_AT_ONCE / length)));
  return run.parts(first.length, perPart, (from, to) => {
    const items = Int32Array.from({ length: to - from }, (_, k) => from + k);
    const input = scratch.floats("input", items.length * length);
    gatherWindows(source, items, input);
    const output = network.forward(compute, input, items.length, undefined);
    for (let k = 0; k < items.length; k++) visit(from + k, input, k * length, output, k * network.outputs);
  });
}

/** How the errors of overlapping windows become scores of rows. */
export type WindowScore = "covering" | "ending";

/**
 * rows × cols: what each column has to do with the score of its row. `covering`: the error of the value itself, mean over all
 * windows that hold it; `ending`: the mean error of the column in the window that ends at the row. NaN where there is no such window.
 */
export function reconstructionErrors(
  network: SequenceNetwork,
  source: WindowSource,
  residual: Residual,
  how: WindowScore,
  run: Run,
): MaybePromise<Float64Array> {
  const { x, size, first } = source;
  const { rows, cols } = x;
  const errors = new Float64Array(rows * cols);
  const counts = new Int32Array(rows);
  const done = overWindows(network, source, run, (window, input, inputAt, output, outputAt) => {
    const begin = first[window] as number;
    const end = begin + size - 1;
    if (how === "ending") counts[end] = size;
    for (let t = 0; t < size; t++) {
      const row = how === "ending" ? end : begin + t;
      if (how === "covering") counts[row] = (counts[row] as number) + 1;
      for (let j = 0; j < cols; j++) {
        const at = t * cols + j;
        const difference = (input[inputAt + at] as number) - (output[outputAt + at] as number);
        const error = residual === "squared" ? difference * difference : Math.abs(difference);
        errors[row * cols + j] = (errors[row * cols + j] as number) + error;
      }
    }
  });
  return chain(done, () => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const at = i * cols + j;
        errors[at] = counts[i] === 0 ? Number.NaN : (errors[at] as number) / (counts[i] as number);
      }
    }
    return errors;
  });
}

/** Mean over the columns; `typical` where a row has no errors. */
export function scoresOf(errors: Float64Array, cols: number, typical: number): Float64Array {
  return Float64Array.from({ length: errors.length / cols }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += errors[i * cols + j] as number;
    return Number.isNaN(sum) ? typical : sum / cols;
  });
}

/** The columns' shares of the scores: they add up to them. */
export function sharesOf(errors: Float64Array, cols: number, typical: number): Float64Array {
  return errors.map((error) => (Number.isNaN(error) ? typical : error) / cols);
}
