import { ShapeError } from "@telltale/core";
import type { Chart, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { axis, baseOption } from "../../theme.js";
import type { Exploration } from "../exploration.js";
import { percent } from "../warnings.js";

const STRETCHES = 200;

/**
 * How many rows are normal and how many anomalies, and where in the data the anomalies are.
 *
 * @throws ShapeError `SHAPE_EMPTY` without labels
 */
export function classesChart({ findings, names, course }: Exploration): Chart {
  const { labels, rows } = findings;
  if (labels === null) throw new ShapeError("SHAPE_EMPTY", "a picture of the classes needs labels; there are none");
  const stretches = course.of(names.length, STRETCHES);
  const share = stretches.map(({ sum, from, to }) => sum / (to - from));
  return {
    name: "classes",
    title: "Classes",
    summary: `${figure(labels.anomalies)} of ${figure(rows)} rows (${percent(labels.share)}) are anomalies, in ${figure(labels.episodes)} ${labels.episodes === 1 ? "episode" : "episodes"}, the longest of ${figure(labels.longest)} rows. Below, their share along the rows.`,
    height: 320,
    data: [
      { name: "from row", values: stretches.map(({ from }) => from + 1) },
      { name: "to row", values: stretches.map(({ to }) => to) },
      { name: "share of anomalies", values: share.map(plotted) },
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      tooltip: { trigger: "item", confine: true },
      grid: [
        { left: 96, right: 96, top: 16, height: 70 },
        { left: 96, right: 24, top: 140, bottom: 56 },
      ],
      xAxis: [axis("", { splitLine: { show: false } }), axis("row", { gridIndex: 1, min: 1, max: Math.max(2, rows) })],
      yAxis: [
        axis("", { type: "category", inverse: true, data: ["normal", "anomaly"], axisLabel: { color: "@ink" } }),
        axis("share of anomalies", { gridIndex: 1, min: 0, max: 1, splitNumber: 2, nameGap: 44 }),
      ],
      series: [
        {
          type: "bar",
          name: "rows",
          barWidth: 22,
          label: { show: true, position: "right", color: "@ink" },
          data: [
            { value: labels.normal, itemStyle: { color: "@normal" } },
            { value: labels.anomalies, itemStyle: { color: "@anomaly" } },
          ],
        },
        {
          type: "line",
          step: "end",
          name: "share of anomalies",
          xAxisIndex: 1,
          yAxisIndex: 1,
          showSymbol: false,
          lineStyle: { color: "@anomaly", width: 1 },
          itemStyle: { color: "@anomaly" },
          areaStyle: { color: "@anomaly", opacity: 0.35 },
          data: stretches.flatMap(({ from, to }, k): ChartValue[] => [
            [from + 1, plotted(share[k] as number)],
            [to, plotted(share[k] as number)],
          ]),
        },
      ],
    },
  };
}
