import type { Neighbours } from "../../../kernels/nearest/neighbour-search.js";
import { power } from "../../../math/power.js";
import type { TrainingRows } from "../../training-rows.js";

/** What decides how much of a distance is a column's. */
interface Shares {
  readonly metric: "euclidean" | "manhattan" | "chebyshev" | "minkowski" | "cosine";
  readonly p: number;
  readonly k: number;
  readonly aggregate: "largest" | "mean" | "median";
}

/**
 * How much of each row's score is each column's: rows × cols, that add up to the score. A distance is a sum over columns of
 * |difference|^p, whose root is shared in that proportion; the largest difference has all of Chebyshev's. With `cosine`, ½ of the
 * squared differences of unit rows add up to the distance.
 *
 * @param queries  as the search took them: unit rows, of one column more, for `cosine`
 */
export function columnShares(
  { train, order }: TrainingRows,
  queries: Float64Array,
  { distances, indices }: Neighbours,
  rows: number,
  { metric, p, k, aggregate }: Shares,
): Float64Array {
  const width = train.length / order.length;
  const cols = metric === "cosine" ? width - 1 : width;
  const shares = new Float64Array(rows * cols);
  const parts = new Float64Array(width);
  const [from, to] =
    aggregate === "mean" ? [0, k] : aggregate === "largest" ? [k - 1, k] : [(k - 1) >> 1, (k >> 1) + 1];
  for (let i = 0; i < rows; i++) {
    for (let at = i * k + from; at < i * k + to; at++) {
      const distance = distances[at] as number;
      if (!(distance > 0)) continue;
      const total = partsOf(train, (indices[at] as number) * width, queries, i * width, metric, p, parts);
      for (let j = 0; j < cols; j++) {
        shares[i * cols + j] =
          (shares[i * cols + j] as number) + ((parts[j] as number) / total) * (distance / (to - from));
      }
    }
  }
  return shares;
}

/** Each column's part of a distance, in any unit; returns their sum. */
function partsOf(
  train: Float64Array,
  neighbour: number,
  queries: Float64Array,
  row: number,
  metric: Shares["metric"],
  p: number,
  parts: Float64Array,
): number {
  let most = 0;
  for (let j = 0; j < parts.length; j++) {
    const difference = Math.abs((queries[row + j] as number) - (train[neighbour + j] as number));
    parts[j] = difference;
    if (difference > most) most = difference;
  }
  const order = metric === "manhattan" ? 1 : metric === "minkowski" ? p : 2;
  let total = 0;
  for (let j = 0; j < parts.length; j++) {
    const relative = (parts[j] as number) / most; // so that no power overflows
    parts[j] = metric === "chebyshev" ? (relative === 1 ? 1 : 0) : power(relative, order);
    total += parts[j] as number;
  }
  return total;
}
