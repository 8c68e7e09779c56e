import type { Chart } from "../chart.js";
import { figure } from "../figures.js";
import type { Report, ReportPart, ReportTable } from "../report.js";
import { pcaChart } from "../results/latent.js";
import type { ColumnFindings, Exploration, Findings } from "./exploration.js";
import { autocorrelationChart } from "./pictures/autocorrelation.js";
import { classesChart } from "./pictures/classes.js";
import { correlationChart } from "./pictures/correlation.js";
import { courseChart } from "./pictures/course.js";
import { distributionsChart } from "./pictures/distributions.js";
import { missingChart } from "./pictures/missing.js";
import { pairsChart, tellingPairs } from "./pictures/pairs.js";
import { samplingChart } from "./pictures/sampling.js";
import { percent } from "./warnings.js";

export interface ExplorationPage {
  readonly title: string;
  readonly footer?: string;
}

/** Columns of a table on a page; a file of the values has all. */
const MOST_ROWS = 200;
/** Pages of small pictures; more would make the page of hundreds of sensors heavy. */
const MOST_PAGES = 2;

/** The columns with their types, missing values and statistics; the worst first where there are too many for a page. */
export function columnsTable({ columns }: Findings, most = MOST_ROWS): ReportTable {
  const shown = columns.slice(0, most);
  const of = (value: number | null) => value ?? "";
  const labelled = columns.some(({ separation }) => separation !== null);
  return {
    title: shown.length < columns.length ? `The first ${shown.length} of ${columns.length} columns` : "Columns",
    columns: [
      "column",
      "type",
      "missing",
      "different",
      "mean",
      "std. dev.",
      "min",
      "25 %",
      "median",
      "75 %",
      "max",
      "skewness",
      "period",
      ...(labelled ? ["separation"] : []),
    ],
    rows: shown.map((column) => [
      column.name,
      `${TYPES[column.type]}${column.role === "variable" || column.role === "other" ? "" : ` (${column.role})`}`,
      column.missing === 0 ? "" : percent(column.missingShare),
      column.distinct ?? "many",
      ...[
        column.mean,
        column.standardDeviation,
        column.min,
        column.lowerQuartile,
        column.median,
        column.upperQuartile,
        column.max,
        column.skewness,
      ].map(of),
      column.period?.rows ?? "",
      ...(labelled ? [column.separation === null ? "" : Number(column.separation.toFixed(3))] : []),
    ]),
  };
}

const TYPES: Readonly<Record<ColumnFindings["type"], string>> = {
  float64: "numbers",
  boolean: "yes or no",
  string: "text",
  timestamp: "times",
};

/**
 * The page about data: warnings in words, the columns with their statistics, missing values, classes, sampling, every
 * column over time, distributions, correlations, telling pairs, principal components and autocorrelation; each where the
 * data has it.
 */
export function explorationReport(seen: Exploration, { title, footer }: ExplorationPage): Report {
  const { findings, names, sample } = seen;
  const { rows, files, columns, warnings, labels, time, split } = findings;
  const chart = (made: Chart): ReportPart => ({ kind: "chart", chart: made });
  const heading = (text: string): ReportPart => ({ kind: "heading", text });
  const drawable = columns.filter(({ role, mean }) => role === "variable" && mean !== null).length;
  const varying = columns.filter(
    ({ role, standardDeviation }) => role === "variable" && (standardDeviation ?? 0) > 0,
  ).length;
  const pagesOf = (make: (page: number) => Chart, size: number, all: number) =>
    Array.from({ length: Math.min(MOST_PAGES, Math.ceil(all / size)) }, (_, k) => chart(make(k + 1)));
  const more = (shown: number, all: number, what: string): ReportPart[] =>
    all <= shown
      ? []
      : [{ kind: "text", text: `${what} of the other ${all - shown} columns: telltale plot draws them page by page.` }];
  const found = seen.autocorrelations.filter(({ length }) => length > 0).length;
  const parts: ReportPart[] = [
    ...warnings.map(({ text }): ReportPart => ({ kind: "warning", text })),
    ...(warnings.length === 0 ? [{ kind: "text", text: "Nothing stands out." } as const] : []),
    heading("Columns"),
    { kind: "table", table: columnsTable(findings) },
    ...(columns.some(({ missing }) => missing > 0) ? [chart(missingChart(seen))] : []),
    ...(labels === null ? [] : [chart(classesChart(seen))]),
    ...(time === null ? [] : [chart(samplingChart(seen))]),
    ...(drawable === 0
      ? []
      : [
          heading("Course"),
          ...pagesOf((page) => courseChart(seen, { page }), 24, names.length),
          ...more(24 * MOST_PAGES, names.length, "The course"),
        ]),
    ...(split === null ? [] : [{ kind: "table", table: splitTable(split) } as const]),
    ...(drawable === 0
      ? []
      : [
          heading("Distributions"),
          ...pagesOf((page) => distributionsChart(seen, { page }), 24, drawable),
          ...more(24 * MOST_PAGES, drawable, "Distributions"),
        ]),
    ...(varying < 2 || rows < 3
      ? []
      : [
          heading("Together"),
          ...pagesOf((page) => correlationChart(seen, { page }), 40, varying),
          ...more(40 * MOST_PAGES, varying, "Correlations"),
          ...(findings.correlations.length === 0 ? [] : [{ kind: "table", table: pairsTable(findings) } as const]),
          ...(tellingPairs(seen).length === 0 ? [] : [chart(pairsChart(seen))]),
          ...principal(seen),
        ]),
    ...(found === 0 || (time === null && !columns.some(({ period }) => period !== null))
      ? []
      : [heading("Memory and seasons"), chart(autocorrelationChart(seen))]),
  ];
  return {
    title,
    summary:
      `${figure(rows)} rows of ${figure(files)} ${files === 1 ? "file" : "files"}, ${figure(columns.length)} columns.` +
      `${sample.offered > findings.sampled ? ` Counts, means and courses are of all rows; distributions and correlations of ${figure(findings.sampled)} drawn evenly.` : ""}`,
    parts,
    ...(footer === undefined ? {} : { footer }),
  };
}

/** The picture of the components, where enough rows are whole. */
function principal({ sample, findings }: Exploration): ReportPart[] {
  const labels = findings.labels === null ? undefined : sample.labels;
  try {
    return [{ kind: "chart", chart: pcaChart(sample.x, labels) }];
  } catch {
    // Rows without a missing value may be none, or all the same: the table of columns has said so.
    return [];
  }
}

function pairsTable({ correlations }: Findings): ReportTable {
  return {
    title: "Strongest correlations",
    columns: ["column", "column", "correlation"],
    rows: correlations.slice(0, 15).map(({ a, b, r }) => [a, b, Number(r.toFixed(4))]),
  };
}

function splitTable({ row, columns }: NonNullable<Findings["split"]>): ReportTable {
  return {
    title: `Means before and behind row ${figure(row)}`,
    columns: ["column", "training", "validation", "shift, std. dev. of training"],
    rows: columns
      .slice(0, 30)
      .map(({ column, trainingMean, validationMean, shift }) => [
        column,
        trainingMean,
        validationMean,
        Number(shift.toFixed(2)),
      ]),
  };
}
