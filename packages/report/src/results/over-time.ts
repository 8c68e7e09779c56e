import { episodesOf, type Matrix, type Scores } from "@telltale/core";
import type { Chart, ChartValue } from "../chart.js";
import { spikes } from "../downsample.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";
import { bandArea, place, type TimeAxis, timeAxis, timeText, zoom } from "./time-axis.js";

/** Points of one line: every pixel of a wide screen has its least and its greatest value. */
const MOST_POINTS = 6000;
/** Sensors that fit under each other. */
const MOST_SENSORS = 60;
const PANEL = 90;
const GAP = 34;

function points(values: ArrayLike<number>, times: ArrayLike<number> | undefined): ChartValue[] {
  return spikes(values, MOST_POINTS).map((i): ChartValue => [place(times, i), plotted(values[i] as number)]);
}

/**
 * Scores, such as reconstruction errors, over time, with the threshold, the rows flagged as points and, where labels are
 * known, the true episodes as bands.
 *
 * @param scores  n scores in the order of time
 */
export function scoresOverTime(scores: Scores, threshold: number | undefined, given: TimeAxis = {}): Chart {
  const { times, flags, labels, group = "time" } = given;
  const flagged =
    flags === undefined ? [] : Array.from({ length: flags.length }, (_, i) => i).filter((i) => flags[i] === 1);
  const step = Math.max(1, Math.ceil(flagged.length / MOST_POINTS));
  const shown = flagged.filter((_, k) => k % step === 0);
  const kept = spikes(scores, MOST_POINTS);
  return {
    name: "scores-over-time",
    title: "Scores over time",
    summary:
      `${figure(scores.length)} rows${flags === undefined ? "" : `, ${figure(flagged.length)} of them flagged in ${figure(episodesOf(flags).length)} ${episodesOf(flags).length === 1 ? "episode" : "episodes"}`}` +
      `${threshold === undefined ? "" : `; the threshold is ${figure(threshold)}`}${labels === undefined ? "" : "; bands are the true episodes"}.`,
    height: 380,
    group,
    data: [
      { name: times === undefined ? "row" : "time", values: kept.map((i) => timeText(times, i)) },
      { name: "score", values: kept.map((i) => plotted(scores[i] as number)) },
      ...(flags === undefined ? [] : [{ name: "flagged", values: kept.map((i) => flags[i] as number) }]),
      ...(labels === undefined ? [] : [{ name: "label", values: kept.map((i) => labels[i] as number) }]),
    ],
    option: {
      ...baseOption(),
      grid: { left: 64, right: 24, top: 40, bottom: 78 },
      xAxis: timeAxis(times),
      yAxis: axis("score", { scale: true }),
      dataZoom: zoom(1),
      series: [
        {
          type: "line",
          name: "score",
          showSymbol: false,
          lineStyle: { color: "@score", width: 1 },
          itemStyle: { color: "@score" },
          data: points(scores, times),
          ...bandArea(labels, times),
          ...(threshold === undefined
            ? {}
            : {
                markLine: {
                  silent: true,
                  symbol: "none",
                  lineStyle: { color: "@threshold", type: "dashed", width: 2 },
                  label: { formatter: "threshold", color: "@threshold", position: "insideStartTop" },
                  data: [{ yAxis: plotted(threshold) }],
                },
              }),
        },
        {
          type: "scatter",
          name: "flagged",
          symbolSize: 5,
          itemStyle: { color: "@anomaly" },
          data: shown.map((i): ChartValue => [place(times, i), plotted(scores[i] as number)]),
        },
      ],
    },
  };
}

/**
 * The sensors of a series under each other, with the flagged episodes as bands.
 *
 * @param x  rows × cols in the order of time; of more than 60 columns the first 60 are drawn
 */
export function sensorsOverTime(x: Matrix, given: TimeAxis = {}): Chart {
  const { times, flags, labels, group = "time" } = given;
  const marked = flags ?? labels;
  const shown = Math.min(x.cols, MOST_SENSORS);
  const panels = Array.from({ length: shown }, (_, j) => ({
    name: x.columns?.[j] ?? `column ${j + 1}`,
    values: Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols + j] as number),
  }));
  // Every sensor has its spikes elsewhere: as data, every row or every so many.
  const every = Math.max(1, Math.ceil(x.rows / MOST_POINTS));
  const sampled = Array.from({ length: Math.ceil(x.rows / every) }, (_, k) => k * every);
  const height = 40 + panels.length * (PANEL + GAP) + 44;
  const episodes = marked === undefined ? 0 : episodesOf(marked).length;
  return {
    name: "sensors-over-time",
    title: "Sensors over time",
    summary: `${figure(panels.length)} ${shown < x.cols ? `of ${x.cols} ` : ""}columns over ${figure(x.rows)} rows${marked === undefined ? "" : `; bands are the ${figure(episodes)} ${flags === undefined ? "true" : "flagged"} episodes`}.`,
    height,
    group,
    data: [
      { name: times === undefined ? "row" : "time", values: sampled.map((i) => timeText(times, i)) },
      ...panels.map(({ name, values }) => ({ name, values: sampled.map((i) => plotted(values[i] as number)) })),
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      grid: panels.map((_, j) => ({ left: 64, right: 24, top: 40 + j * (PANEL + GAP), height: PANEL })),
      xAxis: panels.map((_, j) =>
        timeAxis(times, { gridIndex: j, name: "", axisLabel: { show: j === panels.length - 1, color: "@muted" } }),
      ),
      yAxis: panels.map(({ name }, j) =>
        axis(name, {
          gridIndex: j,
          scale: true,
          nameLocation: "end",
          nameGap: 6,
          nameTextStyle: { color: "@ink", align: "left", fontWeight: "bold" },
          splitNumber: 2,
        }),
      ),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      dataZoom: zoom(panels.length),
      series: panels.map(({ name, values }, j) => ({
        type: "line",
        name,
        xAxisIndex: j,
        yAxisIndex: j,
        showSymbol: false,
        lineStyle: { color: "@normal", width: 1 },
        itemStyle: { color: "@normal" },
        data: points(values, times),
        ...bandArea(marked, times),
      })),
    },
  };
}
