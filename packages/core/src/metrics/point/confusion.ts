import { checkSameRows, checkSomeRows, type Labels, notBinary } from "../inputs.js";

/** How flags and labels meet, in rows: a *positive* is a flagged row, *true* means that the label agrees. */
export interface Confusion {
  /** Anomalies that were flagged. */
  readonly tp: number;
  /** Normal rows that were flagged: false alarms. */
  readonly fp: number;
  /** Anomalies that were not flagged: missed. */
  readonly fn: number;
  /** Normal rows that were not flagged. */
  readonly tn: number;
}

/**
 * Counts the four outcomes.
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL` with the row, for a label
 *   or a flag other than 0 and 1
 * @example
 * ```ts
 * import { confusion, f1 } from "@telltale/core";
 * const counts = confusion([0, 0, 1, 1, 1], [0, 1, 1, 1, 0]);
 * console.log(counts); // { tp: 2, fp: 1, fn: 1, tn: 1 }
 * console.log(f1(counts).toFixed(3)); // 0.667
 * ```
 */
export function confusion(labels: Labels, flags: Labels): Confusion {
  const counter = new ConfusionCounter();
  counter.add(labels, flags);
  checkSomeRows(counter.rows, "a confusion matrix");
  return counter.counts();
}

/**
 * Counts the four outcomes chunk by chunk, in constant memory. Precision, recall, F1, accuracy and the alarm rates all
 * follow from {@link ConfusionCounter.counts}; ROC-AUC and average precision do not, they need every score at once.
 *
 * @example
 * ```ts
 * import { ConfusionCounter, recall } from "@telltale/core";
 * const counter = new ConfusionCounter();
 * counter.add([0, 1], [0, 1]);
 * counter.add([1, 1], [1, 0]);
 * console.log(recall(counter.counts()).toFixed(3)); // 0.667
 * ```
 */
export class ConfusionCounter {
  #tp = 0;
  #fp = 0;
  #fn = 0;
  #tn = 0;

  /** Number of rows added so far. */
  get rows(): number {
    return this.#tp + this.#fp + this.#fn + this.#tn;
  }

  /**
   * Adds the next rows; all of them or, when one is bad, none.
   *
   * @throws {@link ShapeError} `SHAPE_MISMATCH` · {@link DataError} `DATA_LABEL`, with the row counted from the first
   *   chunk's first row
   */
  add(labels: Labels, flags: Labels): void {
    checkSameRows(labels, { flags });
    let tp = 0;
    let fp = 0;
    let fn = 0;
    let tn = 0;
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] as number;
      const flag = flags[i] as number;
      if (flag !== 0 && flag !== 1) throw notBinary("flag", flag, this.rows + i + 1);
      if (label === 1) {
        if (flag === 1) tp++;
        else fn++;
      } else if (label === 0) {
        if (flag === 1) fp++;
        else tn++;
      } else throw notBinary("label", label, this.rows + i + 1);
    }
    this.#tp += tp;
    this.#fp += fp;
    this.#fn += fn;
    this.#tn += tn;
  }

  /** The counts so far. */
  counts(): Confusion {
    return { tp: this.#tp, fp: this.#fp, fn: this.#fn, tn: this.#tn };
  }
}
