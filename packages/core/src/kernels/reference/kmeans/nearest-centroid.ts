import type { NearestCentroidArgs } from "../../kmeans/kmeans.js";
import { rowDistance } from "../row-distance.js";

const { total: squaredDistance } = rowDistance("euclidean", 2);

/** The centroid of least squared distance to a row, the first of several. */
export function nearestOf(x: Float64Array, at: number, centroids: Float64Array, k: number, cols: number): number {
  let best = 0;
  let least = squaredDistance(x, at, centroids, 0, cols);
  for (let c = 1; c < k; c++) {
    const d = squaredDistance(x, at, centroids, c * cols, cols);
    if (d < least) {
      least = d;
      best = c;
    }
  }
  return best;
}

/** The nearest centroid of each row, and the distance to it. */
export function nearestCentroid({ centroids, k, x, rows, cols, labels, distances }: NearestCentroidArgs): void {
  for (let i = 0; i < rows; i++) {
    const label = nearestOf(x, i * cols, centroids, k, cols);
    labels[i] = label;
    distances[i] = Math.sqrt(squaredDistance(x, i * cols, centroids, label * cols, cols));
  }
}
