import type { Labels, Scores } from "../inputs.js";
import { descend, needAnomalies, type RankedScores, rank } from "./ranking.js";
import { type CurveOptions, keepCounts, type ThresholdCounts, thresholdCounts } from "./roc.js";

/**
 * Points of a precision–recall curve by ascending threshold. `precision` and `recall` are one longer than `thresholds`:
 * they end with (1, 0), the point at which no row is flagged.
 */
export interface PrecisionRecallCurve {
  /** TP / (TP + FP) when rows with `score >= thresholds[i]` are flagged. */
  readonly precision: Float64Array;
  /** TP / (TP + FN) when rows with `score >= thresholds[i]` are flagged. Descending, from 1 to 0. */
  readonly recall: Float64Array;
  /** The distinct scores, ascending. */
  readonly thresholds: Float64Array;
}

/**
 * Average precision: Σ (Rₙ − Rₙ₋₁) · Pₙ over the distinct scores from the highest down, scikit-learn's definition.
 *
 * Precision is not interpolated between points: a straight line there would promise more than any threshold gives.
 * Unlike ROC-AUC its chance level is the share of anomalies, so compare it only on the same data. Time O(n log n),
 * memory 8 bytes a row.
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @returns share of anomalies (chance, on average) … 1
 * @throws {@link DataError} `DATA_ONE_CLASS` without an anomaly, `DATA_LABEL`, `DATA_MISSING` ·
 *   {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @see Davis, Goadrich (2006), "The relationship between precision-recall and ROC curves",
 *   https://doi.org/10.1145/1143844.1143874
 * @example
 * ```ts
 * import { averagePrecision } from "@telltale/core";
 * console.log(averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toFixed(4)); // 0.8333
 * ```
 */
export function averagePrecision(labels: Labels, scores: Scores): number {
  return averagePrecisionOf(rank(labels, scores, "average precision"));
}

/** {@link averagePrecision} of scores that are ranked already. */
export function averagePrecisionOf(ranked: RankedScores): number {
  needAnomalies(ranked, "average precision");
  let sum = 0;
  let tpBefore = 0;
  descend(ranked, (_threshold, tp, fp) => {
    if (tp > tpBefore) sum += (tp - tpBefore) * (tp / (tp + fp));
    tpBefore = tp;
  });
  return sum / ranked.anomalous.length;
}

/**
 * The precision–recall curve, as scikit-learn's `precision_recall_curve`: one point for each distinct score, ascending,
 * then (1, 0).
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @param options  `dropIntermediate` (default false): of the points with one recall keep only the first and the last
 * @throws as {@link averagePrecision}
 * @see Davis, Goadrich (2006), https://doi.org/10.1145/1143844.1143874
 * @example
 * ```ts
 * import { precisionRecallCurve } from "@telltale/core";
 * const { recall, thresholds } = precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * console.log([...recall]); // [1, 1, 0.5, 0.5, 0]
 * console.log([...thresholds]); // [0.1, 0.35, 0.4, 0.8]
 * ```
 */
export function precisionRecallCurve(labels: Labels, scores: Scores, options: CurveOptions = {}): PrecisionRecallCurve {
  const ranked = rank(labels, scores, "a precision–recall curve");
  needAnomalies(ranked, "a precision–recall curve");
  const all = thresholdCounts(ranked);
  const { tp, fp, thresholds } = options.dropIntermediate === true ? endsOfEachRecall(all) : all;
  const n = thresholds.length;
  const precision = new Float64Array(n + 1);
  const recall = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const found = tp[n - 1 - i] as number;
    precision[i] = found / (found + (fp[n - 1 - i] as number));
    recall[i] = found / ranked.anomalous.length;
  }
  precision[n] = 1;
  return { precision, recall, thresholds: thresholds.reverse() };
}

/** Drops points whose count of found anomalies equals that of both neighbours. */
function endsOfEachRecall(counts: ThresholdCounts): ThresholdCounts {
  const { tp } = counts;
  const last = tp.length - 1;
  return keepCounts(counts, (i) => i === 0 || i === last || tp[i] !== tp[i - 1] || tp[i] !== tp[i + 1]);
}
