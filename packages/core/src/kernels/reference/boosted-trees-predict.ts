import type { BoostedTreesPredictArgs, TreeEnsemble } from "../boosted-trees.js";

/** Rows that go down one tree after the other, so that a tree is fetched once for all of them. */
const BLOCK = 256;

/** Categories are below 2^24: a float32 cannot tell greater ones apart. */
const CATEGORIES = 2 ** 24;

/** Margins of rows: the specification of the kernel. Leaf values are added in tree order, each sum a float32. */
export function boostedTreesPredict(args: BoostedTreesPredictArgs): void {
  const { model, x, rows, cols, trees, margins } = args;
  const { treeStart, treeOutput, baseMargin, outputs } = model;
  const block = new Float32Array(Math.min(rows, BLOCK) * cols);
  for (let first = 0; first < rows; first += BLOCK) {
    const count = Math.min(BLOCK, rows - first);
    block.set(x.subarray(first * cols, (first + count) * cols));
    const sums = margins.subarray(first * outputs, (first + count) * outputs);
    for (let i = 0; i < sums.length; i++) sums[i] = baseMargin[i % outputs] as number;
    for (let t = 0; t < trees; t++) {
      addLeaves(model, treeStart[t] as number, block, cols, sums.subarray(treeOutput[t]), count, outputs);
    }
  }
}

/** Adds the leaf value of each row of a block to its sum; a Float32Array rounds what it is given. */
function addLeaves(
  model: TreeEnsemble,
  root: number,
  block: Float32Array,
  cols: number,
  sums: Float32Array,
  rows: number,
  outputs: number,
): void {
  const { threshold } = model;
  for (let i = 0; i < rows; i++) {
    const leaf = leafOf(model, root, block, i * cols);
    sums[i * outputs] = (sums[i * outputs] as number) + (threshold[leaf] as number);
  }
}

/** The leaf that a row of float32 values reaches in the tree whose first node is `root`. */
export function leafOf(model: TreeEnsemble, root: number, values: Float32Array, row: number): number {
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
