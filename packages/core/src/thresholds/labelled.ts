import { descend, needAnomalies, rank } from "../metrics/point/ranking.js";
import { boundaryBetween } from "../metrics/point/threshold-between.js";
import type { ThresholdLimits } from "./fitted.js";
import { defineThreshold } from "./threshold.js";

/**
 * Threshold that costs least on labelled scores, where a missed anomaly costs as much as so many false alarms.
 *
 * Every distinct score is tried, and flagging nothing. Of equal costs the one with fewer flags wins; the threshold lies
 * halfway to the next lower score. Find it on labelled rows that nothing else is measured on: measured on the rows it
 * was found on, it flatters.
 *
 * @param value  cost of a missed anomaly in false alarms, greater than 0
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE` · {@link DataError} `DATA_ONE_CLASS` without an anomaly
 * @see Drummond, Holte (2006), "Cost curves", https://doi.org/10.1007/s10994-006-8199-5
 * @example
 * ```ts
 * import { cost } from "@telltale/core";
 * const scores = Float64Array.of(1, 2, 3, 4, 5, 6);
 * const labels = Uint8Array.of(0, 1, 0, 0, 1, 1);
 * console.log(cost(1).fit(scores, { labels }).threshold); // 4.5
 * console.log(cost(10).fit(scores, { labels }).threshold); // 1.5
 * ```
 */
export const cost = defineThreshold({
  name: "cost",
  key: "missed",
  parameter: "the cost of a missed anomaly in false alarms",
  doc: "The threshold that costs least on labelled rows, where a missed anomaly costs so many false alarms.",
  example: 10,
  range: "finite and greater than 0",
  needsScores: true,
  needsLabels: true,
  options: {},
  accepts: (missed) => missed > 0 && Number.isFinite(missed),
  find: (scores, missed, _options, labels) =>
    best(scores, labels, "a threshold by cost", (tp, fp, anomalies) => -(fp + missed * (anomalies - tp))),
});

/**
 * **Oracle**: the threshold with the highest F-score on the very labels it is measured on. It says how good a threshold
 * could have been chosen in hindsight and nothing about new rows; name, model file and output say so.
 *
 * The threshold lies halfway to the next lower score; of equal F-scores the one with fewer flags wins.
 *
 * @param value  β, greater than 0: recall counts β times as much as precision; 1 is F1
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE` · {@link DataError} `DATA_ONE_CLASS` without an anomaly
 * @see van Rijsbergen (1979), "Information retrieval", Butterworths
 * @example
 * ```ts
 * import { bestF1Oracle } from "@telltale/core";
 * const rule = bestF1Oracle(1).fit(Float64Array.of(1, 2, 3, 4), { labels: Uint8Array.of(0, 0, 1, 1) });
 * console.log(rule.threshold, rule.oracle); // 2.5 true
 * ```
 */
export const bestF1Oracle = defineThreshold({
  name: "best-f1-oracle",
  aliases: ["best-f1", "oracle"],
  key: "beta",
  parameter: "beta",
  doc: "Oracle: the highest F-score on the labels themselves; an upper limit in hindsight, never a result.",
  example: 1,
  optional: true,
  range: "finite and greater than 0",
  needsScores: true,
  needsLabels: true,
  oracle: true,
  options: {},
  accepts: (beta) => beta > 0 && Number.isFinite(beta),
  find(scores, beta, _options, labels) {
    const weight = beta * beta;
    return best(
      scores,
      labels,
      "the best F-score",
      (tp, fp, anomalies) => ((1 + weight) * tp) / (tp + fp + weight * anomalies),
    );
  },
});

/** The threshold with the greatest worth of what it flags, which is also told for flagging nothing. */
function best(
  scores: Float64Array,
  labels: ArrayLike<number>,
  what: string,
  worth: (tp: number, fp: number, anomalies: number) => number,
): ThresholdLimits {
  const ranked = rank(labels, scores, what);
  needAnomalies(ranked, what);
  const anomalies = ranked.anomalous.length;
  let most = worth(0, 0, anomalies);
  let wanted = Number.NaN;
  let threshold = Number.NaN;
  descend(ranked, (score, tp, fp) => {
    // Flagging nothing: the threshold is the greatest score. Else halfway to the score that comes after the wanted one.
    if (Number.isNaN(threshold)) threshold = Number.isNaN(wanted) ? score : boundaryBetween(wanted, score);
    const value = worth(tp, fp, anomalies);
    if (value <= most) return;
    most = value;
    wanted = score;
    threshold = Number.NaN;
  });
  return { threshold: Number.isNaN(threshold) ? boundaryBetween(wanted, Number.NEGATIVE_INFINITY) : threshold };
}
