/**
 * The isolation-forest kernels: their arguments and the layout of a forest.
 *
 * *Numerical contract*: same bits on every path. Tree building uses + − × ÷ √, comparisons and `log` of `math/elementary`;
 * leaf values are added in tree order; the last step is `exp2` of `math/elementary`.
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
  /**
   * Inner node: the threshold, left when ≤. Leaf: the path length that ends here, depth + c(rows left unseparated); or, of a
   * forest that scores by density, the binary logarithm of the leaf's share of the rows over its share of the volume.
   */
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
  /**
   * Share of the splits, 0 … 1, whose threshold is where the pooled gain is largest, and share of those where the averaged gain
   * is; together at most 1. The others are drawn at random.
   */
  readonly pooledGain: number;
  readonly averagedGain: number;
  /** Features (or hyperplanes, when `ndim` > 1) from which a split by gain takes the one of largest gain. */
  readonly candidates: number;
  /** Divide the coefficients of a hyperplane by the standard deviations of its features in the node. */
  readonly standardize: boolean;
  /** Leaves hold densities, not path lengths. */
  readonly density: boolean;
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

/** How a forest is grown, as far as it decides how many nodes a tree can have. */
export type IsolationSplits = Pick<
  IsolationForestFitArgs,
  "ndim" | "pooledGain" | "averagedGain" | "standardize" | "density"
>;

/**
 * Whether hyperplanes get their threshold from the rows projected on their normal: between the least and the largest of them
 * at random, or where the gain is largest. Otherwise they go through a point of the box around the rows (Hariri et al.), which
 * may leave all rows on one side.
 */
export function projectsRows({ pooledGain, averagedGain, standardize, density }: IsolationSplits): boolean {
  return standardize || density || pooledGain + averagedGain > 0;
}

/** Places that one tree can need at most: a binary tree of that depth, or two nodes a sampled row and level. */
export function isolationNodeCapacity(sampleSize: number, maxDepth: number, splits: IsolationSplits): number {
  const byDepth = maxDepth >= 30 ? Number.MAX_SAFE_INTEGER : 2 ** (maxDepth + 1) - 1;
  // A split within the range of the rows always separates two of them.
  const separates = splits.ndim === 1 || projectsRows(splits);
  const byRows = separates ? 2 * sampleSize - 1 : 2 * sampleSize * Math.max(1, maxDepth) + 1;
  return Math.min(byDepth, byRows);
}
