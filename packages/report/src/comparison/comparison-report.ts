import type { Chart } from "../chart.js";
import type { Report, ReportPart, ReportTable } from "../report.js";
import { byDatasetChart } from "./by-dataset.js";
import { bestFirst, type ComparedDetector, type ComparedMetric, type Comparison } from "./comparison.js";
import { qualityChart } from "./quality.js";
import { rankChart } from "./ranks.js";
import { qualitySpeedChart, secondsText } from "./speed.js";

/** All detectors with all measures, best first; a measure that looked at labels says so in its heading. */
export function comparisonTable({ metrics, detectors }: Comparison, title = "Detectors"): ReportTable {
  const [first] = metrics;
  const rows = first === undefined ? [...detectors] : bestFirst(detectors, first);
  const some = (has: (detector: ComparedDetector) => unknown) => rows.some((row) => has(row) !== undefined);
  const optional: readonly (readonly [string, (detector: ComparedDetector) => number | string | undefined])[] = [
    ["mean rank", ({ meanRank }) => (meanRank === undefined ? undefined : Number(meanRank.toFixed(2)))],
    ["fit", ({ fitSeconds }) => (fitSeconds === undefined ? undefined : secondsText(fitSeconds))],
    ["score", ({ scoreSeconds }) => (scoreSeconds === undefined ? undefined : secondsText(scoreSeconds))],
    ["rows/s", ({ rowsPerSecond }) => (rowsPerSecond === undefined ? undefined : Number(rowsPerSecond.toPrecision(3)))],
    ["memory, MB", ({ memory }) => (memory === undefined ? undefined : Number((memory / 1e6).toPrecision(3)))],
    ["remark", remarkOf],
  ];
  const kept = optional.filter(([, value]) => some(value));
  return {
    title,
    columns: [
      "detector",
      ...metrics.map(({ name, oracle }) => (oracle ? `${name} (oracle)` : name)),
      ...kept.map(([name]) => name),
    ],
    rows: rows.map((row) => [
      row.name,
      ...metrics.map(({ key }) => measured(row, key)),
      ...kept.map(([, value]) => value(row) ?? ""),
    ]),
  };
}

function measured({ metrics, deviations }: ComparedDetector, key: string): string | number {
  const value = metrics[key];
  if (value === undefined || value === null || !Number.isFinite(value)) return "";
  const spread = deviations?.[key];
  return spread === undefined || spread === null
    ? Number(value.toFixed(4))
    : `${value.toFixed(4)} ± ${spread.toFixed(4)}`;
}

function remarkOf({ control, supervised, failure }: ComparedDetector): string | undefined {
  const remarks = [control ? "control" : "", supervised ? "learns from labels" : "", failure ?? ""].filter(
    (text) => text !== "",
  );
  return remarks.length === 0 ? undefined : remarks.join("; ");
}

/**
 * The page about detectors beside each other: the table, each measure as bars, mean ranks with the groups that are not
 * told apart, quality against speed, and the results by data set, each where its values are given.
 *
 * @example
 * ```ts
 * import { comparisonReport, toHtml } from "@telltale/report";
 * const report = comparisonReport({
 *   title: "Pump 7",
 *   metrics: [{ key: "rocAuc", name: "ROC-AUC" }],
 *   detectors: [
 *     { name: "lof", metrics: { rocAuc: 0.91 }, fitSeconds: 0.2, scoreSeconds: 0.1 },
 *     { name: "random", metrics: { rocAuc: 0.5 }, control: true },
 *   ],
 * });
 * console.log(toHtml(report).includes("ROC-AUC of 2 detectors")); // true
 * ```
 */
export function comparisonReport(comparison: Comparison): Report {
  const { title, summary, metrics, detectors, warnings = [], facts, footer, datasets = [] } = comparison;
  const chart = (made: Chart): ReportPart => ({ kind: "chart", chart: made });
  const has = ({ key }: ComparedMetric) => detectors.some((each) => Number.isFinite(each.metrics[key] ?? NaN));
  const [first] = metrics;
  const timed = detectors.some(({ fitSeconds, scoreSeconds }) => (fitSeconds ?? scoreSeconds) !== undefined);
  const ranked = detectors.some(({ meanRank }) => meanRank !== undefined);
  return {
    title,
    summary: summary ?? `${detectors.length} detectors beside each other.`,
    parts: [
      ...warnings.map((text): ReportPart => ({ kind: "warning", text })),
      { kind: "table", table: comparisonTable(comparison) },
      ...(ranked ? [chart(rankChart(comparison))] : []),
      ...(first !== undefined && timed && has(first) ? [chart(qualitySpeedChart(comparison, first))] : []),
      ...metrics.filter(has).map((metric) => chart(qualityChart(comparison, metric))),
      ...(first !== undefined && datasets.length > 1 ? [chart(byDatasetChart(comparison))] : []),
      ...(facts === undefined
        ? []
        : [{ kind: "table", table: { title: "How it was made", columns: ["fact", "value"], rows: facts } } as const]),
    ],
    ...(footer === undefined ? {} : { footer }),
  };
}
