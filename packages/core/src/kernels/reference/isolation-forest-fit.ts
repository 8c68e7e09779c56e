import { sampleRows } from "../../math/sampling.js";
import { Random } from "../../random.js";
import type { IsolationForestFitArgs } from "../isolation-forest.js";

/**
 * Grows isolation trees: the specification of the kernel, mirrored by `native/cpp/kernels/isolation-forest/isolation-forest-fit.cc`.
 *
 * What fixes the bits: the order of the random draws (sample, then for every node in preorder: features, and for each
 * one found its numbers) and nothing else, because a node only looks at minima, maxima and counts of its rows.
 */
export function isolationForestFit(args: IsolationForestFitArgs): void {
  const grower = new TreeGrower(args);
  for (let tree = 0; tree < args.trees; tree++) grower.grow(tree);
}

class TreeGrower {
  readonly #args: IsolationForestFitArgs;
  readonly #rows: Int32Array;
  readonly #scratch: Int32Array;
  readonly #dots: Float64Array;
  /** Features that may still vary stand in front; those found constant under a node are behind, for its subtree. */
  readonly #candidates: Int32Array;
  #random = new Random(0);
  #base = 0;
  #next = 0;

  constructor(args: IsolationForestFitArgs) {
    this.#args = args;
    this.#rows = new Int32Array(args.sampleSize);
    this.#scratch = new Int32Array(args.sampleSize);
    this.#dots = new Float64Array(args.sampleSize);
    this.#candidates = new Int32Array(args.cols);
  }

  grow(tree: number): void {
    const { firstTree, nodeCapacity, nodeCount, sampleSize, rows, seed, cols } = this.#args;
    this.#random = new Random(seed, firstTree + tree);
    this.#base = tree * nodeCapacity;
    this.#next = 0;
    sampleRows(this.#random, rows, sampleSize, this.#rows);
    for (let j = 0; j < cols; j++) this.#candidates[j] = j;
    this.#node(0, sampleSize, 0, cols);
    nodeCount[tree] = this.#next;
  }

  /** Writes the node of rows[from … to) and, after it, its left and then its right subtree. */
  #node(from: number, to: number, depth: number, candidates: number): void {
    const { averagePath, maxDepth, ndim, right, value, count, missingLeft, features } = this.#args;
    const node = this.#base + this.#next++;
    const size = to - from;
    count[node] = size;
    right[node] = 0;
    missingLeft[node] = 0;
    features.fill(-1, node * ndim, (node + 1) * ndim);
    value[node] = depth + (averagePath[size] as number);
    if (size <= 1 || depth >= maxDepth) return;

    const varying =
      ndim === 1 ? this.#axisSplit(node, from, to, candidates) : this.#planeSplit(node, from, to, candidates);
    if (varying === 0) return;
    const middle = this.#partition(node, from, to);
    this.#node(from, middle, depth + 1, varying);
    right[node] = this.#base + this.#next - node;
    this.#node(middle, to, depth + 1, varying);
  }

  /** Draws a feature that varies in the node, and a threshold; returns how many candidates are left, 0 for a leaf. */
  #axisSplit(node: number, from: number, to: number, candidates: number): number {
    const { features, value } = this.#args;
    const range = { low: 0, high: 0 };
    const left = this.#drawVarying(from, to, candidates, 0, range);
    if (left === 0) return 0;
    features[node] = this.#candidates[0] as number;
    value[node] = pointBetween(this.#random.uniform(), range.low, range.high);
    this.#dot(node, from, to, 1);
    return left;
  }

