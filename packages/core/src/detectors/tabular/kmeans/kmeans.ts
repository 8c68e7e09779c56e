import { ModelFileError, ParamError } from "../../../errors.js";
import { chain, type MaybePromise } from "../../../kernels/kernels.js";
import { type Clustering, cluster, MOST_CLUSTERS } from "../../../kernels/kmeans/clustering.js";
import { int, number } from "../../../params/params.js";
import { defineDetector, type ModelState } from "../../detector.js";

const params = {
  k: int({ default: 8, min: 1, max: MOST_CLUSTERS, doc: "Clusters; at most the training rows." }),
  starts: int({ default: 10, min: 1, max: 1000, doc: "Times to start from other centroids; the best result is kept." }),
  maxIterations: int({ default: 300, min: 1, max: 1_000_000, doc: "Iterations of one start at most." }),
  tolerance: number({
    default: 1e-4,
    min: 0,
    max: 1,
    doc: "Converged when centroids move less; a share of the mean variance of the columns.",
  }),
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
};

/**
 * k-means: rows far away from the centroids of all clusters are anomalous.
 *
 * *fit*: rows × cols matrix. Each of `starts` draws k rows with k-means++ (the best of 2 + ⌊ln k⌋ candidates for each, as
 * scikit-learn does), then repeats Lloyd's iterations; the one with the least sum of squared distances is kept.
 * O(starts · iterations · rows · k · cols) time at worst, O(rows) memory beside the rows, half as much as these again with
 * native kernels.
 *
 * *score*: one value a row, ≥ 0, in the unit of the columns: the Euclidean distance to the nearest centroid. O(k · cols) a
 * row.
 *
 * *Series*: `kmeans-ad` puts this detector behind the windows of a series and scores rows as Darts' `KMeansScorer`, whose
 * defaults k and `starts` have here too.
 *
 * *Needs*: finite values; columns on one scale, because the distance adds them up. At least k training rows.
 *
 * *Edges*: training rows with fewer than k distinct values make so many clusters, with a remark in the model. A cluster
 * that loses all its rows takes the row that is farthest from its own centroid. A row whose squared distance is beyond the
 * range of doubles scores ∞.
 *
 * *Departures*: from the same initial centroids the result is scikit-learn's, but several empty clusters take the farthest
 * rows strictly in order, and a cluster that lost its only row so stays where it was.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when there are fewer than k training rows
 * @throws {@link DataError} `DATA_INFINITE` when squared distances between training rows are beyond the range of doubles
 * @see https://doi.org/10.1109/TIT.1982.1056489 Lloyd: Least squares quantization in PCM
 * @see https://dl.acm.org/doi/10.5555/1283383.1283494 Arthur, Vassilvitskii: k-means++
 * @example
 * ```ts
 * import { fromRows, kmeans } from "@telltale/core";
 * const train = fromRows([[0, 0], [0, 2], [10, 0], [10, 2]]);
 * const model = kmeans({ k: 2 }).fitSync(train);
 * console.log([...model.scoreSync(fromRows([[0, 1], [13, 5]]))]); // [0, 5]
 * ```
 */
export const kmeans = defineDetector({
  name: "kmeans",
  aliases: ["k-means"],
  summary: "k-means: rows far away from the centroids of all clusters are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 1,
  params,
  fit(x, given, run): MaybePromise<KmeansState> {
    if (given.k > x.rows) {
      throw new ParamError("PARAM_RANGE", `k: ${given.k} clusters asked of ${x.rows} training rows`, {
        remedy: `Choose k ≤ ${x.rows}, or train on more rows`,
      });
    }
    return chain(cluster(x, given, run, "kmeans"), (best) => ({ ...best, clusters: given.k, cols: x.cols }));
  },
  score(state, x, _params, run) {
    const distances = new Float64Array(x.rows);
    const args = {
      centroids: state.centroids,
      k: state.centroids.length / x.cols,
      x: x.data,
      rows: x.rows,
      cols: x.cols,
      threads: run.threads,
      labels: new Int32Array(x.rows),
      distances,
    };
    return chain(run.call("nearestCentroid", args), () => distances);
  },
  remarks({ clusters, centroids, converged, iterations, cols }) {
    const found = centroids.length / cols;
    return [
      ...(found < clusters ? [`The training rows have ${found} distinct values, so there are ${found} clusters`] : []),
      ...(converged
        ? []
        : [`The best start had not converged after ${iterations} iterations. Raise maxIterations or tolerance`]),
    ];
  },
  restore: (state, { k }, cols): KmeansState => restored(state, k, cols),
});

/** The best clustering, the clusters asked for and the columns. */
export type KmeansState = { readonly [K in keyof Clustering]: Clustering[K] } & {
  readonly clusters: number;
  readonly cols: number;
};

function restored(state: ModelState, k: number, width: number): KmeansState {
  const wrong = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `kmeans: ${what}`, { remedy: "Fit the model again" });
  const { centroids, inertia, iterations, converged, clusters, cols } = state;
  if (!(centroids instanceof Float64Array)) throw wrong("centroids are missing or of the wrong type");
  if (cols !== width || clusters !== k) throw wrong("its clusters or columns are not those of its parameters");
  const found = centroids.length / cols;
  if (!Number.isInteger(found) || found < 1 || found > k) throw wrong("the number of centroids is impossible");
  if (!centroids.every(Number.isFinite)) throw wrong("a centroid is not finite");
  if (typeof inertia !== "number" || !(inertia >= 0 && inertia < Number.POSITIVE_INFINITY)) {
    throw wrong("inertia is not a sum of squares");
  }
  if (typeof iterations !== "number" || !Number.isSafeInteger(iterations) || iterations < 0) {
    throw wrong("iterations is not a number of iterations");
  }
  if (typeof converged !== "boolean") throw wrong("converged is not true or false");
  return { centroids, inertia, iterations, converged, clusters, cols };
}
