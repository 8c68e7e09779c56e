import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { productsWithRows, subtractRows } from "../../../math/linear-algebra/row-products.js";
import type { Matrix } from "../../../matrix.js";
import type { PcaState } from "./pca.js";

/** Products of values between two turns. */
const WORK_PER_PART = 2 ** 24;

/** T² and Q of every row, side by side; ∞ where squares are beyond the range of doubles or a value is not finite. */
export function squaredNorms(state: PcaState, x: Matrix, run: Run): MaybePromise<Float64Array> {
  const { data, rows, cols } = x;
  const { center, kept, variances, vectors } = state;
  const norms = new Float64Array(2 * rows);
  if (vectors.length < cols * cols) return chain(besideKept(state, x, norms, run), () => norms);
  const directions = vectors.map((v, at) => {
    const k = Math.floor(at / cols);
    return k < kept ? v / Math.sqrt(variances[k] as number) : v;
  });
  const groups = Int32Array.of(kept, cols - kept);
  const args = { x: data, rows, cols, center, directions, groups, threads: run.threads, norms };
  return chain(run.call("squaredProjections", args), () => norms);
}

/** The same where only the kept vectors are there: Q is what is left when they are taken away. */
function besideKept(
  { center, kept, variances, vectors }: PcaState,
  { data, rows, cols }: Matrix,
  norms: Float64Array,
  run: Run,
): MaybePromise<void> {
  const rest = new Float64Array(cols);
  const products = new Float64Array(kept);
  return run.parts(rows, WORK_PER_PART / (cols * (1 + kept)), (from, to) => {
    for (let i = from; i < to; i++) {
      for (let j = 0; j < cols; j++) rest[j] = (data[i * cols + j] as number) - (center[j] as number);
      productsWithRows(vectors, kept, rest, products);
      subtractRows(vectors, products, rest);
      let within = 0;
      for (let k = 0; k < kept; k++) within += (products[k] as number) ** 2 / (variances[k] as number);
      let beside = 0;
      for (let j = 0; j < cols; j++) beside += (rest[j] as number) ** 2;
      norms[2 * i] = Number.isNaN(within) ? Number.POSITIVE_INFINITY : within;
      norms[2 * i + 1] = Number.isNaN(beside) ? Number.POSITIVE_INFINITY : beside;
    }
  });
}
