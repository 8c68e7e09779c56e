import { ParamError } from "../../errors.js";
import type { Labels, Scores } from "../inputs.js";
import { descend, needAnomalies, type RankedScores, rank } from "./ranking.js";

/**
 * Precision at n: the share of anomalies among the n highest scores, for those who can look at n rows a day.
 *
 * Without `n` it is the number of labelled anomalies (R-precision), where precision and recall are the same. Where the nth
 * score is tied the rows of that score count by their share of anomalies: the mean over all orders in which ties could be
 * broken, so that the order of the rows does not matter.
 *
 * @param labels  count values 0 or 1, 1 = anomaly
 * @param scores  count scores, higher = more anomalous
 * @param n  1 … count; default: the number of anomalies
 * @returns 0 … 1; about the share of anomalies by chance
 * @throws {@link ParamError} `PARAM_RANGE` · {@link DataError} `DATA_ONE_CLASS` without an anomaly, `DATA_LABEL`,
 *   `DATA_MISSING` · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @see Craswell (2009), "R-precision", Encyclopedia of Database Systems, https://doi.org/10.1007/978-0-387-39940-9_486
 * @example
 * ```ts
 * import { precisionAt } from "@telltale/core";
 * console.log(precisionAt([0, 1, 0, 1], [0.1, 0.9, 0.8, 0.2])); // 0.5
 * console.log(precisionAt([0, 1, 0, 1], [0.1, 0.9, 0.8, 0.2], 1)); // 1
 * ```
 */
export function precisionAt(labels: Labels, scores: Scores, n?: number): number {
  return precisionAtOf(rank(labels, scores, "precision at n"), n);
}

/** {@link precisionAt} of scores that are ranked already. */
export function precisionAtOf(ranked: RankedScores, n?: number): number {
  needAnomalies(ranked, "precision at n");
  const wanted = n ?? ranked.anomalous.length;
  const rows = ranked.anomalous.length + ranked.normal.length;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > rows) {
    throw new ParamError("PARAM_RANGE", `n: expected a whole number from 1 to the ${rows} rows; found ${wanted}`);
  }
  let found = 0;
  let tpBefore = 0;
  let seen = 0;
  descend(ranked, (_threshold, tp, fp) => {
    if (seen >= wanted) return;
    const tied = tp + fp - seen;
    const taken = Math.min(tied, wanted - seen);
    found += taken === tied ? tp - tpBefore : ((tp - tpBefore) * taken) / tied;
    tpBefore = tp;
    seen = tp + fp;
  });
  return found / wanted;
}
