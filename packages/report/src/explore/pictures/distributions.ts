import type { Chart, ChartOption, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { baseOption } from "../../theme.js";
import type { Exploration } from "../exploration.js";
import { sortedColumn } from "../row-sample.js";
import { valuesByClass } from "../separation.js";
import { pageOf, pageText, panels, panelsHeight } from "./panels.js";

const BINS = 30;
const PAGE = 24;

/**
 * Histograms of the variables side by side; with labels, normal rows and anomalies each as shares of their class. Columns
 * that part the classes best come first. Of more than 24 columns, one page.
 *
 * @param given.page  from 1; the last one for a number beyond
 * @param given.columns  names of columns, instead of all
 */
export function distributionsChart(
  seen: Exploration,
  given: { readonly page?: number; readonly columns?: readonly string[] } = {},
): Chart {
  const { findings, names, sample, anomalies } = seen;
  const labelled = findings.labels !== null && findings.labels.anomalies > 0 && findings.labels.normal > 0;
  const drawable = ordered(seen).filter(
    ({ name, sorted }) => sorted.length > 0 && (given.columns === undefined || given.columns.includes(name)),
  );
  const page = pageOf(drawable.length, PAGE, given.page);
  const fields = drawable.slice(page.from, page.to).map(({ name, sorted, j }) => {
    const [low, high] = [sorted[0] as number, sorted[sorted.length - 1] as number];
    const width = high > low ? (high - low) / BINS : 1;
    const { normal, anomalous } = labelled
      ? valuesByClass(sample, anomalies, j)
      : { normal: sorted, anomalous: new Float64Array(0) };
    const edges = Array.from({ length: BINS + 1 }, (_, k) => low + k * width);
    return { name, low, width, edges, classes: [shares(normal, low, width), shares(anomalous, low, width)] };
  });
  const kinds = [
    { name: labelled ? "normal" : "rows", colour: "@normal" },
    { name: "anomaly", colour: "@anomaly" },
  ].slice(0, labelled ? 2 : 1);
  const drawn = findings.sampled < findings.rows ? `, of ${figure(findings.sampled)} rows drawn evenly` : "";
  return {
    name: page.page === 1 ? "distributions" : `distributions-${page.page}`,
    title: "Distributions",
    summary: `How often the values of ${figure(fields.length)} of ${figure(names.length)} columns occur${labelled ? ", among normal rows and among anomalies" : ""}${drawn}.${labelled ? " Columns that part the classes best come first." : ""}${pageText(page)}`,
    height: panelsHeight(fields.length),
    data: [
      { name: "bin", values: Array.from({ length: BINS }, (_, k) => k + 1) },
      ...fields.flatMap(({ name, edges, classes }) => [
        { name: `${name}: from`, values: edges.slice(0, BINS).map(plotted) },
        ...kinds.map((kind, c) => ({
          name: `${name}: share of ${kind.name}`,
          values: (classes[c] as number[]).map(plotted),
        })),
      ]),
    ],
    option: {
      ...baseOption(),
      tooltip: { trigger: "item", confine: true },
      ...panels(
        fields.map(({ name }) => name),
        {
          scale: true,
          min: "dataMin",
          max: "dataMax",
          axisLabel: { color: "@muted", hideOverlap: true, showMinLabel: false, showMaxLabel: false },
        },
        { axisLabel: { show: false } },
      ),
      series: fields.flatMap(({ edges, classes }, f) =>
        kinds.map(
          ({ name, colour }, c): ChartOption => ({
            type: "line",
            step: "end",
            name,
            xAxisIndex: f,
            yAxisIndex: f,
            showSymbol: false,
            lineStyle: { color: colour, width: 1 },
            itemStyle: { color: colour },
            areaStyle: { color: colour, opacity: 0.35 },
            data: edges.map(
              (edge, k): ChartValue => [
                plotted(edge),
                plotted((classes[c] as number[])[Math.min(k, BINS - 1)] as number),
              ],
            ),
          }),
        ),
      ),
    },
  };
}

/** The variables with their values, ascending; with labels those first that part the classes best. */
function ordered({ findings, names, variables, sample }: Exploration) {
  const separation = (j: number) => findings.columns[variables[j] as number]?.separation ?? 0;
  return names
    .map((name, j) => ({ name, j, sorted: sortedColumn(sample.x, j) }))
    .sort((a, b) => separation(b.j) - separation(a.j) || a.j - b.j);
}

/** The share of the values in each bin. */
function shares(values: Float64Array, low: number, width: number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const k = Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / width)));
    counts[k] = (counts[k] as number) + 1;
  }
  return counts.map((count) => (values.length === 0 ? 0 : count / values.length));
}
