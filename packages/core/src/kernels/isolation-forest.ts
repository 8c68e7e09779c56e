/**
 * The isolation-forest kernels: their arguments and the layout of a forest.
 *
 * *Numerical contract*: same bits on every path. Tree building uses + − × and comparisons only; leaf values are added in
 * tree order; the last step is `exp2` of `math/elementary`.
 */

/**
 * Isolation trees as plain arrays. The nodes of a tree stand in preorder: the left child of inner node i is node i + 1,
 * the right child is node i + right[i]. Links only point forward, so no array, however wrong, can make a cycle.
 */
export interface IsolationTrees {
  /** Where each tree begins; `trees + 1` long, the last entry is the number of nodes. */
  readonly treeStart: Int32Array;
  /** Offset from a node to its right child; 0 for a leaf. */
  readonly right: Int32Array;
  /** Inner node: the threshold, left when ≤. Leaf: the path length that ends here, depth + c(rows left unseparated). */
  readonly value: Float64Array;
  /** Training rows that reached the node. */
  readonly count: Int32Array;
  /** 1 when a row whose value is missing goes left: to the side that more training rows took. */
  readonly missingLeft: Uint8Array;
  /** Features that a split combines; 1 for the forest of Liu, Ting and Zhou. */
  readonly ndim: number;
  /** The features of each split, `ndim` a node; −1 in a leaf. */
  readonly features: Int32Array;
  /** The coefficients of each split, `ndim` a node; empty when `ndim` is 1. */
  readonly coefficients: Float64Array;
}

export interface IsolationForestFitArgs {
  /** Row-major training matrix; NaN is a missing value. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Trees to grow in this call, numbered from `firstTree`: tree t draws from stream t of the seed. */
  readonly trees: number;
  readonly firstTree: number;
  /** Rows drawn for each tree, without replacement; 1 ≤ sampleSize ≤ rows. */
  readonly sampleSize: number;
  readonly maxDepth: number;
  readonly ndim: number;
  readonly seed: number;
  /** c(n), the mean path length of an unsuccessful search, for n = 0 … sampleSize. */
  readonly averagePath: Float64Array;
  readonly threads: number;
  /** Outputs, `nodeCapacity` places a tree; tree t of this call writes from t · nodeCapacity. */
  readonly nodeCapacity: number;
  readonly nodeCount: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
  readonly count: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly features: Int32Array;
  readonly coefficients: Float64Array;
}

export interface IsolationForestScoreArgs {
  readonly forest: IsolationTrees;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** What the mean path length is divided by: c(sampleSize), or 0 when a tree saw a single row. */
  readonly normalizer: number;
  readonly threads: number;
  /** One score a row, in (0, 1]: 2^(−mean path length / normalizer). */
  readonly scores: Float64Array;
}

export interface IsolationForestContributionArgs {
  readonly forest: IsolationTrees;
  /** For each node the mean path length of the training rows under it. */
  readonly expected: Float64Array;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly normalizer: number;
  readonly threads: number;
  /** rows × cols: what each feature adds to the binary logarithm of the score. */
  readonly contributions: Float64Array;
}

/** Places that one tree can need at most: a binary tree of that depth, or two nodes a sampled row and level. */
export function isolationNodeCapacity(sampleSize: number, maxDepth: number, ndim: number): number {
  const byDepth = maxDepth >= 30 ? Number.MAX_SAFE_INTEGER : 2 ** (maxDepth + 1) - 1;
  // An axis-parallel split always separates two rows; a hyperplane may leave one side empty.
  const byRows = ndim === 1 ? 2 * sampleSize - 1 : 2 * sampleSize * Math.max(1, maxDepth) + 1;
  return Math.min(byDepth, byRows);
}
