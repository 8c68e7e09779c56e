import { extname } from "node:path";
import { writeFileAtomic } from "@telltale/data";
import { type Chart, DARK, LIGHT, toCsv, toHtml, toPng, toSvg } from "@telltale/report";
import { UsageError } from "../failure.js";
import { VERSION } from "../version.js";
import { PLOT_FORMATS, type PlotFormat } from "./kinds.js";

export interface PictureOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme: "light" | "dark";
}

/** @throws UsageError for an extension of no format */
export function pictureFormat(out: string): PlotFormat {
  const found = extname(out).slice(1).toLowerCase();
  const format = PLOT_FORMATS.find((name) => name === found);
  if (format !== undefined) return format;
  throw new UsageError(
    "USAGE",
    `--out ${out}: the extension says the format; found ${found === "" ? "none" : `.${found}`}`,
    {
      remedy: `End the name in ${PLOT_FORMATS.map((name) => `.${name}`).join(", ")}`,
    },
  );
}

/** Writes a picture, whole or not at all. */
export async function writePicture(out: string, chart: Chart, options: PictureOptions): Promise<void> {
  await writeFileAtomic(out, await encoded(chart, pictureFormat(out), options));
}

async function encoded(
  chart: Chart,
  format: PlotFormat,
  { width, height, theme }: PictureOptions,
): Promise<Uint8Array> {
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  const text = new TextEncoder();
  const drawn = { ...size, theme: theme === "dark" ? DARK : LIGHT };
  switch (format) {
    case "svg":
      return text.encode(toSvg(chart, drawn));
    case "png":
      return toPng(chart, drawn);
    case "csv":
      return text.encode(toCsv(chart));
    case "json":
      return text.encode(`${JSON.stringify(chart, null, 2)}\n`);
    case "html": {
      const shown = height === undefined ? chart : { ...chart, height };
      const footer = `Made by Telltale ${VERSION}.`;
      return text.encode(toHtml({ title: chart.title, parts: [{ kind: "chart", chart: shown }], footer }));
    }
  }
}
