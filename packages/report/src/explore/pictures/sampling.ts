import { ShapeError } from "@telltale/core";
import type { Chart, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { axis, baseOption } from "../../theme.js";
import type { Exploration } from "../exploration.js";
import type { TimeFindings } from "../time-profile.js";
import { durationText } from "../warnings.js";

const MOST_STEPS = 10;

/**
 * How the rows are spaced in time: how often each step occurs, and when there are gaps.
 *
 * @throws ShapeError `SHAPE_EMPTY` without a column of times
 */
export function samplingChart({ findings }: Exploration): Chart {
  const { time } = findings;
  if (time === null)
    throw new ShapeError("SHAPE_EMPTY", "a picture of the sampling needs a column of times; there is none");
  const steps = time.steps.slice(0, MOST_STEPS);
  const names = steps.map(({ step }) => spanText(step, time));
  const points = time.unit === "milliseconds";
  const [longest] = time.gaps;
  // A logarithmic axis: a gap of days stands beside one of seconds.
  const scale = points ? 1000 : 1;
  return {
    name: "sampling",
    title: "Sampling",
    summary:
      `${time.step === null ? "There is no step between rows" : `The usual step is ${spanText(time.step, time)}`}${time.regular === null ? "" : `, as ${Math.floor(100 * time.regular)} % of them are`}; ` +
      `${time.gapCount === 0 ? "there is no gap." : `${figure(time.gapCount)} ${time.gapCount === 1 ? "is a gap" : "are gaps"}, the longest ${longest === undefined ? "" : spanText(longest.to - longest.from, time)}.`}`,
    height: 420,
    data: [
      { name: "gap from", values: time.gaps.map(({ from }) => instant(from, points)) },
      { name: "gap to", values: time.gaps.map(({ to }) => instant(to, points)) },
      { name: points ? "seconds" : "length", values: time.gaps.map(({ from, to }) => plotted((to - from) / scale)) },
      { name: "row before", values: time.gaps.map(({ row }) => row + 1) },
      { name: "file", values: time.gaps.map(({ file }) => file ?? "") },
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      tooltip: { trigger: "item", confine: true },
      grid: [
        { left: 110, right: 24, top: 24, height: 130 },
        { left: 110, right: 24, top: 220, bottom: 56 },
      ],
      xAxis: [
        axis("step between rows", {
          type: "category",
          data: names,
          splitLine: { show: false },
          axisLabel: { color: "@ink", interval: 0, hideOverlap: true },
        }),
        axis(points ? "" : time.column, {
          gridIndex: 1,
          type: points ? "time" : "value",
          ...(points ? {} : { scale: true }),
          min: time.first,
          max: time.last,
        }),
      ],
      yAxis: [
        axis("rows", { splitNumber: 2, nameGap: 64, minInterval: 1 }),
        axis(points ? "gap, seconds (logarithmic)" : "gap (logarithmic)", { gridIndex: 1, type: "log", nameGap: 64 }),
      ],
      series: [
        {
          type: "bar",
          name: "rows",
          barMaxWidth: 46,
          itemStyle: { color: "@normal" },
          data: steps.map(({ rows }) => rows),
        },
        {
          type: "scatter",
          name: "gap",
          xAxisIndex: 1,
          yAxisIndex: 1,
          symbolSize: 7,
          itemStyle: { color: "@anomaly", opacity: 0.8 },
          data: time.gaps.map(({ from, to }): ChartValue => [from, plotted((to - from) / scale)]),
        },
      ],
    },
  };
}

function spanText(length: number, { unit }: TimeFindings): string {
  return unit === "milliseconds" ? durationText(length) : figure(length);
}

function instant(at: number, points: boolean): string | number {
  return points && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : at;
}
