import { episodesOf, type Labels, type Matrix, type Scores, ShapeError } from "@telltale/core";
import type { Chart, ChartOption, ChartValue } from "../chart.js";
import { spikes } from "../downsample.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";
import { bandArea, place, type TimeAxis, timeAxis, timeText, zoom } from "./time-axis.js";

const MOST_POINTS = 4000;
const MOST_SENSORS = 12;
const PANEL = 84;
const STRIP = 26;
const GAP = 36;
const TOP = 34;

/** One field of the picture, from top to bottom. */
interface Field {
  readonly name: string;
  readonly height: number;
  readonly series: ChartOption;
  readonly y: ChartOption;
}

/**
 * A series with its scores and what was flagged, under each other on one axis: the columns, the scores with the threshold,
 * then the flagged and, where labels are known, the true episodes as strips.
 *
 * @param x  rows × columns in the order of time; of more than 12 columns the first 12 are drawn
 * @param scores  n scores
 * @throws ShapeError `SHAPE_MISMATCH` for another number of scores than rows
 */
export function anomaliesChart(
  x: Matrix | undefined,
  scores: Scores,
  threshold: number | undefined,
  given: TimeAxis = {},
): Chart {
  const { times, flags, labels, group = "time" } = given;
  if (x !== undefined && x.rows !== scores.length) {
    throw new ShapeError("SHAPE_MISMATCH", `${x.rows} rows need as many scores; found ${scores.length}`);
  }
  const sensors = Math.min(x?.cols ?? 0, MOST_SENSORS);
  const columns = Array.from({ length: sensors }, (_, j) => ({
    name: x?.columns?.[j] ?? `column ${j + 1}`,
    values: Float64Array.from({ length: scores.length }, (_, i) => x?.data[i * x.cols + j] as number),
  }));
  const marked = flags ?? labels;
  const fields: Field[] = [
    ...columns.map(
      ({ name, values }): Field => ({
        name,
        height: PANEL,
        y: { scale: true, splitNumber: 2 },
        series: { ...line(name, values, "@normal", times), ...bandArea(marked, times) },
      }),
    ),
    {
      name: "score",
      height: PANEL,
      y: { scale: true, splitNumber: 2 },
      series: { ...line("score", scores, "@score", times), ...thresholdMark(threshold) },
    },
    ...(flags === undefined ? [] : [strip("flagged", flags, "@anomaly", times)]),
    ...(labels === undefined ? [] : [strip("true", labels, "@threshold", times)]),
  ];
  const tops: number[] = [];
  let top = TOP;
  for (const { height } of fields) {
    tops.push(top);
    top += height + GAP;
  }
  const kept = spikes(scores, MOST_POINTS);
  return {
    name: "anomalies-over-time",
    title: "Series, scores and what was flagged",
    summary:
      `${figure(scores.length)} rows${sensors > 0 ? ` of ${figure(sensors)}${sensors < (x?.cols ?? 0) ? ` of ${figure(x?.cols ?? 0)}` : ""} columns` : ""}, their scores${threshold === undefined ? "" : ` with the threshold ${figure(threshold)}`}` +
      `${flags === undefined ? "" : `; flagged episodes: ${figure(episodesOf(flags).length)}`}${labels === undefined ? "" : `; true episodes: ${figure(episodesOf(labels).length)}`}.`,
    height: top + 44,
    group,
    data: [
      { name: times === undefined ? "row" : "time", values: kept.map((i) => timeText(times, i)) },
      ...columns.map(({ name, values }) => ({ name, values: kept.map((i) => plotted(values[i] as number)) })),
      { name: "score", values: kept.map((i) => plotted(scores[i] as number)) },
      ...(flags === undefined ? [] : [{ name: "flagged", values: kept.map((i) => flags[i] as number) }]),
      ...(labels === undefined ? [] : [{ name: "label", values: kept.map((i) => labels[i] as number) }]),
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      grid: fields.map(({ height }, f) => ({ left: 64, right: 24, top: tops[f] as number, height })),
      xAxis: fields.map((_, f) =>
        timeAxis(times, { gridIndex: f, name: "", axisLabel: { show: f === fields.length - 1, color: "@muted" } }),
      ),
      yAxis: fields.map(({ name, y }, f) =>
        axis(name, {
          gridIndex: f,
          nameLocation: "end",
          nameGap: 6,
          nameTextStyle: { color: "@ink", align: "left", fontWeight: "bold" },
          ...y,
        }),
      ),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      dataZoom: zoom(fields.length),
      series: fields.map(({ series }, f) => ({ ...series, xAxisIndex: f, yAxisIndex: f })),
    },
  };
}

function line(name: string, values: ArrayLike<number>, colour: string, times: TimeAxis["times"]): ChartOption {
  return {
    type: "line",
    name,
    showSymbol: values.length === 1,
    lineStyle: { color: colour, width: 1 },
    itemStyle: { color: colour },
    data: spikes(values, MOST_POINTS).map((i): ChartValue => [place(times, i), plotted(values[i] as number)]),
  };
}

function thresholdMark(threshold: number | undefined): ChartOption {
  if (threshold === undefined || !Number.isFinite(threshold)) return {};
  return {
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: "@threshold", type: "dashed", width: 2 },
      label: { formatter: "threshold", color: "@threshold", position: "insideStartTop" },
      data: [{ yAxis: plotted(threshold) }],
    },
  };
}

/** Episodes as blocks: their first and last rows are enough. */
function strip(name: string, rows: Labels, colour: string, times: TimeAxis["times"]): Field {
  const last = rows.length - 1;
  const corners = episodesOf(rows).flatMap(({ start, end }): [number, number][] => [
    ...(start > 0 ? ([[start - 1, 0]] as [number, number][]) : []),
    [start, 1],
    [end - 1, 1],
    ...(end <= last ? ([[end, 0]] as [number, number][]) : []),
  ]);
  const points = [
    [0, rows[0] ?? 0] as [number, number],
    ...corners,
    [Math.max(0, last), rows[last] ?? 0] as [number, number],
  ];
  return {
    name,
    height: STRIP,
    y: { min: 0, max: 1, splitNumber: 1, axisLabel: { show: false }, splitLine: { show: false } },
    series: {
      type: "line",
      name,
      step: "end",
      showSymbol: false,
      lineStyle: { color: colour, width: 1 },
      itemStyle: { color: colour },
      areaStyle: { color: colour, opacity: 0.6 },
      data: points.map(([i, value]): ChartValue => [place(times, i), value]),
    },
  };
}