  /**
   * Draws a hyperplane: a normal with up to `ndim` coefficients through a point, uniform in the box of the node's rows.
   */
  #planeSplit(node: number, from: number, to: number, candidates: number): number {
    const { features, value, coefficients, ndim } = this.#args;
    const range = { low: 0, high: 0 };
    let left = candidates;
    let threshold = 0;
    let taken = 0;
    while (taken < ndim && taken < left) {
      const remaining = this.#drawVarying(from, to, left, taken, range);
      if (remaining === 0) {
        left = taken; // the rest is constant here
        break;
      }
      left = remaining;
      const coefficient = this.#random.normal();
      features[node * ndim + taken] = this.#candidates[taken] as number;
      coefficients[node * ndim + taken] = coefficient;
      threshold += coefficient * pointBetween(this.#random.uniform(), range.low, range.high);
      taken += 1;
    }
    if (taken === 0) return 0;
    value[node] = threshold;
    this.#dot(node, from, to, taken);
    return left;
  }

  /**
   * Draws a feature among candidates[taken … candidates) until one varies, and swaps it to place `taken`; those found
   * constant go behind the end. Returns the new end, or 0 when none varies.
   */
  #drawVarying(
    from: number,
    to: number,
    candidates: number,
    taken: number,
    range: { low: number; high: number },
  ): number {
    let end = candidates;
    while (end > taken) {
      const pick = taken + this.#random.below(end - taken);
      const feature = this.#candidates[pick] as number;
      if (this.#range(feature, from, to, range)) {
        swap(this.#candidates, pick, taken);
        return end;
      }
      end -= 1;
      swap(this.#candidates, pick, end);
    }
    return 0;
  }

  /** Smallest and largest value present; false when all present values are equal or none is. */
  #range(feature: number, from: number, to: number, range: { low: number; high: number }): boolean {
    const { x, cols } = this.#args;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const v = x[(this.#rows[i] as number) * cols + feature] as number;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    range.low = low;
    range.high = high;
    return low < high;
  }

  /** The split's value for each row of the node. */
  #dot(node: number, from: number, to: number, taken: number): void {
    const { x, cols, features, coefficients, ndim } = this.#args;
    for (let i = from; i < to; i++) {
      const row = (this.#rows[i] as number) * cols;
      if (ndim === 1) {
        this.#dots[i] = x[row + (features[node] as number)] as number;
        continue;
      }
      let dot = 0;
      for (let k = node * ndim; k < node * ndim + taken; k++) {
        dot += (coefficients[k] as number) * (x[row + (features[k] as number)] as number);
      }
      this.#dots[i] = dot;
    }
  }

  /** Left rows first; rows whose value is missing join the larger side. Returns where the right side begins. */
  #partition(node: number, from: number, to: number): number {
    const threshold = this.#args.value[node] as number;
    const rows = this.#rows;
    let lefts = 0;
    let rights = 0;
    for (let i = from; i < to; i++) {
      const dot = this.#dots[i] as number;
      if (dot <= threshold) lefts += 1;
      else if (dot > threshold) rights += 1;
    }
    const missingLeft = lefts >= rights;
    this.#args.missingLeft[node] = missingLeft ? 1 : 0;
    let middle = from;
    let behind = 0;
    for (let i = from; i < to; i++) {
      const dot = this.#dots[i] as number;
      const goesLeft = dot <= threshold || (!(dot > threshold) && missingLeft);
      if (goesLeft) rows[middle++] = rows[i] as number;
      else this.#scratch[behind++] = rows[i] as number;
    }
    rows.set(this.#scratch.subarray(0, behind), middle);
    return middle;
  }
}

/**
 * A point in [low, high), drawn so that nothing overflows; `low` when rounding leaves the interval. An infinite end is
 * taken as the largest double, so that almost every point parts it from the finite values.
 */
function pointBetween(u: number, low: number, high: number): number {
  const from = low < -Number.MAX_VALUE ? -Number.MAX_VALUE : low;
  const to = high > Number.MAX_VALUE ? Number.MAX_VALUE : high;
  const point = (1 - u) * from + u * to;
  return point >= low && point < high ? point : low;
}

function swap(list: Int32Array, a: number, b: number): void {
  const kept = list[a] as number;
  list[a] = list[b] as number;
  list[b] = kept;
}
