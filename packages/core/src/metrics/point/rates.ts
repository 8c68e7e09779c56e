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

function flagMetric(fromCounts: (counts: Confusion) => number): FlagMetric {
  return (first: Confusion | Labels, flags?: Labels): number =>
    fromCounts(flags === undefined ? (first as Confusion) : confusion(first as Labels, flags));
}

/** `part / whole`, and 0 for 0 / 0. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
