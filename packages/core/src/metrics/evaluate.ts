import { checkSameRows, checkSomeRows, type Labels, type Scores } from "./inputs.js";
import { type ClassificationReport, classificationReport } from "./point/classification-report.js";
import { type Confusion, ConfusionCounter } from "./point/confusion.js";
import { type OracleF1, oracleF1Of } from "./point/oracle.js";
import { precisionAtOf } from "./point/precision-at.js";
import { averagePrecisionOf } from "./point/precision-recall.js";
import { ScoresByClass } from "./point/ranking.js";
import {
  accuracy,
  balancedAccuracy,
  f1,
  falseAlarmRate,
  matthewsCorrelation,
  missedAlarmRate,
  precision,
  recall,
} from "./point/rates.js";
import { rocAucOf } from "./point/roc.js";

/** How good scores and flags are against labels. Plain data: `JSON.stringify` gives the same keys every time. */
export interface Evaluation {
  readonly metrics: {
    /** `null` when the labels are all 0 or all 1. */
    readonly rocAuc: number | null;
    /** `null` when there is no anomaly among the labels. */
    readonly averagePrecision: number | null;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly accuracy: number;
    readonly falseAlarmRate: number;
    readonly missedAlarmRate: number;
    readonly balancedAccuracy: number;
    readonly matthewsCorrelation: number;
    /** Share of anomalies among as many highest scores as there are anomalies; `null` without one. */
    readonly precisionAtN: number | null;
  };
  /** What the best threshold would have given; it was found with these labels. `null` without an anomaly. */
  readonly oracle: OracleF1 | null;
  readonly confusion: Confusion;
  readonly report: ClassificationReport;
  /** Number of rows. */
  readonly rows: number;
  /** Rows labelled 1. */
  readonly anomalies: number;
  /** Rows flagged 1. */
  readonly flagged: number;
  /** A sentence for each figure above that does not mean what it seems to: undefined, or 0 for 0 / 0. Often empty. */
  readonly notes: readonly string[];
}

/**
 * All metrics at once.
 *
 * One class only among the labels is not an error here: ROC-AUC and, without an anomaly, average precision are `null`
 * and a note says why. A ratio of 0 / 0 is 0, with a note.
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL`, `DATA_MISSING`
 * @example
 * ```ts
 * import { evaluate, fixed } from "@telltale/core";
 * const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);
 * const flags = fixed(0.3).fit(scores).apply(scores);
 * const { metrics, confusion } = evaluate(Uint8Array.of(0, 0, 1, 1), scores, flags);
 * console.log(metrics.rocAuc, metrics.recall); // 0.75 1
 * console.log(confusion); // { tp: 2, fp: 1, fn: 0, tn: 1 }
 * ```
 */
export function evaluate(labels: Labels, scores: Scores, flags: Labels): Evaluation {
  const evaluator = new Evaluator();
  evaluator.add(labels, scores, flags);
  return evaluator.result();
}

/**
 * {@link evaluate} chunk by chunk. The counts take constant memory; ROC-AUC and average precision need every score, so
 * eight bytes are kept for each row. The result does not depend on how the rows were cut.
 *
 * @example
 * ```ts
 * import { Evaluator } from "@telltale/core";
 * const evaluator = new Evaluator();
 * evaluator.add([0, 1], [0.1, 0.8], [0, 1]);
 * evaluator.add([0, 1], [0.4, 0.35], [0, 0]);
 * console.log(evaluator.result().metrics.rocAuc); // 0.75
 * ```
 */
export class Evaluator {
  readonly #scores = new ScoresByClass();
  readonly #outcomes = new ConfusionCounter();

  /** Number of rows added so far. */
  get rows(): number {
    return this.#outcomes.rows;
  }

  /**
   * Adds the next rows.
   *
   * @throws {@link ShapeError} `SHAPE_MISMATCH` · {@link DataError} `DATA_LABEL`, `DATA_MISSING`, with the row counted
   *   from the first chunk's first row. After an error the evaluation is void: start a new one.
   */
  add(labels: Labels, scores: Scores, flags: Labels): void {
    checkSameRows(labels, { scores, flags });
    this.#outcomes.add(labels, flags);
    this.#scores.add(labels, scores);
  }

  /**
   * The evaluation of all rows so far; more may be added afterwards.
   *
   * @throws {@link ShapeError} `SHAPE_EMPTY` before the first row
   */
  result(): Evaluation {
    checkSomeRows(this.rows, "an evaluation");
    const counts = this.#outcomes.counts();
    const ranked = this.#scores.ranked();
    const anomalies = ranked.anomalous.length;
    const bothClasses = anomalies > 0 && ranked.normal.length > 0;
    return {
      metrics: {
        rocAuc: bothClasses ? rocAucOf(ranked) : null,
        averagePrecision: anomalies > 0 ? averagePrecisionOf(ranked) : null,
        precision: precision(counts),
        recall: recall(counts),
        f1: f1(counts),
        accuracy: accuracy(counts),
        falseAlarmRate: falseAlarmRate(counts),
        missedAlarmRate: missedAlarmRate(counts),
        balancedAccuracy: balancedAccuracy(counts),
        matthewsCorrelation: matthewsCorrelation(counts),
        precisionAtN: anomalies > 0 ? precisionAtOf(ranked) : null,
      },
      oracle: anomalies > 0 ? oracleF1Of(ranked) : null,
      confusion: counts,
      report: classificationReport(counts),
      rows: this.rows,
      anomalies,
      flagged: counts.tp + counts.fp,
      notes: notesOn(counts),
    };
  }
}

function notesOn({ tp, fp, fn, tn }: Confusion): string[] {
  const notes: string[] = [];
  if (tp + fn === 0) {
    notes.push(
      "No row is labelled as an anomaly: ROC-AUC, average precision and precision at n are undefined; recall is 0 for 0 / 0",
    );
  }
  if (fp + tn === 0) {
    notes.push("Every row is labelled as an anomaly: ROC-AUC is undefined; the false-alarm rate is 0 for 0 / 0");
  }
  if (tp + fp === 0) notes.push("No row is flagged: precision is 0 for 0 / 0");
  return notes;
}
