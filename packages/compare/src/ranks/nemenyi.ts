import { ShapeError, studentizedRangeQuantile, studentizedRangeSurvival } from "@telltale/core";
import { checkAlpha, meanRanks, type RankOptions, type ResultTable } from "./ranks.js";

/** Mean ranks of detectors, and which of them cannot be told apart. */
export interface CriticalDifference {
  /** Mean rank of each detector, in the order of the columns; 1 = best. */
  readonly meanRanks: readonly number[];
  /** Mean ranks closer than this are not significantly different. */
  readonly criticalDifference: number;
  readonly alpha: number;
  /**
   * Largest groups of detectors, by column and best first, whose mean ranks are all within the critical difference: the
   * bars of a critical-difference diagram. A detector in no group of several stands alone.
   */
  readonly groups: readonly (readonly number[])[];
  readonly rows: number;
}

/**
 * The difference of mean ranks from which two of k detectors over n data sets are significantly different.
 *
 * @see Nemenyi (1963), "Distribution-free multiple comparisons" · Demšar (2006), JMLR 7, 1–30
 * @example
 * ```ts
 * import { criticalDifference } from "@telltale/compare";
 * console.log(criticalDifference(4, 14).toFixed(3)); // 1.254
 * ```
 */
export function criticalDifference(detectors: number, rows: number, alpha = 0.05): number {
  checkAlpha(alpha);
  if (!(detectors >= 2 && rows >= 1)) {
    throw new ShapeError("SHAPE_TOO_FEW_ROWS", `found ${rows} data sets and ${detectors} detectors`, {
      remedy: "A critical difference needs at least 2 detectors and 1 data set",
    });
  }
  return (studentizedRangeQuantile(1 - alpha, detectors) / Math.SQRT2) * standardError(detectors, rows);
}

/** Nemenyi's test after Friedman's: mean ranks, critical difference and the groups that it leaves. */
export function nemenyi(
  results: ResultTable,
  { alpha = 0.05, ...options }: RankOptions & { readonly alpha?: number } = {},
): CriticalDifference {
  const ranks = meanRanks(results, options);
  const difference = criticalDifference(ranks.length, results.length, alpha);
  return {
    meanRanks: ranks,
    criticalDifference: difference,
    alpha,
    groups: groupsWithin(ranks, difference),
    rows: results.length,
  };
}

/** Probability, for each pair of columns, of mean ranks so far apart when no detector is better: detectors × detectors. */
export function nemenyiPValues(results: ResultTable, options: RankOptions = {}): number[][] {
  const ranks = meanRanks(results, options);
  const error = standardError(ranks.length, results.length);
  return ranks.map((a) =>
    ranks.map((b) => studentizedRangeSurvival((Math.abs(a - b) * Math.SQRT2) / error, ranks.length)),
  );
}

function standardError(detectors: number, rows: number): number {
  return Math.sqrt((detectors * (detectors + 1)) / (6 * rows));
}

/** Runs of columns in order of mean rank that span no more than the difference, without those inside a longer one. */
function groupsWithin(ranks: readonly number[], difference: number): number[][] {
  const order = ranks.map((_, j) => j).sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
  const groups: number[][] = [];
  let end = 0;
  order.forEach((first, from) => {
    let to = Math.max(end, from + 1);
    while (to < order.length && (ranks[order[to] as number] as number) - (ranks[first] as number) < difference) to += 1;
    if (to > end && to - from > 1) groups.push(order.slice(from, to));
    end = Math.max(end, to);
  });
  return groups;
}
