import * as echarts from "echarts";
import type { Chart, ChartOption } from "../chart.js";
import { coloured, LIGHT, type Theme } from "../theme.js";
import { drawnWith, estimatedWidth } from "./platform.js";

export interface SvgOptions {
  /** Pixels; default 960. */
  readonly width?: number;
  /** Pixels; default the chart's own. */
  readonly height?: number;
  readonly theme?: Theme;
}

/**
 * Draws a chart without a browser. The picture needs nothing beside itself, and says in words what it shows.
 *
 * @example
 * ```ts
 * import { rocChart, toSvg } from "@telltale/report";
 * const svg = toSvg(rocChart([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]));
 * console.log(svg.startsWith("<svg")); // true
 * ```
 */
export function toSvg(chart: Chart, options: SvgOptions = {}): string {
  const { width = 960, height = chart.height, theme = LIGHT } = options;
  return drawnWith(
    estimatedWidth,
    () => undefined,
    () => {
      const drawn = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
      try {
        drawn.setOption(coloured(still(chart.option), theme));
        return described(bare(drawn.renderToSVGString().trim(), chart.name), chart);
      } finally {
        drawn.dispose();
      }
    },
  );
}

/** Without what only moves: a picture has no zoom to drag. */
export function still(option: ChartOption): ChartOption {
  const { dataZoom: _, ...rest } = option;
  return rest;
}

/**
 * Without what only a living chart needs, and with names that do not count the pictures drawn before: the same chart gives
 * the same bytes.
 */
function bare(svg: string, name: string): string {
  return svg
    .replace(/<style >[\s\S]*?<\/style>\n?/g, "")
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, "")
    .replace(/zr\d+-/g, `${name}-`);
}

/** Title and description, which programs for the blind read out. */
function described(svg: string, { title, summary }: Chart): string {
  const end = svg.indexOf(">") + 1;
  const head = `${svg.slice(0, end - 1)} role="img">`;
  return `${head}<title>${escaped(title)}</title><desc>${escaped(summary)}</desc>${svg.slice(end)}`;
}

/** Text as it stands in HTML and XML. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
