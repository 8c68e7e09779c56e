import { ParamError } from "../../errors.js";
import type { Labels, Scores } from "../inputs.js";
import { needAnomalies, rank } from "./ranking.js";
import { thresholdCounts } from "./roc.js";
import { boundary } from "./threshold-between.js";

/** What mistakes cost, in any unit of money or trouble. */
export interface AlarmCosts {
  /** Cost of flagging a normal row. Default 1. */
  readonly falseAlarm?: number;
  /** Cost of missing an anomalous row. Default 1. */
  readonly missedAlarm?: number;
}

/** What each threshold costs; the arrays have one length. */
export interface CostCurve {
  /** Descending; the first is `Infinity`: no row flagged. A point flags the rows with `score >= thresholds[i]`. */
  readonly thresholds: Float64Array;
  /** Cost of the false alarms of a threshold, for all rows together. Ascending. */
  readonly falseAlarms: Float64Array;
  /** Cost of the missed alarms. Descending. */
  readonly missedAlarms: Float64Array;
  /** The two together. */
  readonly cost: Float64Array;
  /** The cheapest point; of several the one with the fewest flags. It was found with the labels: an *oracle*. */
  readonly best: {
    readonly index: number;
    /** For `fixed()`: rows with a *greater* score are flagged. Half-way to the next score, where there is one. */
    readonly threshold: number;
    readonly cost: number;
  };
}

/**
 * The cost of false and missed alarms at every threshold, and the cheapest threshold.
 *
 * A threshold picked on the labels that it is judged by is an oracle: take it from one labelled period and report it on
 * another. Time O(n log n).
 *
 * @param labels  n values 0 or 1, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @throws {@link ParamError} `PARAM_RANGE` for a cost that is negative or not finite · {@link DataError} `DATA_ONE_CLASS`
 *   without an anomaly, `DATA_LABEL`, `DATA_MISSING` · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @see Elkan (2001), "The foundations of cost-sensitive learning", IJCAI, https://dl.acm.org/doi/10.5555/1642194.1642224
 * @example
 * ```ts
 * import { costCurve, fixed } from "@telltale/core";
 * const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);
 * const { cost, best } = costCurve([0, 0, 1, 1], scores, { falseAlarm: 1, missedAlarm: 5 });
 * console.log([...cost]); // [10, 5, 6, 1, 2]
 * console.log(best.cost, [...fixed(best.threshold).fit(scores).apply(scores)]); // 1 [0, 1, 1, 1]
 * ```
 */
export function costCurve(labels: Labels, scores: Scores, costs: AlarmCosts = {}): CostCurve {
  const { falseAlarm = 1, missedAlarm = 1 } = costs;
  checkCost("falseAlarm", falseAlarm);
  checkCost("missedAlarm", missedAlarm);
  const ranked = rank(labels, scores, "a cost curve");
  needAnomalies(ranked, "a cost curve");
  const { thresholds: distinct, tp, fp } = thresholdCounts(ranked);
  const points = distinct.length + 1;
  const thresholds = new Float64Array(points);
  const falseAlarms = new Float64Array(points);
  const missedAlarms = new Float64Array(points);
  const cost = new Float64Array(points);
  thresholds[0] = Number.POSITIVE_INFINITY;
  thresholds.set(distinct, 1);
  let index = 0;
  for (let i = 0; i < points; i++) {
    falseAlarms[i] = falseAlarm * (i === 0 ? 0 : (fp[i - 1] as number));
    missedAlarms[i] = missedAlarm * (ranked.anomalous.length - (i === 0 ? 0 : (tp[i - 1] as number)));
    cost[i] = (falseAlarms[i] as number) + (missedAlarms[i] as number);
    if ((cost[i] as number) < (cost[index] as number)) index = i;
  }
  const best = { index, threshold: boundary(distinct, index), cost: cost[index] as number };
  return { thresholds, falseAlarms, missedAlarms, cost, best };
}

function checkCost(name: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new ParamError("PARAM_RANGE", `${name}: a cost is a finite number of at least 0; found ${value}`);
}
