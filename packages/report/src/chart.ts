/**
 * A chart as plain data: what it shows in words, the values behind it, and how ECharts draws it. It can be written as
 * JSON, drawn as SVG by {@link toSvg}, or put on a page by {@link toHtml}.
 */
export interface Chart {
  /** Stable, kebab-case: a file name. */
  readonly name: string;
  readonly title: string;
  /** What a reader should see in it, in a sentence or two: the text for those who cannot see the picture. */
  readonly summary: string;
  /** An option of ECharts without functions. A colour is a role of the theme, such as `@anomaly`. */
  readonly option: ChartOption;
  /** The values behind the picture, column by column, all of one length. */
  readonly data: readonly ChartColumn[];
  /** Height in pixels where the width is that of a page. */
  readonly height: number;
  /** Charts of one group share their horizontal axis: a cursor or zoom in one moves in all. */
  readonly group?: string;
}

export interface ChartColumn {
  readonly name: string;
  readonly values: readonly (number | string | null)[];
}

/** Plain JSON. */
export type ChartOption = { readonly [key: string]: ChartValue };
export type ChartValue = string | number | boolean | null | readonly ChartValue[] | ChartOption;

/** The values of a chart as CSV, for other programs. */
export function toCsv({ data }: Chart): string {
  const rows = data[0]?.values.length ?? 0;
  const lines = [data.map(({ name }) => cell(name)).join(",")];
  for (let i = 0; i < rows; i++) lines.push(data.map(({ values }) => cell(values[i] ?? "")).join(","));
  return `${lines.join("\n")}\n`;
}

function cell(value: number | string): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
