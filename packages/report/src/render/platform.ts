import * as echarts from "echarts";

/** Width of a text in pixels, in a font as CSS writes it. */
type Measure = (text: string, font?: string) => { width: number };

/** Shares of the font's size. Faces differ: these are of a wide one, so that texts keep apart in a narrow one, too. */
const NARROW = 0.36;
const MIDDLE = 0.62;
const WIDE = 0.86;
const NARROW_SIGNS = new Set(" .,:;'|!()[]ijlIftr-/\\`");
const WIDE_SIGNS = new Set("mwMWOQ@%&—…");
/** Ideographs and the like are as wide as high. */
const SQUARE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/;

/** Without a font at hand: the same on every machine, so that a picture is made of the same bytes everywhere. */
export const estimatedWidth: Measure = (text, font = "12px") => {
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12);
  const bold = /\bbold\b|\b[6-9]00\b/.test(font) ? 1.08 : 1;
  let width = 0;
  for (const sign of text) {
    if (NARROW_SIGNS.has(sign)) width += NARROW;
    else if (WIDE_SIGNS.has(sign)) width += WIDE;
    else width += SQUARE.test(sign) ? 1 : MIDDLE;
  }
  return { width: width * size * bold };
};

/** Draws with other means than those of a machine without a screen, which are in place again afterwards. */
export function drawnWith<T>(measureText: Measure, createCanvas: () => unknown, draw: () => T): T {
  // Large series are painted for a frame's time and go on in the next one; where no time passes, they are finished.
  echarts.setPlatformAPI({ measureText, createCanvas, getTime: () => 0 } as never);
  try {
    return draw();
  } finally {
    echarts.setPlatformAPI({
      measureText: estimatedWidth,
      createCanvas: () => undefined,
      getTime: () => Date.now(),
    } as never);
  }
}
