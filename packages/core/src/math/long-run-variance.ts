import type { Matrix } from "../matrix.js";
import { TrailingMeans } from "./trailing-means.js";

/**
 * Long-run variance of every column: what n times the variance of the mean of n consecutive rows tends to, Σ over all lags
 * k of the autocovariance γₖ. Estimated with Bartlett's weights, γ₀ + 2 Σ (1 − k / b) γₖ over the lags k < b (Newey and
 * West), which is b times the mean square of the means of all overlapping batches of b rows, those that reach beyond an
 * end filled up with the level: so it costs O(rows · cols), whatever b, and is never below 0.
 *
 * @param series  the rows, one matrix a series; no batch spans two
 * @param level  of each column, that distances are taken from
 * @param bandwidth  b, rows of a batch, ≥ 1; 1 gives the variance
 * @see https://doi.org/10.2307/1913610 Newey, West: A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix
 * @see https://doi.org/10.1287/mnsc.30.12.1484 Meketon, Schmeiser: Overlapping batch means
 */
export function longRunVariances(series: readonly Matrix[], level: Float64Array, bandwidth: number): Float64Array {
  const cols = level.length;
  const squares = new Float64Array(cols);
  const row = new Float64Array(cols);
  let rows = 0;
  for (const x of series) {
    rows += x.rows;
    const means = new TrailingMeans(cols, bandwidth);
    means.push(row.fill(0));
    for (let i = 0; i < x.rows + bandwidth - 1; i++) {
      for (let j = 0; j < cols; j++) {
        row[j] = i < x.rows ? (x.data[i * cols + j] as number) - (level[j] as number) : 0;
      }
      means.push(row);
      for (let j = 0; j < cols; j++) squares[j] = (squares[j] as number) + (row[j] as number) ** 2;
    }
  }
  return squares.map((sum) => (bandwidth * sum) / Math.max(1, rows));
}
