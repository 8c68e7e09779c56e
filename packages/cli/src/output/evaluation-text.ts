import type { Evaluation, FittedThreshold } from "@telltale/core";
import type { Session } from "../session.js";
import { count, grouped, number, percent } from "./numbers.js";
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
  const { metrics, oracle, confusion, report, rows, anomalies, flagged } = evaluation;
  const classes = CLASSES.map(([name, key]) => {
    const { precision, recall, f1, support } = report[key];
    return [name, precision.toFixed(4), recall.toFixed(4), f1.toFixed(4), grouped(support)];
  });
  const right = ["left", "right", "right", "right", "right"] as const;
  const ranking = [
    ["ROC-AUC", ratio(metrics.rocAuc), "ranks an anomaly above a normal row"],
    ["average precision", ratio(metrics.averagePrecision), "precision over all thresholds"],
    ["precision at n", ratio(metrics.precisionAtN), "anomalies among as many highest scores"],
    ["accuracy", ratio(metrics.accuracy), "rows that are judged right"],
    ["false-alarm rate", ratio(metrics.falseAlarmRate), "normal rows that are flagged"],
    ["missed-alarm rate", ratio(metrics.missedAlarmRate), "anomalies that are not flagged"],
    ["balanced accuracy", ratio(metrics.balancedAccuracy), "mean recall of both classes"],
    ["Matthews' correlation", ratio(metrics.matthewsCorrelation), "of flags and labels, 0 by chance"],
    ...(oracle === null ? [] : [["best F1 (oracle)", ratio(oracle.f1), bestAt(oracle.threshold)]]),
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

function bestAt(threshold: number): string {
  return `at ${number(threshold)}, chosen by these very labels: a limit, not a result`;
}

function ratio(value: number | null): string {
  return value === null ? "undefined" : value.toFixed(4);
}
