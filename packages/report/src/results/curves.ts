import {
  type AlarmCosts,
  averagePrecision,
  costCurve,
  type Labels,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
  type Scores,
} from "@telltale/core";
import type { Chart, ChartOption, ChartValue } from "../chart.js";
import { spikes } from "../downsample.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";

/** Points of a curve: more than a page is wide. */
const MOST_POINTS = 1200;
/** Two squares side by side are seen as such. */
const HEIGHT = 420;

const share = (name: string): ChartOption => axis(name, { min: 0, max: 1 });

function line(
  name: string,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  colour: string,
  more: ChartOption = {},
): ChartOption {
  const data: ChartValue[] = Array.from({ length: x.length }, (_, i) => [
    plotted(x[i] as number),
    plotted(y[i] as number),
  ]);
  return {
    type: "line",
    name,
    data,
    showSymbol: false,
    lineStyle: { color: colour, width: 2 },
    itemStyle: { color: colour },
    ...more,
  };
}

/** At most {@link MOST_POINTS} points of a curve, its corners among them. */
function thinned<A extends Float64Array>(by: A, ...columns: readonly Float64Array[]): Float64Array[] {
  const kept = spikes(by, MOST_POINTS);
  return columns.map((values) => Float64Array.from(kept, (i) => values[i] as number));
}

/**
 * Receiver operating characteristic: the share of anomalies found against the share of normal rows flagged, over all
 * thresholds.
 *
 * @param labels  n values 0 or 1, both present
 * @param scores  n scores, higher = more anomalous
 * @throws DataError `DATA_ONE_CLASS`, `DATA_LABEL`, `DATA_MISSING` · ShapeError `SHAPE_MISMATCH`
 */
export function rocChart(labels: Labels, scores: Scores): Chart {
  const curve = rocCurve(labels, scores);
  const [fpr, tpr, thresholds] = thinned(curve.tpr, curve.fpr, curve.tpr, curve.thresholds) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const auc = rocAuc(labels, scores);
  return {
    name: "roc-curve",
    title: `ROC curve, area ${auc.toFixed(4)}`,
    summary: `The share of anomalies found against the share of normal rows flagged. The area under the curve is ${auc.toFixed(4)}: the chance that an anomaly scores above a normal row; 0.5 is chance.`,
    height: HEIGHT,
    data: [
      { name: "threshold", values: Array.from(thresholds, plotted) },
      { name: "false alarm rate", values: Array.from(fpr, plotted) },
      { name: "recall", values: Array.from(tpr, plotted) },
    ],
    option: {
      ...baseOption(),
      xAxis: share("normal rows flagged (false alarm rate)"),
      yAxis: share("anomalies found (recall)"),
      series: [
        line("detector", fpr, tpr, "@anomaly", { areaStyle: { color: "@anomaly", opacity: 0.08 } }),
        line("chance", [0, 1], [0, 1], "@muted", { lineStyle: { color: "@muted", type: "dashed", width: 1 } }),
      ],
    },
  };
}

/**
 * Precision against recall, over all thresholds. Beside many normal rows it says more than the ROC curve.
 *
 * @param labels  n values 0 or 1, at least one 1
 * @param scores  n scores, higher = more anomalous
 * @throws DataError `DATA_ONE_CLASS`, `DATA_LABEL`, `DATA_MISSING` · ShapeError `SHAPE_MISMATCH`
 */
export function precisionRecallChart(labels: Labels, scores: Scores): Chart {
  const curve = precisionRecallCurve(labels, scores);
  const [precision, recall] = thinned(curve.precision, curve.precision, curve.recall) as [Float64Array, Float64Array];
  const area = averagePrecision(labels, scores);
  const base = Array.from(labels).reduce((sum, label) => sum + label, 0) / labels.length;
  return {
    name: "precision-recall-curve",
    title: `Precision and recall, average precision ${area.toFixed(4)}`,
    summary: `How many of the flagged rows are anomalies, against how many anomalies are found. Average precision is ${area.toFixed(4)}; flagging rows by chance gives ${base.toFixed(4)}.`,
    height: HEIGHT,
    data: [
      { name: "recall", values: Array.from(recall, plotted) },
      { name: "precision", values: Array.from(precision, plotted) },
    ],
    option: {
      ...baseOption(),
      xAxis: share("anomalies found (recall)"),
      yAxis: share("flagged rows that are anomalies (precision)"),
      series: [
        line("detector", recall, precision, "@anomaly"),
        line("chance", [0, 1], [base, base], "@muted", { lineStyle: { color: "@muted", type: "dashed", width: 1 } }),
      ],
    },
  };
}

/**
 * What false and missed alarms cost together, threshold by threshold.
 *
 * @param labels  n values 0 or 1
 * @param scores  n scores, higher = more anomalous
 * @param costs  of one false and one missed alarm, in any unit
 * @throws as core's `costCurve`
 */
export function costChart(labels: Labels, scores: Scores, costs: AlarmCosts = {}): Chart {
  const curve = costCurve(labels, scores, costs);
  const [thresholds, cost] = thinned(curve.cost, curve.thresholds, curve.cost) as [Float64Array, Float64Array];
  const { best } = curve;
  return {
    name: "cost-curve",
    title: `Cost of alarms, least ${figure(best.cost)} at a threshold of ${figure(best.threshold)}`,
    summary: `What false and missed alarms cost together at each threshold. The least, ${figure(best.cost)}, is at ${figure(best.threshold)}: an oracle, since labels chose it.`,
    height: HEIGHT,
    data: [
      { name: "threshold", values: Array.from(thresholds, plotted) },
      { name: "cost", values: Array.from(cost, plotted) },
    ],
    option: {
      ...baseOption(),
      xAxis: axis("threshold", { scale: true }),
      yAxis: axis("cost", { min: 0 }),
      series: [line("cost", thresholds, cost, "@score")],
    },
  };
}
