import type { Labels, Matrix } from "@telltale/core";
import type { ChartOption, ChartValue } from "../chart.js";
import { plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";

/** Points of a picture, of each class. */
const MOST_POINTS = 2000;

/** A field of points: two columns of a matrix against each other. */
export interface PointField {
  readonly x: number;
  readonly y: number;
  readonly names: readonly [string, string];
}

/**
 * Rows to draw: of each class all, or evenly spaced ones and those with the least and greatest values. Ascending.
 *
 * @param columns  those that are drawn
 */
export function thinnedByClass(points: Matrix, columns: readonly number[], labels: Labels | undefined): number[] {
  const classes: number[][] = [[], []];
  for (let i = 0; i < points.rows; i++) (labels?.[i] === 1 ? classes[1] : classes[0])?.push(i);
  const value = (i: number, j: number) => points.data[i * points.cols + j] as number;
  const kept = classes.flatMap((rows) => {
    const step = Math.max(1, Math.ceil(rows.length / MOST_POINTS));
    const outer = columns.flatMap((j) => [
      rows.reduce((least, i) => (value(i, j) < value(least, j) ? i : least), rows[0] ?? 0),
      rows.reduce((most, i) => (value(i, j) > value(most, j) ? i : most), rows[0] ?? 0),
    ]);
    return rows.length === 0 ? [] : [...rows.filter((_, k) => k % step === 0), ...outer];
  });
  return [...new Set(kept)].sort((a, b) => a - b);
}

/** Two fields side by side; one alone has the whole width. */
const FIELD_HEIGHT = 300;
const TOP = 40;
const BETWEEN = 76;

/** Height of a picture of so many fields. */
export function scatterHeight(fields: number): number {
  return fields === 1 ? 480 : TOP + Math.ceil(fields / 2) * (FIELD_HEIGHT + BETWEEN);
}

/** Fields of points, anomalies above normal rows. */
export function scatterOption(
  points: Matrix,
  kept: readonly number[],
  fields: readonly PointField[],
  labels: Labels | undefined,
): ChartOption {
  const single = fields.length === 1;
  const classes = [
    { name: labels === undefined ? "rows" : "normal", label: 0, colour: "@normal", opacity: 0.45, size: 4 },
    { name: "anomaly", label: 1, colour: "@anomaly", opacity: 0.75, size: 5 },
  ].filter(({ label }) => label === 0 || labels !== undefined);
  const at = (i: number, j: number) => plotted(points.data[i * points.cols + j] as number);
  return {
    ...baseOption(),
    tooltip: { trigger: "item", confine: true },
    grid: fields.map((_, f) =>
      single
        ? { left: 72, right: 24, top: TOP, bottom: 56 }
        : {
            left: f % 2 === 0 ? 72 : "56%",
            right: f % 2 === 0 ? "51%" : 24,
            top: TOP + Math.floor(f / 2) * (FIELD_HEIGHT + BETWEEN),
            height: FIELD_HEIGHT,
          },
    ),
    xAxis: fields.map(({ names }, f) => axis(names[0], { gridIndex: f, scale: true, splitNumber: 4 })),
    yAxis: fields.map(({ names }, f) => axis(names[1], { gridIndex: f, scale: true, nameGap: 48 })),
    series: classes.flatMap(({ name, label, colour, opacity, size }) =>
      fields.map(
        ({ x, y }, f): ChartOption => ({
          type: "scatter",
          name,
          xAxisIndex: f,
          yAxisIndex: f,
          symbolSize: size,
          itemStyle: { color: colour, opacity },
          data: kept.filter((i) => (labels?.[i] ?? 0) === label).map((i): ChartValue => [at(i, x), at(i, y)]),
        }),
      ),
    ),
  };
}
