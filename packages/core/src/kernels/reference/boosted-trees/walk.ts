import type { TreeEnsemble } from "../../boosted-trees/predict.js";

/** Beyond this depth most rows would wait at their leaves for the last. */
const MOST_LEVELS = 24;

/**
 * Trees for a walk without branches: at a node the next one is `next[2 · node + (value ≥ bound)]`, and leaves lead to
 * themselves. A missing value is never ≥ anything. Where it has to go right, the node looks at the mirrored value: v < t is
 * −v ≥ the float32 behind −t.
 */
export interface PackedTrees {
  /** Nodes count over all trees. */
  readonly next: Int32Array;
  /** Column of a node; those behind `cols` are the mirrored ones. */
  readonly column: Int32Array;
  readonly bound: Float32Array;
  readonly value: Float32Array;
  /** Steps to the deepest leaf of each tree; −1: not for this walk (too deep, or it asks for categories). */
  readonly levels: Int32Array;
}

export function packTrees(model: TreeEnsemble, trees: number, cols: number): PackedTrees {
  const { treeStart, left, right, feature, threshold, defaultLeft, categoryStart } = model;
  const nodes = treeStart[trees] as number;
  const next = new Int32Array(2 * nodes);
  const column = new Int32Array(nodes);
  const bound = new Float32Array(nodes);
  const levels = new Int32Array(trees);
  const depth = new Int32Array(nodes);
  for (let t = 0; t < trees; t++) {
    const root = treeStart[t] as number;
    for (let node = root; node < (treeStart[t + 1] as number); node++) {
      const l = left[node] as number;
      if (l < 0) {
        next[2 * node] = next[2 * node + 1] = node;
        continue;
      }
      const [a, b] = [root + l, root + (right[node] as number)];
      const mirrored = defaultLeft[node] !== 1;
      next[2 * node] = mirrored ? b : a;
      next[2 * node + 1] = mirrored ? a : b;
      column[node] = (feature[node] as number) + (mirrored ? cols : 0);
      bound[node] = mirrored ? floatBehind(-(threshold[node] as number)) : (threshold[node] as number);
      // Children stand behind their parents, so a node's own depth is known.
      depth[a] = depth[b] = (depth[node] as number) + 1;
      const deepest = Math.max(levels[t] as number, depth[a] as number);
      const suits = levels[t] !== -1 && deepest <= MOST_LEVELS && (categoryStart[node] as number) < 0;
      levels[t] = suits ? deepest : -1;
    }
  }
  return { next, column, bound, value: threshold, levels };
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The next greater float32; NaN behind infinity. */
function floatBehind(value: number): number {
  if (value === 0) return 2 ** -149;
  if (value === Number.POSITIVE_INFINITY) return Number.NaN;
  float[0] = value;
  bits[0] = (bits[0] as number) + (value > 0 ? 1 : -1);
  return float[0] as number;
}

/** Rows as float32 values, each followed by the same values with the other sign. */
export function mirrorRows(x: Float64Array, first: number, count: number, cols: number, block: Float32Array): void {
  for (let i = 0; i < count; i++) {
    const [from, to] = [(first + i) * cols, 2 * i * cols];
    for (let j = 0; j < cols; j++) {
      const value = x[from + j] as number;
      block[to + j] = value;
      block[to + cols + j] = -value;
    }
  }
}

/**
 * Adds the leaf values of rows to their sums, four rows side by side, and returns how many it did: all but the last few, or
 * none when the tree is not for this walk.
 */
export function addLeavesOfFour(
  { next, column, bound, value, levels }: PackedTrees,
  tree: number,
  root: number,
  block: Float32Array,
  stride: number,
  sums: Float32Array,
  rows: number,
  outputs: number,
): number {
  const steps = levels[tree] as number;
  if (steps < 0) return 0;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const r0 = i * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    let [a, b, c, d] = [root, root, root, root];
    for (let step = 0; step < steps; step++) {
      a = next[(a << 1) | +((block[r0 + (column[a] as number)] as number) >= (bound[a] as number))] as number;
      b = next[(b << 1) | +((block[r1 + (column[b] as number)] as number) >= (bound[b] as number))] as number;
      c = next[(c << 1) | +((block[r2 + (column[c] as number)] as number) >= (bound[c] as number))] as number;
      d = next[(d << 1) | +((block[r3 + (column[d] as number)] as number) >= (bound[d] as number))] as number;
    }
    const at = i * outputs;
    sums[at] = (sums[at] as number) + (value[a] as number);
    sums[at + outputs] = (sums[at + outputs] as number) + (value[b] as number);
    sums[at + 2 * outputs] = (sums[at + 2 * outputs] as number) + (value[c] as number);
    sums[at + 3 * outputs] = (sums[at + 3 * outputs] as number) + (value[d] as number);
  }
  return i;
}
