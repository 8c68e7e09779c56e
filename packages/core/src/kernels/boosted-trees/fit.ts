/**
 * The kernels that grow boosted trees: their arguments and what they promise.
 *
 * *Numerical contract*: same bits on every path and for every number of threads. First and second derivatives are doubles,
 * then rounded to multiples of a power of two ({@link derivativeUnit}) so coarse that every sum of them is exact: the order
 * in which rows are summed, and whether a histogram is built or subtracted, cannot matter. Exponentials are those of
 * `math/elementary.ts`. A split is scored by (GL² / (HL + λ)) + (GR² / (HR + λ)) in doubles, each operation rounded once in
 * the order of `reference/boosted-trees/`; of equal scores the first wins, by column, then with missing values right before
 * left, then by bin. Leaf values are rounded to float32, and margins are float32 sums in the order of the trees.
 */

/** Objectives, by the names that XGBoost gives them; a kernel takes the place in this list. */
export const BOOSTING_OBJECTIVES = ["reg:squarederror", "binary:logistic", "multi:softprob"] as const;
export type BoostingObjective = (typeof BOOSTING_OBJECTIVES)[number];

/** Orders in which leaves are split; a kernel takes the place in this list. */
export const TREE_GROWTHS = ["depthwise", "lossguide"] as const;

/** Codes of a row are padded to a multiple of this many columns. */
export const CODE_COLUMNS = 8;
/** What the last bin of a numeric column ends at: more than any value. */
export const TOP_CUT = 3.4028234663852886e38;

/**
 * Cuts columns `firstColumn` … `endColumn − 1` of x into bins, and writes the bin of every value.
 *
 * A numeric column has the bins [−∞, c₀), [c₀, c₁) … of values rounded to float32, cut at quantiles of the first
 * `trainRows` rows by weight: a bin for every distinct value where there are no more than it may have, else the values
 * nearest to even steps of weight, chosen from eight times as many that were chosen in the same way, as XGBoost does. A
 * categorical column has a bin for each category. Where any value of a column is missing, one more bin behind the others is
 * that of missing values.
 */
export interface BoostedTreesBinArgs {
  /** rows × cols, row-major; NaN = missing. Categories are whole numbers below `categories`. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Rows that the cuts are made of: the first ones. */
  readonly trainRows: number;
  /** Weights of these, whole numbers that add up to less than 2^53; empty: 1 each. A row of weight 0 makes no bin. */
  readonly weights: Float64Array;
  /** Bins of a numeric column at most, 2 … 65,535; one less where 256 codes must do and missing values need one. */
  readonly maxBin: number;
  /** Number of categories of each column, 0 for a numeric one: cols. */
  readonly categories: Int32Array;
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly threads: number;
  /** Written, cols × maxBin: where each bin of a numeric column ends, the last at {@link TOP_CUT}. */
  readonly cuts: Float32Array;
  /** Written, cols: bins without that of missing values. */
  readonly bins: Int32Array;
  /** Written, cols: 1 where there is a bin of missing values. */
  readonly missing: Uint8Array;
  /** 1: a code is a byte. 2: two bytes, the lower one first. */
  readonly codeBytes: number;
  /** Columns of `codes`, cols rounded up to a multiple of {@link CODE_COLUMNS}. */
  readonly stride: number;
  /** Written, rows × stride × codeBytes, row-major; the padding is left alone. */
  readonly codes: Uint8Array;
  /** Written, cols × rows × codeBytes: the same, column after column. Sums want rows side by side, splits a column. */
  readonly columnCodes: Uint8Array;
}

/** Cuts the binning of many columns into calls for a few. */
export function boostedTreesBinSlices(args: BoostedTreesBinArgs, columnsPerSlice: number): BoostedTreesBinArgs[] {
  const slices: BoostedTreesBinArgs[] = [];
  const step = Math.max(1, Math.ceil(columnsPerSlice / CODE_COLUMNS)) * CODE_COLUMNS;
  for (let from = args.firstColumn; from < args.endColumn; from += step) {
    slices.push({ ...args, firstColumn: from, endColumn: Math.min(args.endColumn, from + step) });
  }
  return slices;
}

/**
 * One round of boosting: a tree for each output from the derivatives at the margins as they are, then margins with these
 * trees. The first `trainRows` rows are learnt from, the others only get their margins.
 *
 * Tree t of the ensemble (round × outputs + output) draws its rows from stream 4 t of the seed, its columns and those of
 * each depth from stream 4 t + 1, and those of each node from stream 4 t + 2.
 */
