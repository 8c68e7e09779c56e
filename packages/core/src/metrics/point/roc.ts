import type { Labels, Scores } from "../inputs.js";
import { descend, needBothClasses, type RankedScores, rank } from "./ranking.js";

/** Points of a receiver operating characteristic, from (0, 0) to (1, 1); the three arrays have the same length. */
export interface RocCurve {
  /** False-positive rate FP / (FP + TN): share of normal rows with `score >= thresholds[i]`. Ascending, 0 to 1. */
  readonly fpr: Float64Array;
  /** True-positive rate TP / (TP + FN): share of anomalies with `score >= thresholds[i]`. Ascending, 0 to 1. */
  readonly tpr: Float64Array;
  /** Descending, in the unit of the scores. The first is `Infinity`: no row flagged. */
  readonly thresholds: Float64Array;
}

export interface CurveOptions {
  /** Leaves out points that change nothing on a plot. */
  readonly dropIntermediate?: boolean;
}

/**
 * Area under the ROC curve: the probability that a random anomaly scores higher than a random normal row, where a tie
 * counts half (the Mann–Whitney statistic with mid-ranks).
 *
 * Exact up to the last division while 2 · anomalies · normals < 2⁵³. Time O(n log n), memory 8 bytes a row. Infinite
 * scores are ranked like any other.
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @returns 0 … 1; 0.5 is chance
 * @throws {@link DataError} `DATA_ONE_CLASS` when the labels are all 0 or all 1, `DATA_LABEL` for another label,
 *   `DATA_MISSING` for a NaN score · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @see Hanley, McNeil (1982), "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
 *   https://doi.org/10.1148/radiology.143.1.7063747
 * @example
 * ```ts
 * import { rocAuc } from "@telltale/core";
 * console.log(rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])); // 0.75
 * ```
 */
export function rocAuc(labels: Labels, scores: Scores): number {
  return rocAucOf(rank(labels, scores, "ROC-AUC"));
}

/** {@link rocAuc} of scores that are ranked already. */
export function rocAucOf(ranked: RankedScores): number {
  needBothClasses(ranked, "ROC-AUC");
  let twiceWins = 0;
  let tpBefore = 0;
  let fpBefore = 0;
  descend(ranked, (_threshold, tp, fp) => {
    twiceWins += (fp - fpBefore) * (tp + tpBefore);
    tpBefore = tp;
    fpBefore = fp;
  });
  return twiceWins / (2 * ranked.normal.length * ranked.anomalous.length);
}

/**
 * The ROC curve: what each threshold costs in false alarms and finds in anomalies.
 *
 * One point for each distinct score and (0, 0) before them, as scikit-learn's `roc_curve`; a point flags the rows with
 * `score >= threshold`. Where a score is itself infinite, the first two points share the threshold `Infinity`.
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @param options  `dropIntermediate` (default true): leave out points on a straight line between their neighbours
 * @throws as {@link rocAuc}
 * @see Fawcett (2006), "An introduction to ROC analysis", https://doi.org/10.1016/j.patrec.2005.10.010
 * @example
 * ```ts
 * import { rocCurve } from "@telltale/core";
 * const { fpr, tpr } = rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * console.log([...fpr]); // [0, 0, 0.5, 0.5, 1]
 * console.log([...tpr]); // [0, 0.5, 0.5, 1, 1]
 * ```
 */
export function rocCurve(labels: Labels, scores: Scores, options: CurveOptions = {}): RocCurve {
  const ranked = rank(labels, scores, "a ROC curve");
  needBothClasses(ranked, "a ROC curve");
  const all = thresholdCounts(ranked);
  const kept = (options.dropIntermediate ?? true) ? corners(all) : all;
  const points = kept.thresholds.length + 1;
  const curve = { fpr: new Float64Array(points), tpr: new Float64Array(points), thresholds: new Float64Array(points) };
  curve.thresholds[0] = Number.POSITIVE_INFINITY;
  curve.thresholds.set(kept.thresholds, 1);
  for (let i = 1; i < points; i++) {
    curve.fpr[i] = (kept.fp[i - 1] as number) / ranked.normal.length;
    curve.tpr[i] = (kept.tp[i - 1] as number) / ranked.anomalous.length;
  }
  return curve;
}

/** For each distinct score, highest first: how many anomalies (tp) and normal rows (fp) score as high or higher. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly tp: Float64Array;
  readonly fp: Float64Array;
}

export function thresholdCounts(ranked: RankedScores): ThresholdCounts {
  let distinct = 0;
  descend(ranked, () => distinct++);
  const thresholds = new Float64Array(distinct);
  const tp = new Float64Array(distinct);
  const fp = new Float64Array(distinct);
  let at = 0;
  descend(ranked, (threshold, tpHere, fpHere) => {
    thresholds[at] = threshold;
    tp[at] = tpHere;
    fp[at] = fpHere;
    at++;
  });
  return { thresholds, tp, fp };
}

/** The counts at the positions that pass, in their order. */
export function keepCounts(counts: ThresholdCounts, keep: (i: number) => boolean): ThresholdCounts {
  const n = counts.thresholds.length;
  const positions = new Uint32Array(n);
  let kept = 0;
  for (let i = 0; i < n; i++) {
    if (keep(i)) positions[kept++] = i;
  }
  const pick = (values: Float64Array): Float64Array => {
    const out = new Float64Array(kept);
    for (let i = 0; i < kept; i++) out[i] = values[positions[i] as number] as number;
    return out;
  };
  return { thresholds: pick(counts.thresholds), tp: pick(counts.tp), fp: pick(counts.fp) };
}

/** Drops every point that sits halfway between its neighbours (both second differences are zero). */
function corners(counts: ThresholdCounts): ThresholdCounts {
  const last = counts.thresholds.length - 1;
  const bends = (values: Float64Array, i: number): boolean =>
    (values[i - 1] as number) + (values[i + 1] as number) !== 2 * (values[i] as number);
  return keepCounts(counts, (i) => i === 0 || i === last || bends(counts.fp, i) || bends(counts.tp, i));
}
