import type { ChartOption, ChartValue } from "./chart.js";
import { plotted } from "./figures.js";
import { axis, baseOption } from "./theme.js";

/** What a heat map shows: a named row for each of `rows`, the first on top, cells coloured by their values. */
export interface HeatMap {
  /** What a cell's value is. */
  readonly name: string;
  readonly columns: readonly string[];
  /** What the columns are, where their names do not say it. */
  readonly columnTitle?: string;
  /** Degrees by which the names of columns are turned, so that all of them have room; 0 writes as many as fit. */
  readonly turned: number;
  readonly rows: readonly string[];
  /** Pixels for the names of the rows, and below for those of the columns. */
  readonly room: { readonly left: number; readonly bottom: number };
  /** Values of the first and last colour, their texts, and the height of the key in pixels. */
  readonly scale: {
    readonly from: number;
    readonly to: number;
    readonly texts: readonly [from: string, to: string];
    readonly colours: readonly string[];
    readonly height: number;
  };
  /** [column, row, value]; no cell is drawn where there is none. */
  readonly cells: readonly ChartValue[];
  /** More of the series: labels of cells, borders. */
  readonly series?: ChartOption;
}

const TOP = 16;
/** From the longest name to the cells. */
const GAP = 16;

export function heatMapOption(given: HeatMap): ChartOption {
  const { name, columns, columnTitle = "", turned, rows, room, scale, cells, series = {} } = given;
  const written = { color: "@ink", interval: 0, overflow: "truncate" } as const;
  return {
    ...baseOption(),
    legend: { show: false },
    tooltip: { trigger: "item", confine: true },
    grid: { left: room.left, right: 90, top: TOP, bottom: room.bottom },
    xAxis: axis(columnTitle, {
      type: "category",
      data: columns,
      splitLine: { show: false },
      ...(turned === 0 ? {} : { axisLabel: { ...written, rotate: turned, width: nameLength(room.bottom, turned) } }),
    }),
    yAxis: axis("", {
      type: "category",
      inverse: true,
      data: rows,
      splitLine: { show: false },
      axisLabel: { ...written, width: room.left - GAP },
    }),
    visualMap: {
      type: "continuous",
      min: plotted(scale.from),
      max: plotted(scale.to),
      orient: "vertical",
      right: 8,
      top: TOP,
      itemHeight: scale.height,
      text: [scale.texts[1], scale.texts[0]],
      textStyle: { color: "@ink" },
      inRange: { color: scale.colours },
    },
    series: [{ type: "heatmap", name, ...series, data: cells }],
  };
}

/** Pixels that a name turned by so many degrees may be long. */
function nameLength(room: number, degrees: number): number {
  return Math.floor((room - GAP) / Math.sin((degrees * Math.PI) / 180));
}
