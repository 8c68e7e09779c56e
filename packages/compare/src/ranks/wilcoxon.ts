import { normalSurvival, ShapeError } from "@telltale/core";
import { averageRanks, tieSizes } from "./ranks.js";

export interface SignedRankTest {
  /** The smaller of the rank sums of positive and negative differences. */
  readonly statistic: number;
  /** Two-sided; 1 when every pair is equal. */
  readonly pValue: number;
  /** Pairs that differ. */
  readonly pairs: number;
  /** `exact` for up to 50 differing pairs without ties, else `normal`, with the correction for ties. */
  readonly method: "exact" | "normal";
}

/** Up to here all 2ⁿ signs are counted; beyond, the normal approximation is good to a few digits. */
const MOST_EXACT = 50;

/**
 * Wilcoxon's signed-rank test of paired figures, two-sided. Pairs that are equal are left out.
 *
 * @param a  a figure for each data set
 * @param b  those of the other detector, on the same data sets
 * @throws ShapeError `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @see Wilcoxon (1945), https://doi.org/10.2307/3001968
 * @example
 * ```ts
 * import { signedRankTest } from "@telltale/compare";
 * const { pValue } = signedRankTest([0.9, 0.8, 0.85, 0.7, 0.95], [0.8, 0.75, 0.7, 0.68, 0.94]);
 * console.log(pValue); // 0.0625
 * ```
 */
export function signedRankTest(a: ArrayLike<number>, b: ArrayLike<number>): SignedRankTest {
  if (a.length !== b.length) {
    throw new ShapeError(
      "SHAPE_MISMATCH",
      `pairs need as many figures on both sides; found ${a.length} and ${b.length}`,
    );
  }
  if (a.length === 0) throw new ShapeError("SHAPE_EMPTY", "a signed-rank test needs at least one pair; found none");
  const differences = Array.from(a, (value, i) => value - (b[i] as number)).filter((difference) => difference !== 0);
  const pairs = differences.length;
  if (pairs === 0) return { statistic: 0, pValue: 1, pairs, method: "exact" };
  const sizes = differences.map(Math.abs);
  const ranks = averageRanks(sizes);
  const positive = ranks.reduce((sum, rank, i) => sum + ((differences[i] as number) > 0 ? rank : 0), 0);
  const statistic = Math.min(positive, (pairs * (pairs + 1)) / 2 - positive);
  const ties = tieSizes(sizes);
  // Signs can be counted only where the ranks are 1 … n and no pair was left out, which would be a tie at 0.
  const exact = pairs <= MOST_EXACT && ties.length === pairs && pairs === a.length;
  const pValue = exact ? exactTail(statistic, pairs) : normalTail(statistic, pairs, ties);
  return { statistic, pValue: Math.min(1, 2 * pValue), pairs, method: exact ? "exact" : "normal" };
}

/** P(W ≤ statistic) when each of n ranks is positive with probability ½. */
function exactTail(statistic: number, n: number): number {
  const most = (n * (n + 1)) / 2;
  let ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    const next = new Float64Array(most + 1);
    // Halved at each rank, so that what is counted stays a probability.
    for (let sum = 0; sum <= most; sum++) {
      next[sum] = ((ways[sum] as number) + (sum >= rank ? (ways[sum - rank] as number) : 0)) / 2;
    }
    ways = next;
  }
  let tail = 0;
  for (let sum = 0; sum <= statistic; sum++) tail += ways[sum] as number;
  return tail;
}

function normalTail(statistic: number, n: number, ties: readonly number[]): number {
  const mean = (n * (n + 1)) / 4;
  const tied = ties.reduce((sum, t) => sum + t * (t * t - 1), 0) / 48;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tied;
  if (variance <= 0) return 0.5;
  return normalSurvival((mean - statistic) / Math.sqrt(variance));
}

/**
 * p-values of several tests raised so that the probability of a single false discovery among all stays what each says.
 *
 * @see Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 65–70
 * @example
 * ```ts
 * import { holm } from "@telltale/compare";
 * console.log(holm([0.01, 0.04, 0.03])); // [ 0.03, 0.06, 0.06 ]
 * ```
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number) || a - b);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((i, k) => {
    least = Math.max(least, Math.min(1, (pValues.length - k) * (pValues[i] as number)));
    adjusted[i] = least;
  });
  return adjusted;
}
