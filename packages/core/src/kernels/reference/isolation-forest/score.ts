import { exp2 } from "../../../math/elementary.js";
import type {
  IsolationForestContributionArgs,
  IsolationForestScoreArgs,
  IsolationTrees,
} from "../../isolation-forest.js";

/** Rows whose path lengths are summed together, so that a tree is fetched once for all of them. */
const BLOCK = 1024;

/** Scores rows: the specification of the kernel. Path lengths are added in tree order, row by row. */
export function isolationForestScore(args: IsolationForestScoreArgs): void {
  const { forest, x, rows, cols, normalizer, scores } = args;
  const trees = forest.treeStart.length - 1;
  for (let first = 0; first < rows; first += BLOCK) {
    const end = Math.min(rows, first + BLOCK);
    const sums = scores.subarray(first, end);
    sums.fill(0);
    for (let t = 0; t < trees; t++) {
      const root = forest.treeStart[t] as number;
      if (forest.ndim === 1) addAxisPaths(forest, root, x.subarray(first * cols, end * cols), cols, sums);
      else addPlanePaths(forest, root, x.subarray(first * cols, end * cols), cols, sums);
    }
    for (let i = 0; i < sums.length; i++) sums[i] = scoreOf((sums[i] as number) / trees, normalizer);
  }
}

/** Liu, Ting and Zhou (2008), equation 2; ½ when no tree could separate anything. */
function scoreOf(meanPath: number, normalizer: number): number {
  return normalizer > 0 ? exp2(-(meanPath / normalizer)) : 0.5;
}

function addAxisPaths(forest: IsolationTrees, root: number, x: Float64Array, cols: number, sums: Float64Array): void {
  const { right, value, features, missingLeft } = forest;
  for (let i = 0; i < sums.length; i++) {
    const row = i * cols;
    let node = root;
    for (let step = right[node] as number; step !== 0; step = right[node] as number) {
      const v = x[row + (features[node] as number)] as number;
      const threshold = value[node] as number;
      const goesLeft = v <= threshold || (!(v > threshold) && missingLeft[node] === 1);
      node += goesLeft ? 1 : step;
    }
    sums[i] = (sums[i] as number) + (value[node] as number);
  }
}

function addPlanePaths(forest: IsolationTrees, root: number, x: Float64Array, cols: number, sums: Float64Array): void {
  const { right, value, missingLeft } = forest;
  for (let i = 0; i < sums.length; i++) {
    let node = root;
    for (let step = right[node] as number; step !== 0; step = right[node] as number) {
      const v = planeValue(forest, node, x, i * cols);
      const threshold = value[node] as number;
      const goesLeft = v <= threshold || (!(v > threshold) && missingLeft[node] === 1);
      node += goesLeft ? 1 : step;
    }
    sums[i] = (sums[i] as number) + (value[node] as number);
  }
}

/** The row's coordinate along the normal of a split; NaN when a value that it needs is missing. */
function planeValue(forest: IsolationTrees, node: number, x: Float64Array, row: number): number {
  const { ndim, features, coefficients } = forest;
  let dot = 0;
  for (let k = node * ndim; k < (node + 1) * ndim; k++) {
    const feature = features[k] as number;
    if (feature < 0) break;
    dot += (coefficients[k] as number) * (x[row + feature] as number);
  }
  return dot;
}

/**
 * What each feature adds to log2(score): along a row's path through a tree, every split moves the expected path length
 * from the node's mean to the child's, and that step is credited to the split's feature (shared by |coefficient| when a
 * split combines several). The credits of a row and `−expected(root) / normalizer` add up to log2(score).
 */
export function isolationForestContributions(args: IsolationForestContributionArgs): void {
  const { forest, expected, x, rows, cols, normalizer, contributions } = args;
  const trees = forest.treeStart.length - 1;
  contributions.fill(0);
  if (!(normalizer > 0)) return;
  for (let i = 0; i < rows; i++) {
    const row = i * cols;
    for (let t = 0; t < trees; t++) creditPath(forest, expected, t, x, row, contributions);
    for (let j = row; j < row + cols; j++) contributions[j] = 0 - (contributions[j] as number) / trees / normalizer;
  }
}

function creditPath(
  forest: IsolationTrees,
  expected: Float64Array,
  tree: number,
  x: Float64Array,
  row: number,
  credits: Float64Array,
): void {
  const { treeStart, right, value, missingLeft, ndim, features, coefficients } = forest;
  let node = treeStart[tree] as number;
  for (let step = right[node] as number; step !== 0; step = right[node] as number) {
    const v = ndim === 1 ? (x[row + (features[node] as number)] as number) : planeValue(forest, node, x, row);
    const threshold = value[node] as number;
    const goesLeft = v <= threshold || (!(v > threshold) && missingLeft[node] === 1);
    const child = node + (goesLeft ? 1 : step);
    const credit = (expected[child] as number) - (expected[node] as number);
    if (ndim === 1) {
      const at = row + (features[node] as number);
      credits[at] = (credits[at] as number) + credit;
    } else {
      let total = 0;
      for (let k = node * ndim; k < (node + 1) * ndim; k++) {
        if ((features[k] as number) >= 0) total += Math.abs(coefficients[k] as number);
      }
      for (let k = node * ndim; k < (node + 1) * ndim; k++) {
        const feature = features[k] as number;
        if (feature < 0) break;
        const at = row + feature;
        credits[at] = (credits[at] as number) + credit * (Math.abs(coefficients[k] as number) / total);
      }
    }
    node = child;
  }
}
