import { type Evaluation, evaluate, type Labels, type Matrix, type Scores } from "@telltale/core";
import { figure } from "./figures.js";
import type { Report, ReportPart } from "./report.js";
import { confusionChart } from "./results/confusion-matrix.js";
import { contributionsChart } from "./results/contributions.js";
import { precisionRecallChart, rocChart } from "./results/curves.js";
import { scoresOverTime, sensorsOverTime } from "./results/over-time.js";
import { scoreBoxPlot, scoreHistogram } from "./results/score-distributions.js";

/** Rows that were scored, in the order of time where they have one. */
export interface ScoredTable {
  readonly title: string;
  /** n scores, higher = more anomalous; rows without one are left out before. */
  readonly scores: Scores;
  /** n values 0 or 1: 1 = flagged. */
  readonly flags: Labels;
  readonly threshold?: number;
  /** n values 0 or 1, where the truth is known. */
  readonly labels?: Labels;
  /** Of these labels, scores and flags, where it is there already; else it is made. */
  readonly evaluation?: Evaluation;
  /** n times in milliseconds since 1970-01-01 UTC. */
  readonly times?: ArrayLike<number>;
  /** n × columns: the sensors, to be drawn under the scores. */
  readonly sensors?: Matrix;
  /** n × columns: what each column added to the scores, to be drawn by episode. */
  readonly contributions?: Matrix;
  /** Facts about the model, as name and value. */
  readonly facts?: readonly (readonly [string, string | number])[];
  readonly footer?: string;
}

/**
 * The page about scored rows: with labels how good the detector is (ROC and precision–recall curve, confusion matrix,
 * report by class), in any case the histogram, the box plot and the course of the scores, and the sensors where given.
 *
 * @throws as core's `evaluate`
 */
export function scoreReport(given: ScoredTable): Report {
  const { title, scores, flags, threshold, labels, times, sensors, contributions, facts, footer } = given;
  const flagged = Array.from(flags).reduce((sum, flag) => sum + flag, 0);
  const evaluation = labels === undefined ? undefined : (given.evaluation ?? evaluate(labels, scores, flags));
  const along = { flags, ...(times === undefined ? {} : { times }), ...(labels === undefined ? {} : { labels }) };
  const chart = (made: ReturnType<typeof scoreHistogram>): ReportPart => ({ kind: "chart", chart: made });
  const parts: ReportPart[] = [
    ...(facts === undefined ? [] : [table("Model", ["fact", "value"], facts)]),
    ...(evaluation === undefined || labels === undefined ? [] : quality(evaluation, labels, scores)),
    { kind: "heading", text: "Scores" },
    chart(scoresOverTime(scores, threshold, along)),
    ...(sensors === undefined ? [] : [chart(sensorsOverTime(sensors, along))]),
    ...(contributions === undefined || flagged === 0
      ? []
      : [chart(contributionsChart(contributions, flags, scores, times))]),
    chart(scoreHistogram(scores, labels, threshold)),
    chart(scoreBoxPlot(scores, labels, threshold)),
  ];
  const share = ((100 * flagged) / Math.max(1, flags.length)).toPrecision(3);
  return {
    title,
    summary: `${figure(flags.length)} rows, ${figure(flagged)} of them flagged (${share} %).`,
    parts,
    ...(footer === undefined ? {} : { footer }),
  };
}

function quality(evaluation: Evaluation, labels: Labels, scores: Scores): ReportPart[] {
  const { confusion, report, metrics, notes } = evaluation;
  const row = (name: string, { precision, recall, f1, support }: (typeof report)["0"]) =>
    [name, precision, recall, f1, support] as const;
  const curves: ReportPart[] = [
    ...(metrics.rocAuc === null ? [] : [{ kind: "chart", chart: rocChart(labels, scores) } as const]),
    ...(metrics.averagePrecision === null
      ? []
      : [{ kind: "chart", chart: precisionRecallChart(labels, scores) } as const]),
  ];
  return [
    { kind: "heading", text: "How good it is" },
    ...notes.map((text) => ({ kind: "warning", text }) as const),
    table(
      "Classes",
      ["class", "precision", "recall", "F1", "support"],
      [
        row("normal (0)", report["0"]),
        row("anomaly (1)", report["1"]),
        row("macro average", report.macro),
        row("weighted average", report.weighted),
      ],
    ),
    table(
      "Confusion matrix",
      ["truth", "flagged", "not flagged"],
      [
        ["anomaly", confusion.tp, confusion.fn],
        ["normal", confusion.fp, confusion.tn],
      ],
    ),
    { kind: "chart", chart: confusionChart(confusion) },
    table(
      "Measures",
      ["measure", "value"],
      [
        ["ROC-AUC", metrics.rocAuc ?? "undefined"],
        ["average precision", metrics.averagePrecision ?? "undefined"],
        ["F1", metrics.f1],
        ["false alarm rate", metrics.falseAlarmRate],
        ["missed alarm rate", metrics.missedAlarmRate],
      ],
    ),
    ...curves,
  ];
}

function table(title: string, columns: readonly string[], rows: readonly (readonly (string | number)[])[]): ReportPart {
  return { kind: "table", table: { title, columns, rows } };
}
