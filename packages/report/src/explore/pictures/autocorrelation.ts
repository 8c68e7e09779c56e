import { ShapeError } from "@telltale/core";
import type { Chart, ChartOption, ChartValue } from "../../chart.js";
import { spikes } from "../../downsample.js";
import { figure, plotted } from "../../figures.js";
import { baseOption } from "../../theme.js";
import type { Exploration } from "../exploration.js";
import { pageOf, pageText, panels, panelsHeight } from "./panels.js";

const PAGE = 12;
const MOST_POINTS = 300;

/**
 * Autocorrelation of the variables over the first rows: how long a value is remembered, and after how many rows patterns
 * come again. Columns that repeat themselves most come first.
 *
 * @throws ShapeError `SHAPE_TOO_FEW_ROWS` where no column has enough rows and spread
 */
export function autocorrelationChart(
  seen: Exploration,
  given: { readonly page?: number; readonly columns?: readonly string[] } = {},
): Chart {
  const { findings, names, variables, autocorrelations, head } = seen;
  const periodOf = (j: number) => findings.columns[variables[j] as number]?.period ?? null;
  const drawable = names
    .map((name, j) => ({ name, j, found: autocorrelations[j] as Float64Array, period: periodOf(j) }))
    .filter(({ name, found }) => found.length > 0 && (given.columns === undefined || given.columns.includes(name)))
    .sort((a, b) => (b.period?.autocorrelation ?? 0) - (a.period?.autocorrelation ?? 0) || a.j - b.j);
  if (drawable.length === 0) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      "autocorrelation needs a column that varies over at least 12 rows, with few missing values",
    );
  }
  const page = pageOf(drawable.length, PAGE, given.page);
  const fields = drawable.slice(page.from, page.to);
  // Within this, a series without memory stays nineteen times of twenty.
  const band = 1.96 / Math.sqrt(head.x.rows);
  const lags = Math.max(...fields.map(({ found }) => found.length));
  const [first] = fields;
  return {
    name: page.page === 1 ? "autocorrelation" : `autocorrelation-${page.page}`,
    title: "Autocorrelation",
    summary:
      `How much a value says about the one so many rows later, over the first ${figure(head.x.rows)} rows; dashed lines are what chance reaches (95 %).` +
      `${first?.period == null ? " No column repeats itself." : ` ${first.name} repeats itself after ${figure(first.period.rows)} rows.`}${pageText(page)}`,
    height: panelsHeight(fields.length),
    data: [
      { name: "lag", values: Array.from({ length: lags }, (_, k) => k) },
      ...fields.map(({ name, found }) => ({ name, values: Array.from(found, plotted) })),
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      ...panels(
        fields.map(({ name, period }) => (period === null ? name : `${name}: ${period.rows} rows`)),
        { min: 0, axisLine: { onZero: true, lineStyle: { color: "@muted" } } },
        { min: -1, max: 1 },
      ),
      series: fields.map(
        ({ name, found, period }, f): ChartOption => ({
          type: "line",
          name,
          xAxisIndex: f,
          yAxisIndex: f,
          showSymbol: false,
          lineStyle: { color: "@normal", width: 1 },
          itemStyle: { color: "@normal" },
          data: spikes(found, MOST_POINTS).map((k): ChartValue => [k, plotted(found[k] as number)]),
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: "@muted", type: "dashed", width: 1 },
            data: [
              { yAxis: plotted(band) },
              { yAxis: plotted(-band) },
              ...(period === null
                ? []
                : [{ xAxis: period.rows, lineStyle: { color: "@threshold", type: "dashed", width: 2 } }]),
            ],
          },
        }),
      ),
    },
  };
}
