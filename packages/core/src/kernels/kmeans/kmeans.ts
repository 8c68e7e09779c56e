/**
 * The k-means kernels: their arguments and what they promise.
 *
 * *Numerical contract*: same bits on every path and for every number of threads. A squared distance adds column j to sum
 * j mod 8 and folds the eight sums by halves, ((0+4)+(2+6)) + ((1+5)+(3+7)); a row belongs to the centroid of least
 * squared distance as so computed, to the first one of several. Means are made of sums that are exact but for a part far
 * below the precision of doubles (`reference/kmeans/column-sums.ts`), so the order of the rows does not matter to them. Sums of
 * squared distances are made in blocks of {@link kmeansBlockRows}, by row of the block mod 8, folded as above, and added in
 * the order of the blocks. A path may know a row's centroid without computing its distances, never decide otherwise.
 */

/** Most blocks that the rows are cut into, which bounds the memory of their sums. */
const MOST_BLOCKS = 128;
const LEAST_BLOCK_ROWS = 1024;

/** Rows that are summed before their sum is added to that of the rows before; a multiple of 64. */
export function kmeansBlockRows(rows: number): number {
  return Math.max(LEAST_BLOCK_ROWS, Math.ceil(rows / (MOST_BLOCKS * 64)) * 64);
}

/**
 * Draws centroids `from` … `to − 1` of k; a call goes on from `centroids`, `nearest` and `found` as they are. Centroid c
 * draws from stream `stream` + c of the seed.
 */
export interface KmeansSeedArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Candidates drawn for each centroid but the first; the one that lowers the sum of squared distances most is taken. */
  readonly trials: number;
  readonly seed: number;
  readonly stream: number;
  readonly from: number;
  readonly to: number;
  readonly threads: number;
  /** In and out, at least `to` × cols: rows of x. */
  readonly centroids: Float64Array;
  /** In and out, one a row: the squared distance to the nearest of the centroids so far. */
  readonly nearest: Float64Array;
  /** In and out, one number, 0 at first: the centroids so far. It stops growing when no row is at a distance from all. */
  readonly found: Int32Array;
}

/** Cuts the drawing of many centroids into calls for a few. */
export function kmeansSeedSlices(args: KmeansSeedArgs, centroidsPerSlice: number): KmeansSeedArgs[] {
  const slices: KmeansSeedArgs[] = [];
  for (let from = args.from; from < args.to; from += centroidsPerSlice) {
    slices.push({ ...args, from, to: Math.min(args.to, from + centroidsPerSlice) });
  }
  return slices;
}

/** Places of `status`. */
export const KMEANS_STATUS = { iterations: 0, phase: 1, shift: 2, inertia: 3 } as const;
export const KMEANS_STATUS_LENGTH = 4;
/** Values of `status[phase]`. */
export const KMEANS_PHASE = { running: 0, converged: 1, stopped: 2 } as const;

/**
 * Lloyd's iterations. A call goes on from `centroids`, `labels` and `status` as they are, and leaves them so that another
 * can go on.
 *
 * An iteration gives every row the nearest centroid, then puts every centroid in the mean of its rows. A centroid without
 * rows goes to the row that is farthest from its own centroid, which that one then does without; several take the
 * farthest rows in turn, the first of equally far ones first. It stays where it is when no row is at a distance. The
 * iterations end when no label changes, when the squared distances that the centroids move add up to `tolerance` or less,
 * or after `maxIterations`; then the rows are labelled once more and `inertia` is the sum of their squared distances.
 */
export interface KmeansFitArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly k: number;
  readonly tolerance: number;
  /** Iterations over all calls, after which it ends unconverged. */
  readonly maxIterations: number;
  /** Iterations in this call, ≥ 1. */
  readonly roundIterations: number;
  readonly threads: number;
  /** In and out, k × cols. */
  readonly centroids: Float64Array;
  /** In and out, one a row, −1 at first: the centroid of each row. */
  readonly labels: Int32Array;
  /** In and out, zeros at first: see {@link KMEANS_STATUS}. Shift and inertia are 0 while they are not known. */
  readonly status: Float64Array;
}

export interface NearestCentroidArgs {
  /** Row-major, k × cols, k ≥ 1. */
  readonly centroids: Float64Array;
  readonly k: number;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  /** Output, one a row. */
  readonly labels: Int32Array;
  /** Output, one a row: the Euclidean distance to that centroid. */
  readonly distances: Float64Array;
}

/** Cuts a search for many rows into searches for a few, as views. */
export function nearestCentroidSlices(args: NearestCentroidArgs, rowsPerSlice: number): NearestCentroidArgs[] {
  const slices: NearestCentroidArgs[] = [];
  for (let from = 0; from < args.rows; from += rowsPerSlice) {
    const to = Math.min(args.rows, from + rowsPerSlice);
    slices.push({
      ...args,
      rows: to - from,
      x: args.x.subarray(from * args.cols, to * args.cols),
      labels: args.labels.subarray(from, to),
      distances: args.distances.subarray(from, to),
    });
  }
  return slices;
}

/** How far the iterations are, 0 … 1; unknown before the end, so the share of those that there may be. */
export function kmeansProgress({ status, maxIterations }: KmeansFitArgs): number {
  if (status[KMEANS_STATUS.phase] !== KMEANS_PHASE.running) return 1;
  return Math.min(0.99, (status[KMEANS_STATUS.iterations] as number) / maxIterations);
}
