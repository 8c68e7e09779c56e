import { ParamError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { cluster, MOST_CLUSTERS } from "../../../kernels/kmeans/clustering.js";
import type { Matrix } from "../../../matrix.js";
import { flag, int, number } from "../../../params/params.js";
import { defineDetector, type ModelState } from "../../detector.js";
import { StateReader } from "../../state-reader.js";

/**
 * Cluster-based local outlier factor: rows far away from the large clusters are anomalous.
 *
 * *fit*: rows × cols matrix; finds k clusters with k-means and calls the largest ones large: as many as hold at least the share
 * `alpha` of the rows and are followed by one that is `beta` times smaller, or as meet one of both (O(k · cols) memory, the
 * time of k-means).
 *
 * *score*: one value a row, ≥ 0, in the unit of the columns: the Euclidean distance to the centroid of its cluster if that is a
 * large one, else to the nearest centroid of a large cluster; with `weighted`, times the size of its cluster. O(k · cols) a
 * row.
 *
 * *Needs*: finite values; columns on one scale, because the distance adds them up. At least k training rows.
 *
 * *Edges*: where no split meets `alpha` or `beta`, as among clusters of one size, all clusters are large; PyOD refuses such
 * data. Training rows with fewer than k distinct values make so many clusters.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when there are fewer than k training rows
 * @throws {@link DataError} `DATA_INFINITE` when squared distances between training rows are beyond the range of doubles
 * @see https://doi.org/10.1016/S0167-8655(03)00003-5 He, Xu, Deng: Discovering cluster-based local outliers
 * @example
 * ```ts
 * import { cblof, fromRows } from "@telltale/core";
 * const train = fromRows([[0], [0.5], [1], [0], [0.5], [1], [0], [0.5], [1], [50]]);
 * const model = cblof({ k: 2 }).fitSync(train);
 * console.log([...model.scoreSync(fromRows([[1], [50]]))]); // [0.5, 49.5]
 * ```
 */
export const cblof = defineDetector({
  name: "cblof",
  aliases: ["cluster-based-local-outlier-factor"],
  summary: "Cluster-based local outlier factor: rows far away from the large clusters are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 1,
  params: {
    k: int({ default: 8, min: 1, max: MOST_CLUSTERS, doc: "Clusters; at most the training rows." }),
    alpha: number({ default: 0.9, min: 0, max: 1, exclusive: true, doc: "Share of the rows in large clusters." }),
    beta: number({
      default: 5,
      min: 1,
      max: 1e9,
      doc: "How many times larger the last large cluster is than the next.",
    }),
    weighted: flag({ default: false, doc: "Multiply scores by the size of the row's cluster, as the paper does." }),
    starts: int({ default: 10, min: 1, max: 1000, doc: "Times to start k-means; the best result is kept." }),
    maxIterations: int({ default: 300, min: 1, max: 1_000_000, doc: "Iterations of one start at most." }),
    tolerance: number({
      default: 1e-4,
      min: 0,
      max: 1,
      doc: "k-means has converged when centroids move less; a share of the mean variance of the columns.",
    }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit(x, params, run) {
    const { k, alpha, beta } = params;
    if (k > x.rows) {
      throw new ParamError("PARAM_RANGE", `k: ${k} clusters asked of ${x.rows} training rows`, {
        remedy: `Choose k ≤ ${x.rows}, or train on more rows`,
      });
    }
    return chain(cluster(x, params, run.within(0, 0.9), "cblof"), ({ centroids }) =>
      chain(nearestOf(centroids, x, run.within(0.9, 1)), ({ labels }): CblofState => {
        const sizes = new Int32Array(centroids.length / x.cols);
        for (const label of labels) sizes[label] = (sizes[label] as number) + 1;
        return { centroids, sizes, large: largeClusters(sizes, alpha, beta) };
      }),
    );
  },
  score(state, x, { weighted }, run) {
    const { centroids, sizes, large } = state;
    const places = Array.from(large.keys()).filter((cluster) => large[cluster] === 1);
    const largeCentroids = new Float64Array(places.length * x.cols);
    places.forEach((cluster, i) => {
      largeCentroids.set(centroids.subarray(cluster * x.cols, (cluster + 1) * x.cols), i * x.cols);
    });
    return chain(nearestOf(centroids, x, run.within(0, 0.5)), ({ labels, distances }) =>
      chain(nearestOf(largeCentroids, x, run.within(0.5, 1)), (toLarge) =>
        distances.map((distance, i) => {
          const label = labels[i] as number;
          const score = large[label] === 1 ? distance : (toLarge.distances[i] as number);
          return weighted ? score * (sizes[label] as number) : score;
        }),
      ),
    );
  },
  restore: (state, { k }, cols): CblofState => restored(state, k, cols),
});

/** The clusters: where they are, how many training rows each has, and which are large. */
export type CblofState = {
  readonly centroids: Float64Array;
  readonly sizes: Int32Array;
  /** 1 for a large cluster. */
  readonly large: Int32Array;
};

function nearestOf(centroids: Float64Array, x: Matrix, run: Run) {
  const args = {
    ...{ centroids, k: centroids.length / x.cols, x: x.data, rows: x.rows, cols: x.cols, threads: run.threads },
    ...{ labels: new Int32Array(x.rows), distances: new Float64Array(x.rows) },
  };
  return chain(run.call("nearestCentroid", args), () => args) as MaybePromise<typeof args>;
}

/** 1 for each cluster that is large, by its size. */
export function largeClusters(sizes: Int32Array, alpha: number, beta: number): Int32Array {
  const order = Array.from(sizes.keys()).sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const splits = order.slice(1).map((next, i) => {
    const held = order.slice(0, i + 1).reduce((sum, cluster) => sum + (sizes[cluster] as number), 0);
    const enough = held >= rows * alpha;
    const steep = (sizes[order[i] as number] as number) >= beta * (sizes[next] as number);
    return { large: i + 1, enough, steep };
  });
  const split =
    splits.find(({ enough, steep }) => enough && steep) ??
    splits.find(({ enough }) => enough) ??
    splits.find(({ steep }) => steep);
  const large = new Int32Array(sizes.length);
  for (const cluster of order.slice(0, split?.large ?? order.length)) large[cluster] = 1;
  return large;
}

function restored(state: ModelState, k: number, cols: number): CblofState {
  const reader = new StateReader("cblof", state);
  const centroids = reader.doubles("centroids");
  const found = centroids.length / cols;
  if (!Number.isInteger(found) || found < 1 || found > k) throw reader.wrong("the number of centroids is impossible");
  const large = reader.integers("large", 0, 1, found);
  if (!large.includes(1)) throw reader.wrong("no cluster is large");
  return { centroids, sizes: reader.integers("sizes", 0, 2 ** 31 - 1, found), large };
}
