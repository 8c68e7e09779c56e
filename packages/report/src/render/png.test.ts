import { expect, test } from "vitest";
import { LIGHT, rocChart, toPng, toSvg } from "../index.js";

const chart = rocChart([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);

test("a PNG has the size asked for, and is no blank", async () => {
  const bytes = await toPng(chart, { width: 400, height: 200, scale: 1.5 });
  expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([600, 300]);
  const { createCanvas, loadImage } = await import("@napi-rs/canvas");
  const canvas = createCanvas(600, 300);
  const pen = canvas.getContext("2d");
  pen.drawImage(await loadImage(Buffer.from(bytes)), 0, 0);
  const at = (x: number, y: number, width: number, height: number) => {
    const { data } = pen.getImageData(x, y, width, height);
    return new Set(Array.from({ length: width * height }, (_, i) => data.subarray(4 * i, 4 * i + 3).join(",")));
  };
  expect(at(0, 0, 600, 300).size).toBeGreaterThan(20);
  // The name of the horizontal axis is written below it.
  expect(at(150, 265, 300, 30).size).toBeGreaterThan(5);
  expect(at(0, 0, 4, 4)).toEqual(new Set(["255,255,255"]));
  expect(LIGHT.background).toBe("#ffffff");
});

test("a picture as SVG stays the same after one as PNG", async () => {
  const before = toSvg(chart);
  await toPng(chart);
  expect(toSvg(chart)).toBe(before);
});
