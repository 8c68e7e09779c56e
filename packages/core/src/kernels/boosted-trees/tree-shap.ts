import { ShapeError } from "../../errors.js";
import { gaussLegendre } from "../../math/gauss-legendre.js";
import type { RowArgs } from "../slices.js";
import type { TreeEnsemble } from "./predict.js";

/** Nodes on all paths together; more would be trees like chains, of many thousand nodes. */
const MAX_PATH_NODES = 2 ** 27;

/**
 * The way to every leaf of an ensemble, as the Shapley values need it: the different features on it, each with the part of
 * the training rows that would go on if the feature were unknown, and the nodes that ask for it.
 */
export interface TreeShapPaths {
  /** First leaf of each tree, and the count of all behind the last: trees + 1. */
  readonly treeLeaf: Int32Array;
  readonly leafOutput: Int32Array;
  readonly leafValue: Float64Array;
  /** First element of each leaf, and the count of all: leaves + 1. An element is a feature on the way to a leaf. */
  readonly leafElement: Int32Array;
  readonly feature: Int32Array;
  /** Product, over the element's nodes, of cover(next node) / cover(node). */
  readonly zero: Float64Array;
  /** First condition of each element, and the count of all: elements + 1. */
  readonly elementCondition: Int32Array;
  /** 2 · node + 1 when the way goes left at that node (counted over all trees), 2 · node when it goes right. */
  readonly condition: Int32Array;
  /** Expected margin of each output: what the contributions add to. */
  readonly bias: Float64Array;
  /** Gauss–Legendre points and weights on [0, 1] for 1, 2, … points, one after the other. */
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Shapley values of the features of rows (path-dependent TreeSHAP): what each feature adds to a row's margin.
 *
 * For a leaf of value v with features k on its way, zero fractions z and o = 1 where the row meets all of a feature's
 * conditions, else 0, feature i is credited v · (o_i − z_i) · ∫₀¹ Π_{k ≠ i} (z_k (1 − u) + o_k u) du. The integrand is a
 * polynomial of degree m − 1, so ⌈m / 2⌉ points of Gauss's quadrature give the integral exactly, without a division.
 *
 * *Numerical contract*: same bits on every path: only + − ×, leaves in order of the nodes, trees in order.
 */
export interface TreeShapArgs extends RowArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly model: TreeEnsemble;
  readonly paths: TreeShapPaths;
  readonly threads: number;
  /** rows × outputs × (cols + 1), written: the contribution of each column, then the expected margin. */
  readonly contributions: Float64Array;
}

/** Points that a path of so many features needs, and where they begin in `points` and `weights`. */
export function quadratureOf(elements: number): { readonly count: number; readonly first: number } {
  const count = (elements + 1) >> 1;
  return { count, first: (count * (count - 1)) >> 1 };
}

/**
 * Prepares the first trees of an ensemble for {@link TreeShapArgs}. Memory: the nodes on the ways to all leaves.
 *
 * @throws {@link ShapeError} `SHAPE_MISMATCH` for trees so deep that their paths would not fit into memory
 */
export function treeShapPaths(model: TreeEnsemble, trees = model.treeOutput.length): TreeShapPaths {
  const { treeStart, treeOutput, baseMargin } = model;
  const bias = Float64Array.from(baseMargin);
  const lists = new PathLists();
  const treeLeaf = new Int32Array(trees + 1);
  for (let t = 0; t < trees; t++) {
    const output = treeOutput[t] as number;
    const before = lists.leafValue.length;
    addTree(model, treeStart[t] as number, treeStart[t + 1] as number, output, lists);
    treeLeaf[t + 1] = lists.leafValue.length;
    for (let leaf = before; leaf < lists.leafValue.length; leaf++) {
      let share = lists.leafValue[leaf] as number;
      const end = lists.leafElement[leaf + 1] ?? lists.feature.length;
      for (let e = lists.leafElement[leaf] as number; e < end; e++) share *= lists.zero[e] as number;
      bias[output] = (bias[output] as number) + share;
    }
  }
  const quadratures = Array.from({ length: (lists.longest + 1) >> 1 }, (_, i) => gaussLegendre(i + 1));
  return {
    treeLeaf,
    leafOutput: Int32Array.from(lists.leafOutput),
    leafValue: Float64Array.from(lists.leafValue),
    leafElement: Int32Array.from([...lists.leafElement, lists.feature.length]),
    feature: Int32Array.from(lists.feature),
    zero: Float64Array.from(lists.zero),
    elementCondition: Int32Array.from([...lists.elementCondition, lists.condition.length]),
    condition: Int32Array.from(lists.condition),
    bias,
    points: Float64Array.from(quadratures.flatMap(({ points }) => [...points])),
    weights: Float64Array.from(quadratures.flatMap(({ weights }) => [...weights])),
  };
}

class PathLists {
  readonly leafOutput: number[] = [];
  readonly leafValue: number[] = [];
  readonly leafElement: number[] = [];
  readonly feature: number[] = [];
  readonly zero: number[] = [];
  readonly elementCondition: number[] = [];
  readonly condition: number[] = [];
  /** Elements of the leaf that has most. */
  longest = 0;
}

function addTree(model: TreeEnsemble, from: number, to: number, output: number, lists: PathLists): void {
  const { left, right, feature, cover, threshold } = model;
  const parent = new Int32Array(to - from).fill(-1);
  for (let i = 0; i < parent.length; i++) {
    const l = left[from + i] as number;
    if (l >= 0) {
      parent[l] = i;
      parent[right[from + i] as number] = i;
      continue;
    }
    lists.leafOutput.push(output);
    lists.leafValue.push(threshold[from + i] as number);
    lists.leafElement.push(lists.feature.length);
    // From the leaf up to the root; a Map keeps the features in the order in which they are met.
    const zeros = new Map<number, number>();
    const conditions = new Map<number, number[]>();
    for (let child = i; (parent[child] as number) >= 0; child = parent[child] as number) {
      const node = from + (parent[child] as number);
      const asked = feature[node] as number;
      const whole = cover[node] as number;
      const part = whole > 0 ? (cover[from + child] as number) / whole : 0.5;
      zeros.set(asked, (zeros.get(asked) ?? 1) * part);
      const list = conditions.get(asked) ?? [];
      list.push(2 * node + (left[node] === child ? 1 : 0));
      conditions.set(asked, list);
    }
    for (const [asked, zero] of zeros) {
      lists.feature.push(asked);
      lists.zero.push(zero);
      lists.elementCondition.push(lists.condition.length);
      for (const condition of conditions.get(asked) ?? []) lists.condition.push(condition);
    }
    lists.longest = Math.max(lists.longest, zeros.size);
    if (lists.condition.length > MAX_PATH_NODES) {
      throw new ShapeError("SHAPE_MISMATCH", "these trees are too deep for contributions: their paths are too long", {
        remedy: "Train with a maximal depth",
      });
    }
  }
}
