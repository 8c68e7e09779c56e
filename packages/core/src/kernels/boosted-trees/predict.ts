import type { RowArgs } from "../slices.js";

/**
 * An ensemble of binary trees in arrays, as XGBoost means it. Node 0 of each tree is its root; links count from the
 * tree's own first node, and a child always stands behind its parent, so that no walk can go in circles.
 *
 * A row, its values rounded to float32, goes left at a numeric node when value < threshold, at a categorical node when
 * the category ⌊value⌋ is not among the node's categories (no negative one and none beyond the node's set is), and where
 * `defaultLeft` says when the value is missing. Every path ends at a leaf.
 */
export interface TreeEnsemble {
  /** First node of each tree, and the count of all nodes behind the last: trees + 1. */
  readonly treeStart: Int32Array;
  /** Output that each tree adds to, 0 … outputs − 1: trees. */
  readonly treeOutput: Int32Array;
  /** A node each: left and right child within the tree; −1 both for a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Column that a node asks; 0 for a leaf. */
  readonly feature: Int32Array;
  /** Threshold of a numeric node, value of a leaf, unused at a categorical node. */
  readonly threshold: Float32Array;
  /** 1: missing values go left. */
  readonly defaultLeft: Uint8Array;
  /** Where a categorical node's set begins in `categoryBits`, in words of 32; −1 for a numeric node or a leaf. */
  readonly categoryStart: Int32Array;
  /** Words of the set; 0 for a numeric node or a leaf. */
  readonly categoryWords: Int32Array;
  /** Bit c % 32 of word c / 32 of a node's set: category c goes right. Not empty as an array: at least one word. */
  readonly categoryBits: Uint32Array;
  /** Loss reduction of a split; 0 for a leaf. */
  readonly gain: Float32Array;
  /** Sum of second derivatives of the training rows that reached a node. */
  readonly cover: Float32Array;
  /** Margin that each output starts from: outputs. */
  readonly baseMargin: Float32Array;
  readonly outputs: number;
}

/**
 * Margins of rows.
 *
 * *Numerical contract*: per output, the base margin plus the leaf values in tree order, each sum rounded to float32: the
 * same bits on every path.
 */
export interface BoostedTreesPredictArgs extends RowArgs {
  /** rows × cols, row-major; NaN = missing. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly model: TreeEnsemble;
  /** Trees to use: those before this one. */
  readonly trees: number;
  readonly threads: number;
  /** rows × outputs, written. */
  readonly margins: Float32Array;
}
