import type { ChartOption } from "../../chart.js";
import { axis } from "../../theme.js";

/** Small fields of one kind, so many in a row. */
const ACROSS = 4;
const FIELD = 120;
const BETWEEN = 62;
const TOP = 48;

/** A part of a long list of columns. */
export interface Page {
  /** From 1. */
  readonly page?: number;
  readonly pages: number;
  readonly from: number;
  readonly to: number;
}

/** The columns of a page; the last page for a number beyond. */
export function pageOf(columns: number, size: number, page = 1): Page {
  const pages = Math.max(1, Math.ceil(columns / size));
  const number = Math.min(pages, Math.max(1, Math.round(page)));
  return { page: number, pages, from: (number - 1) * size, to: Math.min(columns, number * size) };
}

/** ` Page 2 of 5.`, or nothing. */
export function pageText({ page = 1, pages }: Page): string {
  return pages === 1 ? "" : ` Page ${page} of ${pages}.`;
}

export function panelsHeight(fields: number): number {
  return TOP + Math.max(1, Math.ceil(fields / ACROSS)) * (FIELD + BETWEEN);
}

/** Grids, axes and titles of fields; the title is cut where it is longer than its field. */
export function panels(titles: readonly string[], x: ChartOption, y: ChartOption): ChartOption {
  const width = 100 / Math.min(ACROSS, Math.max(1, titles.length));
  return {
    grid: titles.map((_, f) => ({
      left: `${(f % ACROSS) * width + 4.5}%`,
      width: `${width - 6}%`,
      top: TOP + Math.floor(f / ACROSS) * (FIELD + BETWEEN) + 18,
      height: FIELD,
    })),
    title: titles.map((text, f) => ({
      text,
      left: `${(f % ACROSS) * width + 4}%`,
      top: TOP + Math.floor(f / ACROSS) * (FIELD + BETWEEN) - 8,
      textStyle: { color: "@ink", fontSize: 12, width: 190, overflow: "truncate" },
    })),
    xAxis: titles.map((_, f) => axis("", { gridIndex: f, splitLine: { show: false }, splitNumber: 3, ...x })),
    yAxis: titles.map((_, f) => axis("", { gridIndex: f, splitNumber: 2, ...y })),
  };
}
