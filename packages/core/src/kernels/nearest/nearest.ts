/**
 * The kernels of exact nearest neighbours: their arguments and the layout of the index.
 *
 * *Numerical contract*: same bits on every path, neighbours and distances. Of two rows the differences are taken column by
 * column; what column j contributes is added to sum j mod 8, and the eight sums are added in the order
 * ((0+4) + (2+6)) + ((1+5) + (3+7)). Euclidean: squares, and the root of the total, both correctly rounded. Manhattan:
 * magnitudes. Chebyshev: their maximum. Minkowski: `power(magnitude, p)` of `math/power`, and `root` of the total. Rows are
 * ordered by the total, before the root, and rows of equal totals by their index. Fast paths only select: they leave out
 * rows of which is proven that they come later in this order.
 *
 * Squares of differences beyond 1e154 are infinite, and those below 1e-162 zero; such rows are tied.
 */

/** Rows in a leaf of the index; the last leaf may have fewer. */
export const NEAREST_LEAF = 64;

export type NearestMetric = "euclidean" | "manhattan" | "chebyshev" | "minkowski";

/** In the order of their numbers in the C++ kernels. */
export const NEAREST_METRICS: readonly NearestMetric[] = ["euclidean", "manhattan", "chebyshev", "minkowski"];

/**
 * How rows are left out: `tree` by the distance of a leaf's bounding box, `blocked` by small-integer distances of blocks
 * of rows besides (Euclidean only), `auto` by what suits the sizes. The results are the same.
 */
export type NearestMethod = "auto" | "tree" | "blocked";

export const NEAREST_METHODS: readonly NearestMethod[] = ["auto", "tree", "blocked"];

/**
 * Training rows grouped into leaves of rows that lie together. A set of more than one leaf is split along the column with
 * the widest range (the first of those): the rows that come first by value, then index, go left, so many that the left
 * half consists of full leaves and has at most one leaf more than the right. Rows of a leaf stand in ascending order.
 */
export interface NearestIndex {
  /** The training rows, leaf after leaf; a permutation of 0 … rows − 1. */
  readonly order: Int32Array;
  /** For each leaf the least value of every column, then the greatest: `2 · cols` a leaf. */
  readonly boxes: Float64Array;
}

export interface NearestIndexArgs extends NearestIndex {
  /** Row-major training matrix of finite values. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
}

export interface NearestArgs extends NearestIndex {
  /** Row-major training matrix of finite values, which the index was made of. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Row-major, `cols` wide, finite; not read when `self`. */
  readonly queries: Float64Array;
  /** The training rows are the queries, and none is its own neighbour; a duplicate of it may be. */
  readonly self: boolean;
  /** The part of the queries to do: rows of `queries`, or places in `order` when `self`. */
  readonly from: number;
  readonly to: number;
  /** Neighbours of each query: 1 ≤ k ≤ rows, or rows − 1 when `self`. */
  readonly k: number;
  readonly metric: NearestMetric;
  /** Order of the Minkowski distance, ≥ 1; not read for other metrics. */
  readonly p: number;
  readonly method: NearestMethod;
  readonly threads: number;
  /** Queries × k, whatever part is done: distances in ascending order, beside row i of the queries or training rows. */
  readonly distances: Float64Array;
  /** Queries × k: the training rows at these distances. */
  readonly indices: Int32Array;
}

/** Leaves of an index of so many rows. */
export function nearestLeaves(rows: number): number {
  return Math.ceil(rows / NEAREST_LEAF);
}

/** An index without content, for a kernel to fill. */
export function emptyNearestIndex(rows: number, cols: number): NearestIndex {
  return { order: new Int32Array(rows), boxes: new Float64Array(nearestLeaves(rows) * 2 * cols) };
}
