import { NOTHING_BESIDE } from "../../../kernels/covariance.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";
import type { PcaState } from "./pca.js";

/** T² and Q of every row, side by side; ∞ where squares are beyond the range of doubles or a value is not finite. */
export function squaredNorms(state: PcaState, x: Matrix, run: Run): MaybePromise<Float64Array> {
  const { data, rows, cols } = x;
  const { center, kept, variances, vectors } = state;
  const norms = new Float64Array(2 * rows);
  const deviations = variances.map(Math.sqrt);
  const deviationAt = (at: number) => deviations[Math.floor(at / cols)] as number;
  const directions = vectors.map((v, at) => (at < kept * cols ? v / deviationAt(at) : v));
  // Q is along the other vectors, or what is left beside the kept ones where there are no others.
  const all = vectors.length === cols * cols;
  const others = all
    ? { groups: Int32Array.of(kept, cols - kept), ...NOTHING_BESIDE }
    : { groups: Int32Array.of(kept), back: vectors.map((v, at) => v * deviationAt(at)), beside: true };
  const args = { x: data, rows, cols, center, directions, ...others, threads: run.threads, norms };
  return chain(run.call("squaredProjections", args), () => norms);
}
