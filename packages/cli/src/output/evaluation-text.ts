import type { Evaluation, FittedThreshold } from "@telltale/core";
import type { Session } from "../session.js";
import { count, grouped, percent } from "./numbers.js";
import { textTable } from "./text-table.js";
import { thresholdText } from "./threshold-text.js";

const CLASSES = [
  ["normal (0)", "0"],
  ["anomaly (1)", "1"],
  ["macro average", "macro"],
  ["weighted average", "weighted"],
] as const;

/** An evaluation for people: the classes in a table, then the ranking and alarm rates, then the confusion matrix. */
export function evaluationText(evaluation: Evaluation, threshold: FittedThreshold, session: Session): string {
  const { metrics, confusion, report, rows, anomalies, flagged } = evaluation;
  const classes = CLASSES.map(([name, key]) => {
    const { precision, recall, f1, support } = report[key];
    return [name, precision.toFixed(4), recall.toFixed(4), f1.toFixed(4), grouped(support)];
  });
  const right = ["left", "right", "right", "right", "right"] as const;
  const ranking = [
    ["ROC-AUC", ratio(metrics.rocAuc), "ranks an anomaly above a normal row"],
    ["average precision", ratio(metrics.averagePrecision), "precision over all thresholds"],
    ["accuracy", ratio(metrics.accuracy), "rows that are judged right"],
    ["false-alarm rate", ratio(metrics.falseAlarmRate), "normal rows that are flagged"],
    ["missed-alarm rate", ratio(metrics.missedAlarmRate), "anomalies that are not flagged"],
  ];
  const matrix = [
    ["", "flagged", "not flagged"],
    ["anomaly", grouped(confusion.tp), grouped(confusion.fn)],
    ["normal", grouped(confusion.fp), grouped(confusion.tn)],
  ];
  const share = percent(anomalies / rows);
  return [
    `${count(rows, "row")}, ${grouped(anomalies)} of them labelled as anomalies (${share}); ${count(flagged, "row")} flagged, ${thresholdText(threshold)}`,
    "",
    textTable([["", "precision", "recall", "F1", "support"].map((text) => session.bold(text)), ...classes], right),
    "",
    textTable(ranking, ["left", "right", "left"]),
    "",
    textTable(matrix, ["left", "right", "right"]),
  ].join("\n");
}

function ratio(value: number | null): string {
  return value === null ? "undefined" : value.toFixed(4);
}
