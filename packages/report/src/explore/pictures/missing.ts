import type { Chart, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { axis, baseOption } from "../../theme.js";
import type { Exploration } from "../exploration.js";

const MOST_STRETCHES = 120;
const MOST_COLUMNS = 80;
const ROW = 18;

/** Where values are missing: a row for each column that lacks some, the share missing in stretches of rows as colour. */
export function missingChart({ findings, missing }: Exploration): Chart {
  const lacking = findings.columns
    .map(({ name, missing: rows }, j) => ({ name, rows, j }))
    .filter(({ rows }) => rows > 0);
  const shown = [...lacking].sort((a, b) => b.rows - a.rows || a.j - b.j).slice(0, MOST_COLUMNS);
  const stretches = missing.of(0, MOST_STRETCHES).map(({ from, to }) => ({ from, to }));
  const shares = shown.map(({ j }) => missing.of(j, MOST_STRETCHES).map(({ from, to, sum }) => sum / (to - from)));
  const total = lacking.reduce((sum, { rows }) => sum + rows, 0);
  return {
    name: "missing-values",
    title: "Missing values",
    summary:
      lacking.length === 0
        ? `No value is missing in ${figure(findings.columns.length)} columns of ${figure(findings.rows)} rows.`
        : `${figure(total)} values are missing in ${figure(lacking.length)} of ${figure(findings.columns.length)} columns, most in ${shown[0]?.name}. Colours are shares of stretches of rows.${shown.length < lacking.length ? ` The ${shown.length} columns that lack most are drawn.` : ""}`,
    height: 110 + Math.max(3, shown.length) * ROW,
    data: [
      { name: "from row", values: stretches.map(({ from }) => from + 1) },
      { name: "to row", values: stretches.map(({ to }) => to) },
      ...shown.map(({ name }, y) => ({ name, values: (shares[y] as number[]).map(plotted) })),
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      tooltip: { trigger: "item", confine: true },
      grid: { left: 180, right: 90, top: 16, bottom: 66 },
      xAxis: axis("row", {
        type: "category",
        data: stretches.map(({ from }) => figure(from + 1)),
        splitLine: { show: false },
      }),
      yAxis: axis("", {
        type: "category",
        inverse: true,
        data: shown.map(({ name }) => name),
        splitLine: { show: false },
        axisLabel: { color: "@ink", interval: 0, width: 164, overflow: "truncate" },
      }),
      visualMap: {
        type: "continuous",
        min: 0,
        max: 1,
        orient: "vertical",
        right: 8,
        top: 16,
        itemHeight: 80,
        text: ["missing", "there"],
        textStyle: { color: "@ink" },
        inRange: { color: ["@grid", "@anomaly"] },
      },
      series: [
        {
          type: "heatmap",
          name: "share missing",
          data: shares.flatMap((share, y) =>
            share.map((value, x): ChartValue => [x, y, plotted(Number(value.toFixed(4)))]),
          ),
        },
      ],
    },
  };
}
