import type { Labels, Scores } from "../inputs.js";
import { descend, needAnomalies, type RankedScores, rank } from "./ranking.js";
import { boundaryBetween } from "./threshold-between.js";

/** The best that any threshold could have done, found with the labels: an upper bound, not a result. */
export interface OracleF1 {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** For `fixed()`: rows with a *greater* score are flagged. */
  readonly threshold: number;
  readonly oracle: true;
}

/**
 * The best F1 over all thresholds, and the threshold that gives it. It looks at the labels that it is measured on, so it says
 * what the scores could do at best: an *oracle*. Much of the literature reports it as if it were a result. Of several best
 * thresholds the highest. Time O(n log n).
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @throws {@link DataError} `DATA_ONE_CLASS` without an anomaly, `DATA_LABEL`, `DATA_MISSING` · {@link ShapeError}
 *   `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @example
 * ```ts
 * import { oracleF1 } from "@telltale/core";
 * const { f1, threshold } = oracleF1([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.8]);
 * console.log(f1.toFixed(2), threshold); // 0.80 0.2
 * ```
 */
export function oracleF1(labels: Labels, scores: Scores): OracleF1 {
  return oracleF1Of(rank(labels, scores, "the best F1"));
}

/** {@link oracleF1} of scores that are ranked already. */
export function oracleF1Of(ranked: RankedScores): OracleF1 {
  needAnomalies(ranked, "the best F1");
  const anomalies = ranked.anomalous.length;
  let best = { f1: -1, precision: 0, recall: 0, lowest: 0, next: Number.NaN };
  let justFound = false;
  descend(ranked, (score, tp, fp) => {
    if (justFound) best = { ...best, next: score };
    const f1 = (2 * tp) / (tp + fp + anomalies);
    justFound = f1 > best.f1;
    if (justFound) {
      best = { f1, precision: tp / (tp + fp), recall: tp / anomalies, lowest: score, next: Number.NEGATIVE_INFINITY };
    }
  });
  const { f1, precision, recall, lowest, next } = best;
  return { f1, precision, recall, threshold: boundaryBetween(lowest, next), oracle: true };
}
