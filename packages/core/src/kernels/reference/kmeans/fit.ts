import { KMEANS_PHASE, KMEANS_STATUS, type KmeansFitArgs, kmeansBlockRows } from "../../kmeans/kmeans.js";
import { blockSums, sumInOrder } from "../block-sums.js";
import { rowDistance } from "../row-distance.js";
import { addRow, type ColumnSums, type ColumnUnits, columnUnits, meanOf } from "./column-sums.js";
import { nearestOf } from "./nearest-centroid.js";

const { total: squaredDistance } = rowDistance("euclidean", 2);

/** Lloyd (1982), plainly: every distance of every iteration. */
export function kmeansFit(args: KmeansFitArgs): void {
  const { maxIterations, roundIterations, tolerance, centroids, status } = args;
  const units = columnUnits(args.x, args.rows, args.cols);
  for (let round = 0; round < roundIterations && status[KMEANS_STATUS.phase] === KMEANS_PHASE.running; round++) {
    const changed = assign(args);
    const moved = means(args, units);
    const shift = squaredDistance(moved, 0, centroids, 0, moved.length);
    centroids.set(moved);
    const iterations = (status[KMEANS_STATUS.iterations] as number) + 1;
    status[KMEANS_STATUS.iterations] = iterations;
    status[KMEANS_STATUS.shift] = shift;
    const settled = !changed || shift <= tolerance;
    if (!settled && iterations < maxIterations) continue;
    status[KMEANS_STATUS.phase] = settled ? KMEANS_PHASE.converged : KMEANS_PHASE.stopped;
    assign(args);
    status[KMEANS_STATUS.inertia] = sumInOrder(distanceSums(args));
  }
}

/** Gives every row its nearest centroid; whether any has another one than before. */
function assign({ x, rows, cols, k, centroids, labels }: KmeansFitArgs): boolean {
  let changed = false;
  for (let i = 0; i < rows; i++) {
    const label = nearestOf(x, i * cols, centroids, k, cols);
    if (label !== labels[i]) changed = true;
    labels[i] = label;
  }
  return changed;
}

/** Sums of the squared distances of the rows of each block to their own centroids. */
function distanceSums(args: KmeansFitArgs): Float64Array {
  const distance = ownDistance(args);
  return blockSums(args.rows, kmeansBlockRows(args.rows), distance);
}

function ownDistance({ x, cols, centroids, labels }: KmeansFitArgs): (row: number) => number {
  return (i) => squaredDistance(x, i * cols, centroids, (labels[i] as number) * cols, cols);
}

/** Where the centroids go: to the means of their rows. */
function means(args: KmeansFitArgs, units: ColumnUnits): Float64Array {
  const { x, rows, cols, k, centroids, labels } = args;
  const sums = { coarse: new Float64Array(k * cols), fine: new Float64Array(k * cols) };
  const counts = new Float64Array(k);
  for (let i = 0; i < rows; i++) {
    const label = labels[i] as number;
    counts[label] = (counts[label] as number) + 1;
    addRow(sums, label * cols, units, x, i * cols, 1);
  }
  const rowOf = counts.includes(0) ? farthestRows(args, units, sums, counts) : new Map<number, number>();
  return centroids.map((before, at) => {
    const c = Math.floor(at / cols);
    const row = rowOf.get(c);
    if (row !== undefined) return x[row * cols + (at % cols)] as number;
    const count = counts[c] as number;
    return count > 0 ? meanOf(sums.coarse[at] as number, sums.fine[at] as number, count) : before;
  });
}

/** A row for each centroid without rows: those farthest from their own centroids, which are taken out of their sums. */
function farthestRows(
  args: KmeansFitArgs,
  units: ColumnUnits,
  sums: ColumnSums,
  counts: Float64Array,
): Map<number, number> {
  const { x, rows, cols, labels } = args;
  const distance = ownDistance(args);
  const distances = Float64Array.from({ length: rows }, (_, i) => distance(i));
  const rowOf = new Map<number, number>();
  for (const [c, count] of counts.slice().entries()) {
    if (count > 0) continue;
    let far = 0;
    for (let i = 1; i < rows; i++) if ((distances[i] as number) > (distances[far] as number)) far = i;
    if (!((distances[far] as number) > 0)) break;
    distances[far] = 0;
    const from = labels[far] as number;
    addRow(sums, from * cols, units, x, far * cols, -1);
    counts[from] = (counts[from] as number) - 1;
    rowOf.set(c, far);
  }
  return rowOf;
}
