import { KernelError } from "../../../errors.js";
import { NEAREST_LEAF, type NearestArgs, nearestLeaves } from "../../nearest/nearest.js";
import { type RowDistance, rowDistance } from "../row-distance.js";

/**
 * The k nearest training rows of each query, by total and index: the specification of the kernel. Rows are left out when
 * the box around them is further away than the k-th row found so far.
 */
export function nearest(args: NearestArgs): void {
  const search = new Search(args);
  for (let i = args.from; i < args.to; i++) {
    if (args.self) search.run(args.x, args.order[i] as number, args.order[i] as number);
    else search.run(args.queries, i, -1);
  }
}

class Search {
  readonly #args: NearestArgs;
  readonly #measure: RowDistance;
  /** Place of the first leaf in a binary tree over the leaves; node i has the children 2i and 2i + 1. */
  readonly #firstLeaf: number;
  /** The box of each node: least values, then greatest. */
  readonly #boxes: Float64Array;
  /** The lowest row of each node; −1 for places without leaves. */
  readonly #lowest: Int32Array;
  readonly #gaps: Float64Array;
  readonly #zeros: Float64Array;
  /** The best rows so far, ascending by total, then index. */
  readonly #totals: Float64Array;
  readonly #rows: Int32Array;
  #found = 0;
  #queries: Float64Array;
  /** Where the query's row begins. */
  #query = 0;
  #excluded = -1;

  constructor(args: NearestArgs) {
    this.#args = args;
    this.#measure = rowDistance(args.metric, args.p);
    this.#gaps = new Float64Array(args.cols);
    this.#zeros = new Float64Array(args.cols);
    this.#totals = new Float64Array(args.k);
    this.#rows = new Int32Array(args.k);
    this.#queries = args.queries;
    const leaves = nearestLeaves(args.rows);
    this.#firstLeaf = 2 ** Math.ceil(Math.log2(leaves));
    this.#lowest = new Int32Array(2 * this.#firstLeaf).fill(-1);
    this.#boxes = new Float64Array(2 * this.#firstLeaf * 2 * args.cols);
    this.#boxes.set(args.boxes.subarray(0, leaves * 2 * args.cols), this.#firstLeaf * 2 * args.cols);
    for (let leaf = 0; leaf < leaves; leaf++) {
      this.#lowest[this.#firstLeaf + leaf] = args.order[leaf * NEAREST_LEAF] as number;
    }
    for (let node = this.#firstLeaf - 1; node > 0; node--) this.#join(node);
  }

  /** Finds the neighbours of row `at` of `queries` and writes them. */
  run(queries: Float64Array, at: number, excluded: number): void {
    const { cols, k, distances, indices } = this.#args;
    this.#queries = queries;
    this.#query = at * cols;
    this.#excluded = excluded;
    this.#found = 0;
    this.#descend(1);
    if (this.#found < k) {
      throw new KernelError("KERNEL_FAILED", `nearest: fewer than ${k} rows have a distance to query ${at}`, {
        remedy: "Pass finite values, and k smaller than the number of training rows",
      });
    }
    for (let n = 0; n < k; n++) {
      distances[at * k + n] = this.#measure.distance(this.#totals[n] as number);
      indices[at * k + n] = this.#rows[n] as number;
    }
  }

  /** Box and lowest row of a node out of those of its children. */
  #join(node: number): void {
    const { cols } = this.#args;
    const boxes = this.#boxes;
    const [a, b] = [this.#lowest[2 * node] as number, this.#lowest[2 * node + 1] as number];
    this.#lowest[node] = b < 0 ? a : Math.min(a, b);
    const left = 4 * node * cols;
    const right = b < 0 ? left : left + 2 * cols;
    for (let j = 0, to = 2 * node * cols; j < cols; j++, to++) {
      boxes[to] = Math.min(boxes[left + j] as number, boxes[right + j] as number);
      boxes[to + cols] = Math.max(boxes[left + cols + j] as number, boxes[right + cols + j] as number);
    }
  }

  /** Visits the rows under a node, those of the nearer child first. */
  #descend(node: number): void {
    if (node >= this.#firstLeaf) {
      this.#visit(node - this.#firstLeaf);
      return;
    }
    const left = 2 * node;
    const right = left + 1;
    if ((this.#lowest[right] as number) < 0) {
      if ((this.#lowest[left] as number) >= 0) this.#descend(left);
      return;
    }
    const [toLeft, toRight] = [this.#bound(left), this.#bound(right)];
    const near = toRight < toLeft ? right : left;
    const far = near === left ? right : left;
    if (!this.#comesLater(Math.min(toLeft, toRight), this.#lowest[near] as number)) this.#descend(near);
    if (!this.#comesLater(Math.max(toLeft, toRight), this.#lowest[far] as number)) this.#descend(far);
  }

  /** The least total that a row in the box of a node can have. */
  #bound(node: number): number {
    const { cols } = this.#args;
    const { total, margin } = this.#measure;
    const gaps = this.#gaps;
    const low = 2 * node * cols;
    for (let j = 0; j < cols; j++) {
      const v = this.#queries[this.#query + j] as number;
      const below = (this.#boxes[low + j] as number) - v;
      const above = v - (this.#boxes[low + cols + j] as number);
      gaps[j] = below > 0 ? below : above > 0 ? above : 0;
    }
    // Same operations in the same order as for a row, and each of them is monotone: never above the total of a row.
    return total(gaps, 0, this.#zeros, 0, cols) * margin;
  }

  /** Whether rows of at least that total, and at least that index when it is equal, come after the k-th so far. */
  #comesLater(total: number, row: number): boolean {
    if (this.#found < this.#args.k) return false;
    const worst = this.#totals[this.#args.k - 1] as number;
    return total > worst || (total === worst && row > (this.#rows[this.#args.k - 1] as number));
  }

  #visit(leaf: number): void {
    const { x, rows, cols, order } = this.#args;
    const { total } = this.#measure;
    const end = Math.min(rows, (leaf + 1) * NEAREST_LEAF);
    for (let i = leaf * NEAREST_LEAF; i < end; i++) {
      const row = order[i] as number;
      if (row === this.#excluded) continue;
      const found = total(this.#queries, this.#query, x, row * cols, cols);
      if (found === found && !this.#comesLater(found, row)) this.#insert(found, row);
    }
  }

  #insert(total: number, row: number): void {
    const totals = this.#totals;
    const rows = this.#rows;
    let at = this.#found < this.#args.k ? this.#found++ : this.#args.k - 1;
    for (; at > 0; at--) {
      const other = totals[at - 1] as number;
      if (other < total || (other === total && (rows[at - 1] as number) < row)) break;
      totals[at] = other;
      rows[at] = rows[at - 1] as number;
    }
    totals[at] = total;
    rows[at] = row;
  }
}
