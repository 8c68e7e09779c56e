import { type TreeShapPaths, treeShapPaths } from "../../../kernels/boosted-trees/tree-shap.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";
import type { BoostedTreesState } from "./restore.js";

/** A model's paths are made when they are first asked for, and kept as long as the model. */
const known = new WeakMap<BoostedTreesState, TreeShapPaths>();

function pathsOf(state: BoostedTreesState): TreeShapPaths {
  const found = known.get(state) ?? treeShapPaths(state);
  known.set(state, found);
  return found;
}

/**
 * rows × cols: Shapley values, in units of the margin. Of several outputs the one of class 0 counts, turned round: what
 * lowers it raises the score.
 */
export function contributionsOf(state: BoostedTreesState, x: Matrix, run: Run): MaybePromise<Float64Array> {
  const { data, rows, cols } = x;
  const { outputs } = state;
  const width = outputs * (cols + 1);
  const all = new Float64Array(rows * width);
  const args = { x: data, rows, cols, model: state, paths: pathsOf(state), threads: run.threads, contributions: all };
  return chain(run.call("treeShap", args), () => {
    const sign = outputs === 1 ? 1 : -1;
    const contributions = new Float64Array(rows * cols);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) contributions[i * cols + j] = sign * (all[i * width + j] as number);
    }
    return contributions;
  });
}
