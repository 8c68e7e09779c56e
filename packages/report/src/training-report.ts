import type { Scores } from "@telltale/core";
import { figure } from "./figures.js";
import type { Report, ReportPart, ReportTable } from "./report.js";
import { type LossHistory, lossChart } from "./results/loss.js";
import { scoreBoxPlot, scoreHistogram } from "./results/score-distributions.js";

/** A model and how it was trained, as plain data. */
export interface TrainedModel {
  readonly title: string;
  /** Facts about the model and its training, as name and value. */
  readonly facts: readonly (readonly [string, string | number])[];
  /** Scores of the training rows, where they are kept. */
  readonly scores?: Scores;
  readonly threshold?: number;
  /** Of a model that was trained epoch by epoch. */
  readonly loss?: LossHistory;
  /** Further tables, such as the importance of columns. */
  readonly tables?: readonly ReportTable[];
  readonly warnings?: readonly string[];
  readonly footer?: string;
}

/**
 * The page about a fitted model: what it is, its loss curve, and where the threshold lies among the scores of its own
 * training rows.
 *
 * @example
 * ```ts
 * import { toHtml, trainingReport } from "@telltale/report";
 * const report = trainingReport({ title: "Pump 7", facts: [["detector", "lof"]], scores: [1, 1.1, 1.4], threshold: 1.3 });
 * console.log(report.summary); // 3 training rows, 1 of them above the threshold (33.3 %).
 * ```
 */
export function trainingReport(model: TrainedModel): Report {
  const { title, facts, threshold, loss, tables = [], warnings = [], footer } = model;
  const scores =
    model.scores === undefined ? undefined : Float64Array.from(model.scores).filter((s) => !Number.isNaN(s));
  const scored = scores !== undefined && scores.length > 0;
  const parts: ReportPart[] = [
    ...warnings.map((text): ReportPart => ({ kind: "warning", text })),
    { kind: "table", table: { title: "Model", columns: ["fact", "value"], rows: facts } },
    ...(loss === undefined ? [] : [{ kind: "chart", chart: lossChart(loss) } as const]),
    ...(scored
      ? [
          { kind: "heading", text: "Scores of the training rows" } as const,
          {
            kind: "chart",
            chart: { ...scoreHistogram(scores, undefined, threshold), title: "Scores of the training rows" },
          } as const,
          {
            kind: "chart",
            chart: { ...scoreBoxPlot(scores, undefined, threshold), title: "Quartiles and outliers" },
          } as const,
        ]
      : []),
    ...tables.map((table): ReportPart => ({ kind: "table", table })),
  ];
  return {
    title,
    ...(scored ? { summary: summaryOf(scores, threshold) } : {}),
    parts,
    ...(footer === undefined ? {} : { footer }),
  };
}

function summaryOf(scores: Float64Array, threshold: number | undefined): string {
  const rows = `${figure(scores.length)} training ${scores.length === 1 ? "row" : "rows"}`;
  if (threshold === undefined) return `${rows}.`;
  const above = scores.reduce((sum, score) => sum + (score > threshold ? 1 : 0), 0);
  return `${rows}, ${figure(above)} of them above the threshold (${Number(((100 * above) / scores.length).toPrecision(3))} %).`;
}
