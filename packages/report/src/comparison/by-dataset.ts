import type { Chart } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { heatMapOption } from "../heat-map.js";
import { bestFirst, type ComparedMetric, type Comparison } from "./comparison.js";

const ROW = 17;
/** Beyond them names are not to be read any more; the table of values has them all. */
const MOST_ROWS = 120;
const MOST_COLUMNS = 50;

/** The measure of the ranks for every detector on every data set, as a heat map: where a detector is strong. */
export function byDatasetChart(comparison: Comparison): Chart {
  const metric = comparison.metrics[0] as ComparedMetric;
  const order = bestFirst(comparison.detectors, metric).map(({ name }) => name);
  const detectors = order.slice(0, MOST_COLUMNS);
  const all = comparison.datasets ?? [];
  const datasets = all.slice(0, MOST_ROWS);
  const cells = datasets.flatMap(({ values }, i) =>
    detectors.flatMap((name, j) => {
      const value = values[name] ?? null;
      return value === null || !Number.isFinite(value) ? [] : [{ i, j, value }];
    }),
  );
  const shown = cells.map(({ value }) => value);
  const [low, high] = shown.length === 0 ? [0, 1] : [Math.min(...shown), Math.max(...shown)];
  const cut = all.length > datasets.length || order.length > detectors.length;
  return {
    name: "quality-by-data-set",
    title: `${metric.name} by data set`,
    summary: `Each row is a data set, each column a detector, best first; an empty cell has no result. Values go from ${figure(low)} to ${figure(high)}.${cut ? ` The first ${datasets.length} of ${all.length} data sets and ${detectors.length} of ${order.length} detectors are drawn.` : ""}`,
    height: 190 + Math.max(3, datasets.length) * ROW,
    data: [
      { name: "data set", values: all.map(({ name }) => name) },
      ...order.map((name) => ({
        name,
        values: all.map(({ values }) => {
          const value = values[name] ?? null;
          return value === null ? null : plotted(value);
        }),
      })),
    ],
    option: heatMapOption({
      name: metric.name,
      columns: detectors,
      turned: 60,
      rows: datasets.map(({ name }) => name),
      room: { left: 170, bottom: 150 },
      scale: {
        from: low,
        to: high > low ? high : low + 1,
        texts: [figure(low), figure(high)],
        colours: metric.lowerIsBetter ? ["@normal", "@grid"] : ["@grid", "@normal"],
        height: 120,
      },
      cells: cells.map(({ i, j, value }) => [j, i, plotted(Number(value.toFixed(4)))]),
    }),
  };
}
