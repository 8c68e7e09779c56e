import { episodesOf, type Labels } from "@telltale/core";
import type { ChartOption, ChartValue } from "../chart.js";
import { axis } from "../theme.js";

/** Episodes that are drawn as bands; the longest of more. */
const MOST_BANDS = 400;

export interface TimeAxis {
  /** Milliseconds since 1970-01-01 UTC, one a row; absent: rows are counted from 1. */
  readonly times?: ArrayLike<number>;
  /** What was found: 0 or 1 a row. */
  readonly flags?: Labels;
  /** What was true: 0 or 1 a row. */
  readonly labels?: Labels;
  /** Charts of one group move together. */
  readonly group?: string;
}

/** Where a row stands on the axis. */
export function place(times: ArrayLike<number> | undefined, i: number): number {
  return times === undefined ? i + 1 : (times[i] as number);
}

/** The same, as data. */
export function timeText(times: ArrayLike<number> | undefined, i: number): number | string {
  const at = place(times, i);
  return times === undefined ? at : new Date(at).toISOString();
}

/** An axis of time, or of rows where no time is known. */
export function timeAxis(times: ArrayLike<number> | undefined, more: ChartOption = {}): ChartOption {
  return axis(times === undefined ? "row" : "", {
    type: times === undefined ? "value" : "time",
    ...(times === undefined ? { min: "dataMin", max: "dataMax" } : {}),
    splitLine: { show: false },
    ...more,
  });
}

/** Bands from the first to the last row of each episode. */
function bands(rows: Labels, times: ArrayLike<number> | undefined): ChartValue[] {
  const episodes = episodesOf(rows);
  const longest = [...episodes].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, MOST_BANDS);
  return longest.map(
    ({ start, end }): ChartValue => [{ xAxis: place(times, start) }, { xAxis: place(times, end - 1) }],
  );
}

/** The part of a series that draws episodes as bands behind it. */
export function bandArea(rows: Labels | undefined, times: ArrayLike<number> | undefined): ChartOption {
  if (rows === undefined) return {};
  return { markArea: { silent: true, itemStyle: { color: "@episode", opacity: 0.6 }, data: bands(rows, times) } };
}

/** Slider and wheel, for all panels at once. */
export function zoom(panels: number): ChartValue {
  const xAxisIndex = Array.from({ length: panels }, (_, i) => i);
  return [
    { type: "inside", xAxisIndex, filterMode: "none" },
    { type: "slider", xAxisIndex, filterMode: "none", height: 18, bottom: 8, textStyle: { color: "@muted" } },
  ];
}
