import { windowedUse } from "./windowed.js";

/**
 * {@link windowed} with an isolation forest.
 *
 * @example
 * ```ts
 * import { fromRows, subIsolationForest } from "@telltale/core";
 * const wave = (from: number) => Array.from({ length: 60 }, (_, t) => [Math.sin(t + from)]);
 * const model = subIsolationForest({ window: 6 }).fitSync(fromRows(wave(0)));
 * const scores = model.scoreSync(fromRows([...wave(7), ...wave(0).map(() => [3])]));
 * console.log(scores[110] > scores[50]); // true
 * ```
 */
export const subIsolationForest = windowedUse({
  name: "sub-isolation-forest",
  aliases: ["sub-iforest"],
  summary: "Isolation forest over the windows of a series: a stretch that is easily set apart is anomalous.",
  base: "isolation-forest",
  explains: true,
});

/**
 * {@link windowed} with principal components: how far a stretch is from the usual ones in their space.
 *
 * @example
 * ```ts
 * import { fromRows, subPca } from "@telltale/core";
 * const wave = (from: number) => Array.from({ length: 60 }, (_, t) => [Math.sin(t + from)]);
 * const model = subPca({ window: 6 }).fitSync(fromRows(wave(0)));
 * const scores = model.scoreSync(fromRows([...wave(7), ...wave(0).map(() => [3])]));
 * console.log(scores[110] > scores[50]); // true
 * ```
 */
export const subPca = windowedUse({
  name: "sub-pca",
  summary: "Principal components over the windows of a series: a stretch that they do not make up is anomalous.",
  base: "pca",
});

/**
 * {@link windowed} with nearest neighbours: the distance of a stretch to those most like it in training.
 *
 * @example
 * ```ts
 * import { fromRows, subKnn } from "@telltale/core";
 * const wave = (from: number) => Array.from({ length: 60 }, (_, t) => [Math.sin(t + from)]);
 * const model = subKnn({ window: 6 }).fitSync(fromRows(wave(0)));
 * const scores = model.scoreSync(fromRows([...wave(7), ...wave(0).map(() => [3])]));
 * console.log(scores[110] > scores[50]); // true
 * ```
 */
export const subKnn = windowedUse({
  name: "sub-knn",
  summary: "Nearest neighbours over the windows of a series: a stretch far from all in training is anomalous.",
  base: "knn",
  quadratic: true,
});

/**
 * {@link windowed} with k-means. With `window: W` and `aggregate: "mean"` these are the scores of Darts' `KMeansScorer` with
 * `window_agg`; with `base: "kmeans:k=20"` those of TSB-AD's KMeansAD.
 *
 * @example
 * ```ts
 * import { fromRows, kmeansAd } from "@telltale/core";
 * const wave = (from: number) => Array.from({ length: 60 }, (_, t) => [Math.sin(t + from)]);
 * const model = kmeansAd({ window: 6 }).fitSync(fromRows(wave(0)));
 * const scores = model.scoreSync(fromRows([...wave(7), ...wave(0).map(() => [3])]));
 * console.log(scores[110] > scores[50]); // true
 * ```
 */
export const kmeansAd = windowedUse({
  name: "kmeans-ad",
  aliases: ["kmeansad", "kmeans-scorer", "sub-kmeans"],
  summary: "k-means over the windows of a series: a stretch far from the centres of all clusters is anomalous.",
  base: "kmeans",
});
