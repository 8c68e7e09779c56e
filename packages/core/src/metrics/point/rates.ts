import { ParamError } from "../../errors.js";
import type { Labels } from "../inputs.js";
import { type Confusion, confusion } from "./confusion.js";

/**
 * A metric of flags against labels, taken from the rows or from counts that are known already.
 *
 * From rows it throws what {@link confusion} throws. A ratio of 0 / 0 (nothing flagged, no anomaly, no normal row) is
 * reported as 0, as scikit-learn does by default.
 */
export interface FlagMetric {
  (counts: Confusion): number;
  (labels: Labels, flags: Labels): number;
}

/** Precision TP / (TP + FP): share of the flagged rows that are anomalies. 0 when nothing is flagged. */
export const precision: FlagMetric = flagMetric(({ tp, fp }) => ratio(tp, tp + fp));

/** Recall TP / (TP + FN): share of the anomalies that are flagged. 0 when there is no anomaly. */
export const recall: FlagMetric = flagMetric(({ tp, fn }) => ratio(tp, tp + fn));

/** F1 = 2 TP / (2 TP + FP + FN): harmonic mean of precision and recall. 0 when there is neither anomaly nor flag. */
export const f1: FlagMetric = flagMetric(({ tp, fp, fn }) => ratio(2 * tp, 2 * tp + fp + fn));

/** Accuracy (TP + TN) / n: share of the rows whose flag equals their label. High on rare anomalies even with no flag. */
export const accuracy: FlagMetric = flagMetric(({ tp, fp, fn, tn }) => ratio(tp + tn, tp + fp + fn + tn));

/** False-alarm rate FP / (FP + TN): share of the normal rows that are flagged. 0 when there is no normal row. */
export const falseAlarmRate: FlagMetric = flagMetric(({ fp, tn }) => ratio(fp, fp + tn));

/** Missed-alarm rate FN / (FN + TP): share of the anomalies that are not flagged. 0 when there is no anomaly. */
export const missedAlarmRate: FlagMetric = flagMetric(({ fn, tp }) => ratio(fn, fn + tp));

/**
 * Balanced accuracy: the mean of the recalls of both classes, so that a rare class counts as much as a common one. With one
 * class among the labels, the recall of that class.
 */
export const balancedAccuracy: FlagMetric = flagMetric(({ tp, fp, fn, tn }) => {
  if (tp + fn === 0) return ratio(tn, tn + fp);
  if (fp + tn === 0) return ratio(tp, tp + fn);
  return (tp / (tp + fn) + tn / (tn + fp)) / 2;
});

/**
 * Matthews' correlation coefficient of flags and labels: 1 when they are equal, 0 for flags at random, −1 when each is
 * wrong. 0 when labels or flags are all the same.
 *
 * @see Matthews (1975), https://doi.org/10.1016/0005-2795(75)90109-9
 */
export const matthewsCorrelation: FlagMetric = flagMetric(({ tp, fp, fn, tn }) => {
  // Two roots, since the product of four counts may leave the range in which whole numbers are exact.
  const spread = Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn));
  return spread === 0 ? 0 : Math.max(-1, Math.min(1, (tp * tn - fp * fn) / spread));
});

/**
 * Fβ = (1 + β²) TP / ((1 + β²) TP + β² FN + FP): recall counts β times as much as precision. 0 when there is neither anomaly
 * nor flag.
 *
 * @param beta  at least 0; 2 where a missed alarm is worse than a false one, 0.5 where it is the other way round
 * @throws {@link ParamError} `PARAM_RANGE` · from rows what {@link confusion} throws
 * @example
 * ```ts
 * import { fBeta } from "@telltale/core";
 * console.log(fBeta([0, 0, 1, 1], [0, 1, 1, 1], 2).toFixed(4)); // 0.9091
 * ```
 */
export function fBeta(counts: Confusion, beta: number): number;
export function fBeta(labels: Labels, flags: Labels, beta: number): number;
export function fBeta(first: Confusion | Labels, second: Labels | number, third?: number): number {
  const counts = typeof second === "number" ? (first as Confusion) : confusion(first as Labels, second);
  const beta = typeof second === "number" ? second : (third as number);
  checkBeta(beta);
  const square = beta * beta;
  return ratio((1 + square) * counts.tp, (1 + square) * counts.tp + square * counts.fn + counts.fp);
}

/** @throws {@link ParamError} `PARAM_RANGE` */
export function checkBeta(beta: number): void {
  if (beta >= 0 && Number.isFinite(beta)) return;
  throw new ParamError("PARAM_RANGE", `beta: expected a finite number of at least 0; found ${beta}`, {
    remedy: "Give 1 to weigh precision and recall alike",
  });
}

/** F-measure of a precision and a recall that were found apart; 0 when both are 0. */
export function harmonic(precision: number, recall: number, beta = 1): number {
  const square = beta * beta;
  return ratio((1 + square) * precision * recall, square * precision + recall);
}

function flagMetric(fromCounts: (counts: Confusion) => number): FlagMetric {
  return (first: Confusion | Labels, flags?: Labels): number =>
    fromCounts(flags === undefined ? (first as Confusion) : confusion(first as Labels, flags));
}

/** `part / whole`, and 0 for 0 / 0. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
