import type { Chart, ChartOption, ChartValue } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { zoom } from "../../results/time-axis.js";
import { axis, baseOption } from "../../theme.js";
import type { StretchView } from "../course.js";
import type { Exploration } from "../exploration.js";
import { pageOf, pageText } from "./panels.js";

const PAGE = 24;
const PANEL = 74;
const GAP = 32;
/** Stretches of a line; fewer where there are many lines. */
const MOST_STRETCHES = 700;
const STRETCHES_OF_ALL = 8000;

/**
 * Every variable over all rows, under each other: of each stretch of rows the least and the greatest value, so that no
 * spike is lost; bands are stretches with anomalies. With a split, the parts for training and validation are marked, and
 * columns that differ most between them come first.
 *
 * @param given.page  of more than 24 columns; from 1
 */
export function courseChart(
  seen: Exploration,
  given: { readonly page?: number; readonly columns?: readonly string[] } = {},
): Chart {
  const { findings, names, course, starts } = seen;
  const { split, rows, labels } = findings;
  const drawable = ordered(seen).filter(
    (j) => given.columns === undefined || given.columns.includes(names[j] as string),
  );
  const page = pageOf(drawable.length, PAGE, given.page);
  const shown = drawable.slice(page.from, page.to);
  const most = Math.min(MOST_STRETCHES, Math.floor(STRETCHES_OF_ALL / Math.max(1, shown.length)));
  const at = clockOf(seen);
  const lines = shown.map((j) => course.of(j, most));
  const anomalous = labels === null ? [] : bandsOf(course.of(names.length, most));
  const files = starts.slice(1, 60);
  const marks: ChartOption = {
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: "@muted", type: "dotted", width: 1 },
      data: [
        ...(at.timed ? [] : files.map((row) => ({ xAxis: row + 1 }))),
        ...(split === null
          ? []
          : [{ xAxis: at.of(split.row), lineStyle: { color: "@threshold", type: "dashed", width: 2 } }]),
      ],
    },
    markArea: {
      silent: true,
      itemStyle: { color: "@episode", opacity: 0.6 },
      data: anomalous.map(([from, to]): ChartValue => [{ xAxis: at.of(from) }, { xAxis: at.of(to - 1) }]),
    },
  };
  return {
    name: `${split === null ? "course" : "split"}${page.page === 1 ? "" : `-${page.page}`}`,
    title: split === null ? "Columns over time" : "Training and validation",
    summary:
      `${figure(shown.length)} of ${figure(names.length)} columns over ${figure(rows)} rows${course.length > 1 ? ", the least and greatest value of each stretch" : ""}.` +
      `${labels === null ? "" : " Bands are stretches with anomalies."}` +
      `${split === null ? "" : ` The dashed line is row ${figure(split.row)}: training before, validation behind it; columns that differ most come first.`}${pageText(page)}`,
    height: 30 + Math.max(1, shown.length) * (PANEL + GAP) + 44,
    group: "course",
    data: [
      { name: "from row", values: (lines[0] ?? []).map(({ from }) => from + 1) },
      { name: "to row", values: (lines[0] ?? []).map(({ to }) => to) },
      ...shown.flatMap((j, k) => [
        { name: `${names[j]}: least`, values: (lines[k] as StretchView[]).map(({ min }) => plotted(min)) },
        { name: `${names[j]}: greatest`, values: (lines[k] as StretchView[]).map(({ max }) => plotted(max)) },
      ]),
    ],
    option: {
      ...baseOption(),
      legend: { show: false },
      grid: shown.map((_, k) => ({ left: 64, right: 24, top: 34 + k * (PANEL + GAP), height: PANEL })),
      xAxis: shown.map((_, k) =>
        axis("", {
          gridIndex: k,
          type: at.timed ? "time" : "value",
          ...(at.timed ? {} : { min: 1, max: Math.max(2, rows) }),
          splitLine: { show: false },
          axisLabel: { show: k === shown.length - 1, color: "@muted", hideOverlap: true },
        }),
      ),
      yAxis: shown.map((j, k) =>
        axis(names[j] as string, {
          gridIndex: k,
          scale: true,
          nameLocation: "end",
          nameGap: 6,
          nameTextStyle: { color: "@ink", align: "left", fontWeight: "bold" },
          splitNumber: 2,
        }),
      ),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      dataZoom: zoom(shown.length),
      series: shown.map((j, k) => ({
        type: "line",
        name: names[j] as string,
        xAxisIndex: k,
        yAxisIndex: k,
        showSymbol: rows === 1,
        lineStyle: { color: "@normal", width: 1 },
        itemStyle: { color: "@normal" },
        data: (lines[k] as StretchView[]).flatMap(({ from, to, min, max }): ChartValue[] => {
          if (to - from === 1 || min === max) return [[at.of(from), plotted(min)]];
          return [
            [at.of(from), plotted(min)],
            [at.of(Math.floor((from + to) / 2)), plotted(max)],
          ];
        }),
        ...marks,
      })),
    },
  };
}

/** The variables; with a split those first that differ most between its parts. */
function ordered({ findings, names }: Exploration): number[] {
  const places = Array.from(names.keys());
  if (findings.split === null) return places;
  const shift = new Map(findings.split.columns.map(({ column, shift: by }) => [column, Math.abs(by)]));
  return places.sort((a, b) => (shift.get(names[b] as string) ?? 0) - (shift.get(names[a] as string) ?? 0) || a - b);
}

/** Where rows stand on the axis: at their time, where times ascend in one file, else at their number. */
function clockOf({ findings, names, course, starts }: Exploration): {
  readonly timed: boolean;
  of(row: number): number;
} {
  const { time } = findings;
  const timed =
    time !== null && time.unit === "milliseconds" && time.backward === 0 && time.missing === 0 && starts.length === 1;
  if (!timed) return { timed, of: (row) => row + 1 };
  const stretches = course.of(names.length + 1);
  return {
    timed,
    of(row) {
      const stretch = stretches[Math.min(stretches.length - 1, Math.floor(row / course.length))] as StretchView;
      const inside = stretch.to - stretch.from - 1;
      const part = inside > 0 ? Math.min(1, (row - stretch.from) / inside) : 0;
      return Math.round(stretch.min + part * (stretch.max - stretch.min));
    },
  };
}

/** Runs of stretches with anomalies, as rows. */
function bandsOf(stretches: readonly StretchView[]): [number, number][] {
  const bands: [number, number][] = [];
  for (const { from, to, sum } of stretches) {
    if (sum === 0) continue;
    const last = bands.at(-1);
    if (last !== undefined && last[1] === from) last[1] = to;
    else bands.push([from, to]);
  }
  return bands;
}
