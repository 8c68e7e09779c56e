import type { Labels } from "../inputs.js";
import { type Confusion, confusion } from "./confusion.js";
import { f1, precision, recall } from "./rates.js";

/** How well one class was recognised, or an average over classes. */
export interface ClassReport {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows that carry the label; in an average, all rows. */
  readonly support: number;
}

/** Figures for normal rows (`"0"`), anomalies (`"1"`) and their two averages. */
export interface ClassificationReport {
  readonly "0": ClassReport;
  readonly "1": ClassReport;
  /** Plain mean of the two classes: a rare class counts as much as a common one. */
  readonly macro: ClassReport;
  /** Mean of the two classes weighted by support. */
  readonly weighted: ClassReport;
}

/**
 * Precision, recall, F1 and support for each class, with macro and weighted averages.
 *
 * Both classes are always reported, also one that does not occur (support 0), and 0 / 0 is 0: what scikit-learn gives
 * for `labels=[0, 1], zero_division=0`.
 *
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL`
 * @example
 * ```ts
 * import { classificationReport } from "@telltale/core";
 * const report = classificationReport([0, 0, 1, 1], [0, 1, 1, 1]);
 * console.log(report["1"]); // { precision: 0.6666666666666666, recall: 1, f1: 0.8, support: 2 }
 * ```
 */
export function classificationReport(counts: Confusion): ClassificationReport;
export function classificationReport(labels: Labels, flags: Labels): ClassificationReport;
export function classificationReport(first: Confusion | Labels, flags?: Labels): ClassificationReport {
  const counts = flags === undefined ? (first as Confusion) : confusion(first as Labels, flags);
  const anomalous = classReport(counts);
  // Seen from the normal class the roles swap: a normal row left unflagged is its true positive.
  const normal = classReport({ tp: counts.tn, fp: counts.fn, fn: counts.fp, tn: counts.tp });
  const rows = normal.support + anomalous.support;
  return {
    "0": normal,
    "1": anomalous,
    macro: average(normal, anomalous, 0.5),
    weighted: average(normal, anomalous, rows === 0 ? 0 : anomalous.support / rows),
  };
}

function classReport(counts: Confusion): ClassReport {
  return { precision: precision(counts), recall: recall(counts), f1: f1(counts), support: counts.tp + counts.fn };
}

function average(normal: ClassReport, anomalous: ClassReport, weight: number): ClassReport {
  const mean = (a: number, b: number): number => a * (1 - weight) + b * weight;
  return {
    precision: mean(normal.precision, anomalous.precision),
    recall: mean(normal.recall, anomalous.recall),
    f1: mean(normal.f1, anomalous.f1),
    support: normal.support + anomalous.support,
  };
}
