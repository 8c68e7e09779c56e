import { DataError } from "../../errors.js";
import { chain, type MaybePromise, type Run } from "../../kernels/kernels.js";
import {
  KMEANS_PHASE,
  KMEANS_STATUS,
  KMEANS_STATUS_LENGTH,
  type KmeansFitArgs,
  type KmeansSeedArgs,
} from "../../kernels/kmeans.js";
import type { Matrix } from "../../matrix.js";

/** A clustering: where the centroids ended and how well the rows lie around them. */
export interface Clustering {
  /** Row-major, one row a centroid. */
  readonly centroids: Float64Array;
  /** Sum of the squared distances of the training rows to their nearest centroids. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface LloydOptions {
  readonly maxIterations: number;
  /** Converged when the squared distances that the centroids move add up to this or less. */
  readonly tolerance: number;
}

/** The mean of the variances of the columns, as scikit-learn scales its tolerance by. */
export function meanVariance({ data, rows, cols }: Matrix): number {
  const sum = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) {
    for (let j = 0; j < cols; j++) sum[j] = (sum[j] as number) + (data[at + j] as number);
  }
  const mean = sum.map((total) => total / rows);
  let squares = 0;
  for (let at = 0; at < data.length; at += cols) {
    for (let j = 0; j < cols; j++) squares += ((data[at + j] as number) - (mean[j] as number)) ** 2;
  }
  return squares / data.length;
}

/**
 * Runs Lloyd's iterations from given centroids.
 *
 * @param initial  k × cols; not changed
 * @throws {@link DataError} `DATA_INFINITE` when squared distances are beyond the range of doubles
 */
export function lloyd(
  x: Matrix,
  initial: Float64Array,
  { maxIterations, tolerance }: LloydOptions,
  run: Run,
): MaybePromise<Clustering> {
  const args: KmeansFitArgs = {
    x: x.data,
    rows: x.rows,
    cols: x.cols,
    k: initial.length / x.cols,
    tolerance,
    maxIterations,
    roundIterations: maxIterations,
    threads: run.threads,
    centroids: initial.slice(),
    labels: new Int32Array(x.rows).fill(-1),
    status: new Float64Array(KMEANS_STATUS_LENGTH),
  };
  return chain(run.call("kmeansFit", args), () => {
    const inertia = args.status[KMEANS_STATUS.inertia] as number;
    if (!Number.isFinite(inertia) || !args.centroids.every(Number.isFinite)) {
      throw new DataError("DATA_INFINITE", "kmeans: squared distances between rows are beyond the range of doubles", {
        remedy: "Scale the columns first",
      });
    }
    return {
      centroids: args.centroids,
      inertia,
      iterations: args.status[KMEANS_STATUS.iterations] as number,
      converged: args.status[KMEANS_STATUS.phase] === KMEANS_PHASE.converged,
    };
  });
}

/** Draws initial centroids with k-means++; fewer than k when the rows have fewer distinct values. */
export function drawCentroids(
  x: Matrix,
  k: number,
  random: { readonly seed: number; readonly stream: number },
  run: Run,
): MaybePromise<Float64Array> {
  const args: KmeansSeedArgs = {
    x: x.data,
    rows: x.rows,
    cols: x.cols,
    trials: 2 + Math.floor(Math.log(k)),
    ...random,
    from: 0,
    to: k,
    threads: run.threads,
    centroids: new Float64Array(k * x.cols),
    nearest: new Float64Array(x.rows),
    found: new Int32Array(1),
  };
  return chain(run.call("kmeansSeed", args), () => args.centroids.subarray(0, (args.found[0] as number) * x.cols));
}
