import { averagePrecision, rocAuc } from "@telltale/core";
import type { Measures, SuiteMeasure } from "../suite.js";
import { alerts } from "./quantile-choice.js";
import type { Trial } from "./trials.js";

export const MEASURES: readonly SuiteMeasure[] = [
  {
    key: "averagePrecision",
    title: "AP",
    doc: "Average precision of the scores (Darts' AUC_PR), mean over kinds and repeats; no limit in it.",
    better: "higher",
    digits: 3,
    drawn: true,
  },
  {
    key: "rocAuc",
    title: "AUC",
    doc: "Area under the ROC curve of the scores (Darts' AUC_ROC), mean over kinds and repeats.",
    better: "higher",
    digits: 3,
  },
  {
    key: "found",
    title: "found",
    doc: "Share of the anomalies with at least one alert while they last.",
    better: "higher",
    digits: 3,
    drawn: true,
  },
  {
    key: "precision",
    title: "precision",
    doc: "Share of the alerts that lie in an anomaly.",
    better: "higher",
    digits: 3,
  },
  {
    key: "falseAlertRate",
    title: "false alerts %",
    doc: "Alerts among the rows that nothing was put into, in %; some of them may be right, for nobody has labelled the series.",
    better: "lower",
    digits: 2,
  },
  {
    key: "quantile",
    title: "quantile",
    doc: "The quantile of the training scores that was chosen for the limit, without labels.",
    better: "neither",
    digits: 3,
  },
  {
    key: "validationAlertRate",
    title: "alerts %",
    doc: "Alerts among the rows that the quantile was chosen on, in %.",
    better: "neither",
    digits: 2,
  },
  {
    key: "agreement",
    title: "agreement",
    doc: "Mean Jaccard index of the alerts by two limits, each found without another fifth of the training rows: 1 where the choice of training rows does not matter.",
    better: "higher",
    digits: 3,
  },
];

/** The measures of one trial. */
export function measuresOf(trial: Trial, scores: Float64Array, limit: number): Record<string, number> {
  const { anomaly, episodes } = trial;
  const flags = alerts(scores, limit);
  const found = episodes.filter(({ from, to }) => flags.subarray(from, to).includes(1)).length;
  let right = 0;
  let wrong = 0;
  let normal = 0;
  for (let i = 0; i < flags.length; i++) {
    if (anomaly[i] === 1) right += flags[i] as number;
    else {
      wrong += flags[i] as number;
      normal += 1;
    }
  }
  return {
    averagePrecision: averagePrecision(anomaly, scores),
    rocAuc: rocAuc(anomaly, scores),
    found: found / episodes.length,
    precision: right + wrong === 0 ? 0 : right / (right + wrong),
    falseAlertRate: (100 * wrong) / normal,
  };
}

/** The mean of each measure. */
export function meanOf(all: readonly Readonly<Record<string, number>>[]): Measures {
  const keys = Object.keys(all[0] ?? {});
  return Object.fromEntries(
    keys.map((key) => [key, all.reduce((sum, each) => sum + (each[key] as number), 0) / all.length]),
  );
}
