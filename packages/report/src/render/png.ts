import { FileError } from "@telltale/core";
import * as echarts from "echarts";
import type { Chart } from "../chart.js";
import { coloured, LIGHT } from "../theme.js";
import { drawnWith, estimatedWidth } from "./platform.js";
import { type SvgOptions, still } from "./svg.js";

export interface PngOptions extends SvgOptions {
  /** Pixels of the picture for each pixel of the drawing; default 2, for screens of high resolution and for print. */
  readonly scale?: number;
}

/**
 * Draws a chart as a PNG picture, with the fonts of the system.
 *
 * @returns the bytes of the file
 * @throws FileError `FILE_UNWRITABLE` where this machine has no font, or no build of the drawing library: SVG needs neither
 * @example
 * ```ts
 * import { rocChart, toPng } from "@telltale/report";
 * const bytes = await toPng(rocChart([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]));
 * console.log(String.fromCharCode(...bytes.subarray(1, 4))); // PNG
 * ```
 */
export async function toPng(chart: Chart, options: PngOptions = {}): Promise<Uint8Array> {
  const { width = 960, height = chart.height, theme = LIGHT, scale = 2 } = options;
  const { createCanvas, GlobalFonts } = await rasteriser();
  const [family] = preferred(GlobalFonts.families.map((each) => each.family));
  if (family === undefined) {
    throw new FileError("FILE_UNWRITABLE", "a PNG needs a font; none is installed", {
      remedy: "Install one (Debian: fonts-dejavu-core), or write an .svg, which needs none",
    });
  }
  const canvas = createCanvas(Math.round(width * scale), Math.round(height * scale));
  const pen = createCanvas(1, 1).getContext("2d");
  const measure = (text: string, font = `12px ${family}`) => {
    pen.font = font;
    // By the width of this sign the height of a line is found; few fonts have it.
    return text === "国" ? estimatedWidth(text, font) : pen.measureText(text);
  };
  const picture = drawnWith(
    measure,
    () => createCanvas(1, 1),
    () => {
      const drawn = echarts.init(canvas as never, null, { renderer: "canvas", width, height, devicePixelRatio: scale });
      try {
        const option = coloured(still(chart.option), theme);
        const textStyle = { ...(option.textStyle as object), fontFamily: family };
        // A description is for the readers of a page; a canvas has no place for it.
        drawn.setOption({ ...option, textStyle, aria: { enabled: false } });
        // Large series are drawn in layers, which this puts together.
        const whole = drawn.renderToCanvas({ pixelRatio: scale }) as unknown as typeof canvas;
        return whole.toBuffer("image/png");
      } finally {
        drawn.dispose();
      }
    },
  );
  return new Uint8Array(picture.buffer, picture.byteOffset, picture.byteLength);
}

/** The plain sans-serif face of a system first. */
function preferred(families: readonly string[]): string[] {
  const known = ["DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "Roboto", "Segoe UI"];
  return [...known.filter((name) => families.includes(name)), ...families];
}

async function rasteriser() {
  try {
    return await import("@napi-rs/canvas");
  } catch (cause) {
    throw new FileError("FILE_UNWRITABLE", "the library that draws PNGs cannot be loaded on this machine", {
      remedy: "Write an .svg instead; or install @napi-rs/canvas, which has builds for most systems",
      cause,
    });
  }
}
