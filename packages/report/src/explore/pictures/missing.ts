import type { Chart, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { heatMapOption } from "../../heat-map.js";
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
    option: heatMapOption({
      name: "share missing",
      columns: stretches.map(({ from }) => figure(from + 1)),
      columnTitle: "row",
      turned: 0,
      rows: shown.map(({ name }) => name),
      room: { left: 180, bottom: 66 },
      scale: { from: 0, to: 1, texts: ["there", "missing"], colours: ["@grid", "@anomaly"], height: 80 },
      cells: shares.flatMap((share, y) =>
        share.map((value, x): ChartValue => [x, y, plotted(Number(value.toFixed(4)))]),
      ),
    }),
  };
}
