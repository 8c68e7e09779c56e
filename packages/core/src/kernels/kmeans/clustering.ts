import { DataError, KernelError } from "../../errors.js";
import type { Matrix } from "../../matrix.js";
import { chain, type MaybePromise, type Run } from "../kernels.js";
import {
  KMEANS_PHASE,
  KMEANS_STATUS,
  KMEANS_STATUS_LENGTH,
  type KmeansFitArgs,
  type KmeansSeedArgs,
} from "./kmeans.js";

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

/** Streams of the seed that one start draws from: one a centroid. */
const STREAMS_PER_START = 65_536;
export const MOST_CLUSTERS = STREAMS_PER_START;
/** Share of a start that is drawing its centroids. */
const DRAWING = 0.3;
const MEMORY_LIMIT = 8 * 2 ** 30;

export interface ClusterOptions {
  /** Clusters, 1 to {@link MOST_CLUSTERS}. */
  readonly k: number;
  /** Times to start from other centroids; the best result is kept. */
  readonly starts: number;
  readonly maxIterations: number;
  /** A share of the mean variance of the columns. */
  readonly tolerance: number;
  readonly seed: number;
}

/**
 * k-means: of several starts with k-means++ the one with the least sum of squared distances. Fewer than k centroids when the
 * rows have fewer distinct values.
 *
 * @param owner  who asks, for the error text
 * @throws {@link KernelError} `KERNEL_MEMORY` when the working arrays would be too large; {@link DataError}
 *   `DATA_INFINITE` when squared distances are beyond the range of doubles
 */
export function cluster(x: Matrix, options: ClusterOptions, run: Run, owner: string): MaybePromise<Clustering> {
  const bytes = x.rows * 24 + options.k * x.cols * 8 * 128;
  if (bytes > MEMORY_LIMIT) {
    throw new KernelError("KERNEL_MEMORY", `${owner} may need ${Math.ceil(bytes / 2 ** 20)} MiB of working arrays`, {
      remedy: "Ask for fewer clusters, or train on fewer rows",
    });
  }
  const tolerance = options.tolerance * meanVariance(x);
  return bestStart(x, { ...options, tolerance }, run, 0, undefined);
}

/** The best of what is there and of the starts from number `start` on. */
function bestStart(
  x: Matrix,
  given: ClusterOptions,
  run: Run,
  start: number,
  best: Clustering | undefined,
): MaybePromise<Clustering> {
  const { k, starts, seed } = given;
  const from = start / starts;
  const middle = (start + DRAWING) / starts;
  const stream = start * STREAMS_PER_START;
  return chain(drawCentroids(x, k, { seed, stream }, run.within(from, middle)), (initial) =>
    chain(lloyd(x, initial, given, run.within(middle, (start + 1) / starts)), (found) => {
      const better = best === undefined || found.inertia < best.inertia ? found : best;
      if (start + 1 < starts) return bestStart(x, given, run, start + 1, better);
      return better;
    }),
  );
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
function drawCentroids(
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
