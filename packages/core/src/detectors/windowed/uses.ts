import { windowedUse } from "./windowed.js";

/** {@link windowed} with an isolation forest. */
export const subIsolationForest = windowedUse({
  name: "sub-isolation-forest",
  aliases: ["sub-iforest"],
  summary: "Isolation forest over the windows of a series: a stretch that is easily set apart is anomalous.",
  base: "isolation-forest",
  explains: true,
});

/** {@link windowed} with principal components: how far a stretch is from the usual ones in their space. */
export const subPca = windowedUse({
  name: "sub-pca",
  summary: "Principal components over the windows of a series: a stretch that they do not make up is anomalous.",
  base: "pca",
});

/** {@link windowed} with nearest neighbours: the distance of a stretch to those most like it in training. */
export const subKnn = windowedUse({
  name: "sub-knn",
  summary: "Nearest neighbours over the windows of a series: a stretch far from all in training is anomalous.",
  base: "knn",
  quadratic: true,
});

/**
 * {@link windowed} with k-means. With `window: W` and `aggregate: "mean"` these are the scores of Darts' `KMeansScorer` with
 * `window_agg`; with `base: "kmeans:k=20"` those of TSB-AD's KMeansAD.
 */
export const kmeansAd = windowedUse({
  name: "kmeans-ad",
  aliases: ["kmeansad", "kmeans-scorer", "sub-kmeans"],
  summary: "k-means over the windows of a series: a stretch far from the centres of all clusters is anomalous.",
  base: "kmeans",
});
