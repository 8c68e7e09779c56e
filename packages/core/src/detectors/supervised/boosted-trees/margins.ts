import type { TreeEnsemble } from "../../../kernels/boosted-trees/predict.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";

/** rows × outputs sums of leaf values. */
export function marginsOf(model: TreeEnsemble, x: Matrix, run: Run): MaybePromise<Float32Array> {
  const { data, rows, cols } = x;
  const margins = new Float32Array(rows * model.outputs);
  const args = { x: data, rows, cols, model, trees: model.treeOutput.length, threads: run.threads, margins };
  return chain(run.call("boostedTreesPredict", args), () => margins);
}
