import type { Confusion } from "@telltale/core";
import type { Chart, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";

/** The counts of right and wrong decisions as four fields, each coloured by its share of its true class. */
export function confusionChart({ tp, fp, fn, tn }: Confusion): Chart {
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const cells = [
    { truth: "anomaly", decision: "flagged", count: tp, share: share(tp, tp + fn) },
    { truth: "anomaly", decision: "not flagged", count: fn, share: share(fn, tp + fn) },
    { truth: "normal", decision: "flagged", count: fp, share: share(fp, fp + tn) },
    { truth: "normal", decision: "not flagged", count: tn, share: share(tn, fp + tn) },
  ];
  const percent = (part: number) => `${Number((100 * part).toPrecision(3))} %`;
  return {
    name: "confusion-matrix",
    title: "Confusion matrix",
    summary: `Of ${figure(tp + fn)} anomalies ${figure(tp)} were flagged and ${figure(fn)} missed; of ${figure(fp + tn)} normal rows ${figure(fp)} were flagged. Colours are shares of the true class.`,
    height: 300,
    data: [
      { name: "truth", values: cells.map(({ truth }) => truth) },
      { name: "decision", values: cells.map(({ decision }) => decision) },
      { name: "rows", values: cells.map(({ count }) => count) },
      { name: "share of the class", values: cells.map((cell) => plotted(cell.share)) },
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      tooltip: { trigger: "item", confine: true },
      grid: { left: 110, right: 24, top: 24, bottom: 56 },
      xAxis: axis("decision", {
        type: "category",
        data: ["flagged", "not flagged"],
        splitLine: { show: false },
        axisLabel: { color: "@ink", fontSize: 13 },
      }),
      yAxis: axis("truth", {
        type: "category",
        inverse: true,
        nameGap: 76,
        data: ["anomaly", "normal"],
        splitLine: { show: false },
        axisLabel: { color: "@ink", fontSize: 13 },
      }),
      // Pale, so that the figures on it can be read in both themes.
      visualMap: { show: false, min: 0, max: 1, inRange: { color: ["@background", "@episode"] } },
      series: [
        {
          type: "heatmap",
          name: "share of the class",
          itemStyle: { borderColor: "@muted", borderWidth: 1 },
          data: cells.map(
            (cell): ChartOptionItem => ({
              value: [cell.decision === "flagged" ? 0 : 1, cell.truth === "anomaly" ? 0 : 1, plotted(cell.share)],
              label: {
                show: true,
                color: "@ink",
                fontSize: 16,
                lineHeight: 24,
                formatter: `${figure(cell.count)}\n${percent(cell.share)} of the class`,
              },
            }),
          ),
        },
      ],
    },
  };
}

type ChartOptionItem = { [key: string]: ChartValue };
