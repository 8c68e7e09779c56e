import type { Chart, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { heatMapOption } from "../../heat-map.js";
import { similarOrder } from "../correlations.js";
import type { Exploration } from "../exploration.js";
import { pageOf, pageText } from "./panels.js";

const PAGE = 40;
/** Fewer columns have room for figures in their cells. */
const FIGURES = 12;
const LEAST_CELL = 15;

/**
 * Correlation of the variables as a heat map, those that go together next to each other. Of more than 40 columns, one page:
 * blocks along the diagonal, in which most of what is strong stands.
 *
 * @param given.page  from 1; the last one for a number beyond
 */
export function correlationChart(seen: Exploration, given: { readonly page?: number } = {}): Chart {
  const { findings, names, correlations } = seen;
  const n = names.length;
  const varying = similarOrder(correlations, n).filter((j) => !Number.isNaN(correlations[j * n + j] as number));
  const page = pageOf(varying.length, PAGE, given.page);
  const shown = varying.slice(page.from, page.to);
  const labels = shown.map((j) => names[j] as string);
  const cell = Math.max(LEAST_CELL, Math.min(44, 560 / Math.max(1, shown.length)));
  const at = (a: number, b: number) => correlations[a * n + b] as number;
  const [strongest] = findings.correlations;
  const drawn = findings.sampled < findings.rows ? `, over ${figure(findings.sampled)} rows drawn evenly` : "";
  return {
    name: page.page === 1 ? "correlation" : `correlation-${page.page}`,
    title: "Correlation",
    summary:
      `Pearson's correlation of ${figure(shown.length)} of ${figure(n)} columns${drawn}; those that go together stand together.` +
      `${strongest === undefined ? "" : ` Strongest: ${strongest.a} and ${strongest.b}, ${strongest.r.toFixed(3)}.`}${pageText(page)}`,
    height: Math.round(170 + Math.max(3, shown.length) * cell),
    data: [
      { name: "column", values: labels },
      ...shown.map((b) => ({ name: names[b] as string, values: shown.map((a) => plotted(at(a, b))) })),
    ],
    option: heatMapOption({
      name: "correlation",
      columns: labels,
      turned: 60,
      rows: labels,
      room: { left: 170, bottom: 140 },
      scale: { from: -1, to: 1, texts: ["−1", "1"], colours: ["@low", "@middle", "@high"], height: 120 },
      cells: shown.flatMap((a, y) =>
        shown.flatMap((b, x): ChartValue[] => {
          const r = at(a, b);
          return Number.isNaN(r) ? [] : [[x, y, Number(r.toFixed(2)) + 0]];
        }),
      ),
      series: { label: { show: shown.length <= FIGURES, fontSize: 11 } },
    }),
  };
}
