import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { distanceOf, productOf, type ValueWindows } from "./window-moments.js";

/** The windows of one series that are held against those of another. */
export interface Join {
  readonly query: ValueWindows;
  readonly train: ValueWindows;
  /** Windows j of `train` with low ≤ j − i < high are looked at for window i of `query`. */
  readonly low: number;
  readonly high: number;
  /** Products of the window before the first of `query` with the windows of `train`, when there is one. */
  readonly before?: Float64Array;
}

/** Without the windows of the own series that overlap by more than three quarters. */
export function exclusionZone(length: number): number {
  return Math.ceil(length / 4);
}

/**
 * Lowers `distances`, one a window of the query, to those of the nearest windows that the join looks at.
 *
 * @returns the products of the last query window with the windows of `train`, to go on from
 */
export function joinWindows(join: Join, distances: Float64Array, run: Run): MaybePromise<Float64Array> {
  const { query, train, low, high, before } = join;
  if (high <= low || query.count === 0) return before ?? new Float64Array(0);
  const products = new Float64Array(high - low);
  for (let d = low; d < high; d++) {
    products[d - low] =
      d < 0
        ? productOf(query, -d, train, 0)
        : d > 0 && before !== undefined
          ? (before[d - 1] as number)
          : productOf(query, 0, train, d);
  }
  const best = new Float64Array(query.count);
  const nearest = new Int32Array(query.count);
  const args = { query, train, from: 0, to: query.count, low, high, products, best, nearest };
  return chain(run.call("matrixProfile", args), () => {
    const still = countStill(train);
    for (let i = 0; i < query.count; i++) {
      const found = nearest[i] as number;
      let least = found < 0 ? Number.POSITIVE_INFINITY : distanceOf(query, i, train, found);
      const from = Math.max(0, i + low);
      const to = Math.max(from, Math.min(train.count, i + high));
      // Windows that stand still have no correlation, so the kernel does not judge them.
      if ((still[to] as number) > (still[from] as number)) {
        least = query.inverse[i] === 0 ? 0 : Math.min(least, Math.sqrt(query.length));
      }
      if (least < (distances[i] as number)) distances[i] = least;
    }
    return products;
  });
}

/** Windows that stand still before each. */
function countStill({ inverse, count }: ValueWindows): Int32Array {
  const before = new Int32Array(count + 1);
  for (let j = 0; j < count; j++) before[j + 1] = (before[j] as number) + (inverse[j] === 0 ? 1 : 0);
  return before;
}
