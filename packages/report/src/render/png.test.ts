import { expect, test, vi } from "vitest";
import { byDatasetChart, LIGHT, rocChart, toPng, toSvg } from "../index.js";

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

test("a heat map of thousands of fields is drawn whole, however slow the machine", async () => {
  const names = Array.from({ length: 60 }, (_, j) => `detector ${j}`);
  const chart = byDatasetChart({
    title: "x",
    metrics: [{ key: "a", name: "A" }],
    detectors: names.map((name) => ({ name, metrics: { a: 1 } })),
    datasets: Array.from({ length: 120 }, (_, i) => ({
      name: `set ${i}`,
      values: Object.fromEntries(names.map((name, j) => [name, i + j])),
    })),
  });
  const clock = vi.spyOn(Date, "now");
  let now = 0;
  clock.mockImplementation(() => (now += 1000));
  const slow = await toPng(chart, { scale: 1 });
  clock.mockRestore();
  expect(Buffer.from(slow).equals(Buffer.from(await toPng(chart, { scale: 1 })))).toBe(true);
  // What was left over would be painted now, on a canvas that is gone.
  await new Promise((resolve) => setTimeout(resolve, 60));
});

test("a picture as SVG stays the same after one as PNG", async () => {
  const before = toSvg(chart);
  await toPng(chart);
  expect(toSvg(chart)).toBe(before);
});
