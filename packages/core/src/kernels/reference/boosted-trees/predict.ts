import type { BoostedTreesPredictArgs, TreeEnsemble } from "../../boosted-trees/predict.js";
import { addLeavesOfFour, mirrorRows, packTrees } from "./walk.js";

/** Rows that go down one tree after the other, so that a tree is fetched once for all of them. */
const BLOCK = 256;

/** Packing a node takes as long as so many rows need to pass one. */
const PACKED_NODES = 4;

/** Categories are below 2^24: a float32 cannot tell greater ones apart. */
const CATEGORIES = 2 ** 24;

/**
 * Margins of rows: the specification of the kernel. Leaf values are added in tree order, each sum a float32. Where there are
 * rows enough, they go down the trees four side by side (`boosted-trees-walk.ts`); the leaves are the same.
 */
export function boostedTreesPredict(args: BoostedTreesPredictArgs): void {
  const { model, x, rows, cols, trees, margins } = args;
  const { treeStart, treeOutput, baseMargin, outputs } = model;
  const packed =
    rows * trees >= PACKED_NODES * (treeStart[trees] as number) ? packTrees(model, trees, cols) : undefined;
  const stride = packed === undefined ? cols : 2 * cols;
  const block = new Float32Array(Math.min(rows, BLOCK) * stride);
  for (let first = 0; first < rows; first += BLOCK) {
    const count = Math.min(BLOCK, rows - first);
    if (packed === undefined) block.set(x.subarray(first * cols, (first + count) * cols));
    else mirrorRows(x, first, count, cols, block);
    const sums = margins.subarray(first * outputs, (first + count) * outputs);
    for (let i = 0; i < sums.length; i++) sums[i] = baseMargin[i % outputs] as number;
    for (let t = 0; t < trees; t++) {
      const root = treeStart[t] as number;
      const out = sums.subarray(treeOutput[t]);
      const done = packed === undefined ? 0 : addLeavesOfFour(packed, t, root, block, stride, out, count, outputs);
      addLeaves(model, root, block, stride, out, done, count, outputs);
    }
  }
}

/** Adds the leaf values of rows `from` to `to` of a block to their sums; a Float32Array rounds what it is given. */
function addLeaves(
  model: TreeEnsemble,
  root: number,
  block: Float32Array,
  stride: number,
  sums: Float32Array,
  from: number,
  to: number,
  outputs: number,
): void {
  const { threshold } = model;
  for (let i = from; i < to; i++) {
    const leaf = leafOf(model, root, block, i * stride);
    sums[i * outputs] = (sums[i * outputs] as number) + (threshold[leaf] as number);
  }
}

/** The leaf that a row of float32 values reaches in the tree whose first node is `root`. */
function leafOf(model: TreeEnsemble, root: number, values: Float32Array, row: number): number {
  const { left, right, feature, threshold, defaultLeft, categoryStart } = model;
  let node = root;
  for (let child = left[node] as number; child >= 0; child = left[node] as number) {
    const v = values[row + (feature[node] as number)] as number;
    let goesLeft: boolean;
    if (v !== v) goesLeft = defaultLeft[node] === 1;
    else if ((categoryStart[node] as number) < 0) goesLeft = v < (threshold[node] as number);
    else goesLeft = !hasCategory(model, node, v);
    node = root + (goesLeft ? child : (right[node] as number));
  }
  return node;
}

/** Whether a value is among the categories that a node sends right; none beyond its set is, and no negative one. */
export function hasCategory(model: TreeEnsemble, node: number, value: number): boolean {
  if (!(value >= 0 && value < CATEGORIES)) return false;
  const category = Math.floor(value);
  const word = category >>> 5;
  if (word >= (model.categoryWords[node] as number)) return false;
  const bits = model.categoryBits[(model.categoryStart[node] as number) + word] as number;
  return ((bits >>> (category & 31)) & 1) === 1;
}
