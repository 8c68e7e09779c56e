import { Random } from "../../../random.js";
import { type KmeansSeedArgs, kmeansBlockRows } from "../../kmeans/kmeans.js";
import { blockSums, sumInOrder } from "../block-sums.js";
import { rowDistance } from "../row-distance.js";

const { total: squaredDistance } = rowDistance("euclidean", 2);

/**
 * k-means++ (Arthur and Vassilvitskii 2007): rows are drawn as centroids with a chance that grows with the square of
 * their distance to those already drawn; of several candidates the best is taken.
 */
export function kmeansSeed(args: KmeansSeedArgs): void {
  const { x, rows, cols, trials, seed, stream, from, to, centroids, nearest, found } = args;
  const blockRows = kmeansBlockRows(rows);
  for (let c = from; c < to && found[0] === c; c++) {
    const random = new Random(seed, stream + c);
    let best: Candidate;
    if (c === 0) {
      best = reduced(args, random.below(rows), new Float64Array(rows).fill(Number.POSITIVE_INFINITY));
    } else {
      const sums = blockSums(rows, blockRows, (i) => nearest[i] as number);
      const total = sumInOrder(sums);
      if (!(total > 0)) return;
      const drawn = Array.from({ length: trials }, () => drawnRow(random.uniform() * total, nearest, sums, blockRows));
      best = drawn.map((row) => reduced(args, row, nearest)).reduce((a, b) => (b.total < a.total ? b : a));
    }
    nearest.set(best.nearest);
    centroids.set(x.subarray(best.row * cols, (best.row + 1) * cols), c * cols);
    found[0] = c + 1;
  }
}

interface Candidate {
  readonly row: number;
  /** Squared distances to the nearest centroid with this one among them, and their sum. */
  readonly nearest: Float64Array;
  readonly total: number;
}

function reduced({ x, rows, cols }: KmeansSeedArgs, row: number, before: Float64Array): Candidate {
  const nearest = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const d = squaredDistance(x, i * cols, x, row * cols, cols);
    nearest[i] = d < (before[i] as number) ? d : (before[i] as number);
  }
  return { row, nearest, total: sumInOrder(blockSums(rows, kmeansBlockRows(rows), (i) => nearest[i] as number)) };
}

/**
 * The first row at which the squared distances add up to more than `target`: block by block, then row by row. Where
 * rounding lets none get there, the last one at a distance.
 */
function drawnRow(target: number, nearest: Float64Array, sums: Float64Array, blockRows: number): number {
  let before = 0;
  let block = -1;
  let last = 0;
  for (let b = 0; b < sums.length; b++) {
    const sum = sums[b] as number;
    if (sum > 0) last = b;
    if (before + sum > target) {
      block = b;
      break;
    }
    before += sum;
  }
  const from = (block < 0 ? last : block) * blockRows;
  const to = Math.min(nearest.length, from + blockRows);
  let row = from;
  for (let i = from; i < to; i++) {
    const d = nearest[i] as number;
    if (!(d > 0)) continue;
    row = i;
    before += d;
    if (block >= 0 && before > target) break;
  }
  return row;
}
