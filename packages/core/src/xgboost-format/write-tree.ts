import type { TreeEnsemble } from "../kernels/boosted-trees/predict.js";
import type { XgboostObject } from "./document.js";

/** XGBoost's mark for the parent of a root. */
const NO_PARENT = 2147483647;

/** One tree of an ensemble as an object of XGBoost's files. */
export function treeObject(model: TreeEnsemble, t: number, cols: number): XgboostObject {
  const from = model.treeStart[t] as number;
  const to = model.treeStart[t + 1] as number;
  const [left, right] = [model.left.slice(from, to), model.right.slice(from, to)];
  const parents = new Int32Array(to - from).fill(NO_PARENT);
  for (let i = 0; i < left.length; i++) {
    if ((left[i] as number) < 0) continue;
    parents[left[i] as number] = i;
    parents[right[i] as number] = i;
  }
  return {
    base_weights: nodeMeans(model, from, to),
    ...categoryArrays(model, from, to),
    default_left: model.defaultLeft.slice(from, to),
    id: t,
    left_children: left,
    loss_changes: model.gain.slice(from, to),
    parents,
    right_children: right,
    split_conditions: model.threshold.slice(from, to),
    split_indices: model.feature.slice(from, to),
    split_type: Uint8Array.from(model.categoryStart.subarray(from, to), (start) => (start < 0 ? 0 : 1)),
    sum_hessian: model.cover.slice(from, to),
    tree_param: {
      num_deleted: "0",
      num_feature: String(cols),
      num_nodes: String(to - from),
      size_leaf_vector: "1",
    },
  };
}

/** The value of each leaf, and the mean of the leaves under each inner node by what reached them. */
function nodeMeans(model: TreeEnsemble, from: number, to: number): Float32Array {
  const means = model.threshold.slice(from, to);
  for (let i = means.length - 1; i >= 0; i--) {
    const l = model.left[from + i] as number;
    if (l < 0) continue;
    const r = model.right[from + i] as number;
    const [a, b] = [model.cover[from + l] as number, model.cover[from + r] as number];
    const share = a + b > 0 ? a / (a + b) : 0.5;
    means[i] = (means[l] as number) * share + (means[r] as number) * (1 - share);
  }
  return means;
}

function categoryArrays(model: TreeEnsemble, from: number, to: number): XgboostObject {
  const categories: number[] = [];
  const nodes: number[] = [];
  const segments: number[] = [];
  const sizes: number[] = [];
  for (let i = from; i < to; i++) {
    const start = model.categoryStart[i] as number;
    if (start < 0) continue;
    nodes.push(i - from);
    segments.push(categories.length);
    const words = model.categoryWords[i] as number;
    for (let c = 0; c < words * 32; c++) {
      const word = model.categoryBits[start + (c >>> 5)] as number;
      if (((word >>> (c & 31)) & 1) === 1) categories.push(c);
    }
    sizes.push(categories.length - (segments.at(-1) as number));
  }
  return {
    categories: Int32Array.from(categories),
    categories_nodes: Int32Array.from(nodes),
    categories_segments: Float64Array.from(segments),
    categories_sizes: Float64Array.from(sizes),
  };
}
