import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Chart, toCsv } from "../chart.js";
import { figure } from "../figures.js";
import type { Report, ReportPart, ReportTable } from "../report.js";
import { DARK, LIGHT } from "../theme.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { escaped, toSvg } from "./svg.js";

/** Rows of the values behind a chart that are shown as a table; the file to download has all. */
const SHOWN_ROWS = 200;

/**
 * Writes a report as one HTML file that needs no network: opened from disk, printed, sent by mail. Charts can be zoomed,
 * share their cursor, follow light and dark, and are pictures where no script runs.
 *
 * @example
 * ```ts
 * import { rocChart, toHtml } from "@telltale/report";
 * const chart = rocChart([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * const page = toHtml({ title: "Pump 7", parts: [{ kind: "chart", chart }] });
 * console.log(page.startsWith("<!doctype html>")); // true
 * ```
 */
export function toHtml(report: Report): string {
  const charts = report.parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : []));
  const drawn = charts.map(({ name, option, height, group, title }) => ({ name, option, height, group, title }));
  const files = charts.map((chart) => ({ name: `${chart.name}.csv`, text: toCsv(chart) }));
  let number = 0;
  const parts = report.parts.map((part) => partHtml(part, () => number++));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Telltale">
<title>${escaped(report.title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(report.title)}</h1>
${report.summary === undefined ? "" : `<p>${escaped(report.summary)}</p>`}
<button type="button" id="theme" hidden>Dark</button>
</header>
<main>
${parts.join("\n")}
</main>
${report.footer === undefined ? "" : `<footer><p>${escaped(report.footer)}</p></footer>`}
${charts.length === 0 ? "" : `<script type="application/json" id="charts">${json({ charts: drawn, files, themes: { light: LIGHT, dark: DARK } })}</script>`}
${charts.length === 0 ? "" : `<script>${library()}</script>`}
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function partHtml(part: ReportPart, next: () => number): string {
  switch (part.kind) {
    case "heading":
      return `<h2>${escaped(part.text)}</h2>`;
    case "text":
      return `<p>${escaped(part.text)}</p>`;
    case "warning":
      return `<p class="warning"><strong>Note:</strong> ${escaped(part.text)}</p>`;
    case "table":
      return `<div class="table" role="region" aria-label="${escaped(part.table.title)}" tabindex="0">${tableHtml(part.table)}</div>`;
    case "chart":
      return chartHtml(part.chart, next());
  }
}

const ZOOM_HINT = `<p class="hint" hidden>Zoom with the wheel or the slider; by keyboard, with the chart in focus, + and − zoom, the arrows move, Home shows all.</p>`;

function chartHtml(chart: Chart, index: number): string {
  const { title, summary, height, name } = chart;
  return `<figure id="${escaped(name)}">
<figcaption><h3>${escaped(title)}</h3><p>${escaped(summary)}</p>${chart.option.dataZoom === undefined ? "" : ZOOM_HINT}</figcaption>
<div class="chart" data-chart="${index}" style="height:${height}px">${toSvg(chart)}</div>
<details><summary>Values</summary>
<button type="button" data-file="${index}" hidden>Save as CSV</button>
${valuesHtml(chart)}
</details>
</figure>`;
}

function valuesHtml({ data, title }: Chart): string {
  const rows = data[0]?.values.length ?? 0;
  const shown = Math.min(rows, SHOWN_ROWS);
  const table = tableHtml({
    title: shown < rows ? `${title}: the first ${shown} of ${figure(rows)} values` : `${title}: values`,
    columns: data.map(({ name }) => name),
    rows: Array.from({ length: shown }, (_, i) => data.map(({ values }) => values[i] ?? "")),
  });
  return `<div class="values" role="region" aria-label="${escaped(title)}: values" tabindex="0">${table}</div>`;
}

function tableHtml({ title, columns, rows }: ReportTable): string {
  const right = columns.map((_, j) => j > 0 && isFigures(rows.map((row) => row[j] ?? "")));
  const head = columns
    .map((name, j) => `<th scope="col"${right[j] ? ' class="number"' : ""}>${escaped(name)}</th>`)
    .join("");
  const body = rows.map((row) => `<tr>${row.map((value, j) => cellHtml(value, j, right[j] === true)).join("")}</tr>`);
  const wide = columns.length > WIDE ? ' class="wide"' : "";
  return `<table${wide}><caption>${escaped(title)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>`;
}

/** A column of numbers, or of figures with a unit, stands right; a word among numbers does so with them. */
function isFigures(cells: readonly (string | number)[]): boolean {
  const said = cells.filter((cell) => cell !== "");
  if (said.some((cell) => typeof cell === "number")) return true;
  return said.length > 0 && said.every((cell) => /^[-−]?\d/.test(String(cell)) && String(cell).length <= SHORT);
}

/** More columns than these are set closer. */
const WIDE = 10;
/** A text that is not broken into lines. */
const SHORT = 28;

function cellHtml(value: string | number, column: number, right: boolean): string {
  const text = typeof value === "number" ? figure(value) : value;
  const classes = [right ? "number" : "", text.length <= SHORT ? "short" : ""].filter((name) => name !== "").join(" ");
  const kind = classes === "" ? "" : ` class="${classes}"`;
  if (column === 0 && typeof value === "string") return `<th scope="row"${kind}>${escaped(text)}</th>`;
  return `<td${kind}>${escaped(text)}</td>`;
}

/** JSON inside a script element: nothing in it can end the element. */
function json(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

let source: string | undefined;

/** ECharts for browsers, as it is published. */
function library(): string {
  source ??= readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"), "utf8").replaceAll(
    "</script",
    "<\\/script",
  );
  return source;
}
