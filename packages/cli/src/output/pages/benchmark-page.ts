import type { SuiteMeasure, SuiteResult, SuiteRow } from "@telltale/compare";
import { writeFileAtomic } from "@telltale/data";
import type { Comparison, Report, ReportPart } from "@telltale/report";
import { failuresOf, heading, orderOf, ROW_KINDS, shownValue, sorted } from "../benchmark-text.js";
import { duration } from "../numbers.js";

/** Writes a benchmark's result as an HTML page, whole or not at all. */
export async function writeBenchmarkPage(path: string, result: SuiteResult): Promise<void> {
  // ECharts takes a tenth of a second to load: only who wants a page waits for it.
  const report = await import("@telltale/report");
  await writeFileAtomic(path, new TextEncoder().encode(report.toHtml(benchmarkReport(result, report))));
}

/** The page as data. */
function benchmarkReport(
  result: SuiteResult,
  { qualityChart, qualitySpeedChart }: Pick<typeof import("@telltale/report"), "qualityChart" | "qualitySpeedChart">,
): Report {
  const { title, rows, measures, notes, provenance, settings } = result;
  const shown = measures.filter(({ hidden }) => hidden !== true);
  const parts: ReportPart[] = [];
  const compared = comparisonOf(result);
  for (const note of notes) parts.push({ kind: "text", text: note });
  for (const [kind, words] of ROW_KINDS) {
    const own = rows.filter((row) => row.kind === kind);
    if (own.length > 0) parts.push({ kind: "table", table: measureTable(words, sorted(own, orderOf(shown)), shown) });
  }
  for (const metric of compared.metrics) parts.push({ kind: "chart", chart: qualityChart(compared, metric) });
  parts.push({ kind: "chart", chart: qualitySpeedChart(compared) });
  for (const text of rows.flatMap(failuresOf)) parts.push({ kind: "warning", text });
  parts.push({
    kind: "table",
    table: {
      title: "What the measures mean",
      columns: ["measure", "meaning"],
      rows: shown.map((measure) => [heading(measure), measure.doc]),
    },
  });
  parts.push({
    kind: "table",
    table: {
      title: "How each row was run",
      columns: ["row", "settings"],
      rows: rows.map(({ name, settings: how }) => [name, how]),
    },
  });
  const { machine, versions, data, date } = provenance;
  parts.push({
    kind: "table",
    table: {
      title: "Where the figures come from",
      columns: ["", ""],
      rows: [
        ...Object.entries(settings).map(([key, value]) => [key, typeof value === "boolean" ? String(value) : value]),
        ["date", date],
        ["machine", `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}`],
        ["versions", `Telltale ${versions.telltale}, Node ${versions.node}, kernels ${versions.kernels}`],
        ["files", data.length],
      ],
    },
  });
  return { title, parts, footer: `Made by Telltale ${versions.telltale}.` };
}

/** The result as charts take it: the measures that are drawn, or else the first one. */
function comparisonOf({ title, measures, rows }: SuiteResult): Comparison {
  const drawn = measures.filter(({ drawn }) => drawn === true);
  return {
    title,
    metrics: (drawn.length > 0 ? drawn : measures.slice(0, 1)).map((measure) => ({
      key: measure.key,
      name: measure.title,
      lowerIsBetter: measure.better === "lower",
      oracle: measure.oracle === true,
    })),
    detectors: rows.map(({ name, kind, measures: values, seconds }) => ({
      name,
      metrics: values,
      control: kind === "control",
      fitSeconds: seconds.fit,
      scoreSeconds: seconds.score,
    })),
  };
}

function measureTable(title: string, rows: readonly SuiteRow[], shown: readonly SuiteMeasure[]) {
  return {
    title,
    columns: ["", ...shown.map(heading), "fit", "score"],
    rows: rows.map(({ name, measures, seconds }) => [
      name,
      ...shown.map((measure) => {
        const value = measures[measure.key];
        return typeof value === "number" ? Number(value.toFixed(measure.digits)) : shownValue(value, measure);
      }),
      duration(seconds.fit),
      duration(seconds.score),
    ]),
  };
}