export interface BoostedTreesRoundArgs {
  readonly rows: number;
  readonly trainRows: number;
  readonly cols: number;
  readonly codeBytes: number;
  readonly stride: number;
  /** As the binning wrote them. */
  readonly codes: Uint8Array;
  readonly columnCodes: Uint8Array;
  /** First bin of each column among those of all, and their number behind the last: cols + 1. */
  readonly binStart: Int32Array;
  /** Bin of missing values within the column, always its last; −1 where there is none: cols. */
  readonly missingBin: Int32Array;
  /** Number of categories of each column, 0 for a numeric one: cols. */
  readonly categories: Int32Array;
  /** Where each bin ends: one a bin. */
  readonly cuts: Float32Array;
  /** What is learnt: a number, 0 or 1, or the class 0 … outputs − 1: trainRows. */
  readonly labels: Float64Array;
  /** Weights: trainRows, ≥ 0; empty: 1 each. */
  readonly weights: Float64Array;
  /** The greatest weight. */
  readonly maxWeight: number;
  /** Place in {@link BOOSTING_OBJECTIVES}. */
  readonly objective: number;
  readonly outputs: number;
  readonly round: number;
  readonly seed: number;
  /** Place in {@link TREE_GROWTHS}. */
  readonly growth: number;
  /** 0: no limit. */
  readonly maxDepth: number;
  /** 0: no limit. */
  readonly maxLeaves: number;
  readonly eta: number;
  readonly lambda: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly minChildWeight: number;
  /** Share of the rows that a tree is grown on. */
  readonly subsample: number;
  readonly colsampleBytree: number;
  readonly colsampleBylevel: number;
  readonly colsampleBynode: number;
  /** 1: greater values of the column give no lesser margins; −1: no greater ones; 0: free. cols long, or empty. */
  readonly monotone: Int32Array;
  /** Columns of fewer categories are split one against the rest. */
  readonly maxCatToOnehot: number;
  /** Categories on the right of a split at most, where they are split in two sets. */
  readonly maxCatThreshold: number;
  /** Histograms kept at once at most, ≥ 3; fewer means that more are built anew. */
  readonly histograms: number;
  readonly threads: number;
  /** Room to work in, of {@link boostedTreesWorkspace} numbers; what is in it means nothing. */
  readonly workspace: Float64Array;
  /** In and out, rows × outputs. */
  readonly margins: Float32Array;
  /** Nodes that a tree may have: {@link boostedTreesNodeCapacity}. */
  readonly nodeCapacity: number;
  /** Words of 32 categories that a node's set may have, 0 without categorical columns. */
  readonly categoryWords: number;
  /** Written, outputs: nodes of each tree. */
  readonly nodeCount: Int32Array;
  /** Written, outputs × nodeCapacity each; as in `TreeEnsemble`. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly defaultLeft: Uint8Array;
  readonly gain: Float32Array;
  readonly cover: Float32Array;
  /** Written, outputs × nodeCapacity × categoryWords: the categories that go right, at nodes of categorical columns. */
  readonly categoryBits: Int32Array;
}

/** Arrays of {@link BoostedTreesRoundArgs} that hold the trees of a round. */
export type BoostedTreesRoundTrees = Pick<
  BoostedTreesRoundArgs,
  "nodeCount" | "left" | "right" | "feature" | "threshold" | "defaultLeft" | "gain" | "cover" | "categoryBits"
>;

/** Room for the trees of one round. */
export function boostedTreesRoundTrees(
  outputs: number,
  nodeCapacity: number,
  categoryWords: number,
): BoostedTreesRoundTrees {
  const nodes = outputs * nodeCapacity;
  return {
    nodeCount: new Int32Array(outputs),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    gain: new Float32Array(nodes),
    cover: new Float32Array(nodes),
    categoryBits: new Int32Array(nodes * categoryWords),
  };
}

/** Most nodes that a tree can have. */
export function boostedTreesNodeCapacity(trainRows: number, maxDepth: number, maxLeaves: number): number {
  const byDepth = maxDepth > 0 && maxDepth < 31 ? 2 ** maxDepth : Number.POSITIVE_INFINITY;
  const byLeaves = maxLeaves > 0 ? maxLeaves : Number.POSITIVE_INFINITY;
  return 2 * Math.min(byDepth, byLeaves, Math.max(1, trainRows)) - 1;
}

/** Pairs of sums that a histogram has room for; where codes are bytes it is the same for every column. */
export function boostedTreesPairs({
  stride,
  codeBytes,
  binStart,
}: Pick<BoostedTreesRoundArgs, "stride" | "codeBytes" | "binStart">): number {
  return codeBytes === 1 ? stride * 260 : (binStart[binStart.length - 1] as number) + 65_536;
}

/** Histograms of so many pairs that are worth keeping at once, within some hundred MiB. */
export function boostedTreesHistograms(
  pairs: number,
  trainRows: number,
  { maxDepth, maxLeaves }: { readonly maxDepth: number; readonly maxLeaves: number },
): number {
  // Without a limit on leaves the smaller half of a node is grown first, so that few nodes wait.
  const depth = Math.min(maxDepth > 0 ? maxDepth : 64, Math.ceil(Math.log2(Math.max(2, trainRows))));
  const waiting = maxLeaves > 0 ? maxLeaves : depth;
  return Math.max(3, Math.min(waiting + 2, Math.floor(2 ** 24 / pairs)));
}

/** Numbers of the workspace: derivatives of every row and output, two lists of rows, and the histograms. */
export function boostedTreesWorkspace(trainRows: number, outputs: number, pairs: number, histograms: number): number {
  return trainRows * (outputs + 1) + 2 * pairs * histograms + 64;
}

/** Most bits of a derivative beside its sign, and of a sum of them. */
const DERIVATIVE_BITS = 30;
const SUM_BITS = 51;

const bits = new DataView(new ArrayBuffer(8));

/** The least e with 2^e ≥ v, for a positive, normal v. */
function exponentAbove(v: number): number {
  bits.setFloat64(0, v);
  const high = bits.getUint32(0);
  const power = (high >>> 20) - 1023;
  return (high & 0xfffff) === 0 && bits.getUint32(4) === 0 ? power : power + 1;
}

/**
 * What derivatives are rounded to multiples of, a power of two: 2^-30 of the greatest one, or more where that many rows
 * could otherwise not be summed without rounding. 1 where all are 0.
 *
 * @param most  greatest magnitude
 */
export function derivativeUnit(most: number, rows: number): number {
  if (!(most >= 2 ** -900)) return 1;
  const exponent = Math.max(exponentAbove(most) - DERIVATIVE_BITS, exponentAbove(most * rows) - SUM_BITS);
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}
