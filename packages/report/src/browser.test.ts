import { fromRows } from "@telltale/core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { costChart, scoreReport, toHtml } from "./index.js";
import { CHROMIUM } from "./testing/browser.js";
import { View } from "./testing/view.js";

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
if (CHROMIUM === undefined) console.warn("skipped: there is no Chromium; install one, or name it in CHROMIUM");

const rows = 3000;
const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 300 > 270 ? 1 : 0));
const scores = Float64Array.from({ length: rows }, (_, i) => ((i * 37) % 100) / 100 + 0.7 * (labels[i] as number));
const flags = Uint8Array.from(scores, (score) => (score > 0.98 ? 1 : 0));
const times = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2026, 0, 1) + i * 1000);
const sensors = fromRows(
  Array.from({ length: rows }, (_, i) => [Math.sin(i / 90), i % 5]),
  ["Flow", "Pressure"],
);
const report = scoreReport({
  title: "Pump 7",
  scores,
  flags,
  labels,
  times,
  threshold: 0.98,
  sensors,
  footer: "made by a test",
});
const page = toHtml({ ...report, parts: [...report.parts, { kind: "chart", chart: costChart(labels, scores) }] });

describe.skipIf(CHROMIUM === undefined)("a page in Chromium", () => {
  let opened: View;
  let view: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    opened = await View.open(page);
    view = opened.page;
    complaints = opened.complaints;
  });

  afterAll(() => opened?.close());

  it("draws every chart without a complaint and without a network", async () => {
    const drawn = await view.locator("[data-chart] svg").count();
    expect(drawn).toBe(report.parts.filter(({ kind }) => kind === "chart").length + 1);
    for (const box of await view.locator("[data-chart]").all()) {
      const { width = 0, height = 0 } = (await box.boundingBox()) ?? {};
      expect(width).toBeGreaterThan(600);
      expect(height).toBeGreaterThan(250);
    }
    expect(complaints).toEqual([]);
  });

  it("zooms all charts of one time axis together", async () => {
    const extent = (id: string) =>
      view.evaluate((name) => {
        const place = document.querySelector(`#${name} [data-chart]`);
        const { echarts } = globalThis as unknown as { echarts: { getInstanceByDom(at: Element | null): never } };
        const chart = echarts.getInstanceByDom(place) as {
          getOption(): { dataZoom: { start: number; end: number }[] };
        };
        const [{ start, end } = { start: 0, end: 0 }] = chart.getOption().dataZoom;
        return end - start;
      }, id);
    expect(await extent("scores-over-time")).toBe(100);
    const box = (await view.locator("#scores-over-time [data-chart]").boundingBox()) as {
      x: number;
      y: number;
      width: number;
    };
    await view.locator("#scores-over-time [data-chart]").scrollIntoViewIfNeeded();
    const seen = (await view.locator("#scores-over-time [data-chart]").boundingBox()) ?? { ...box, height: 300 };
    await view.mouse.move(seen.x + seen.width / 2, seen.y + 150);
    await view.mouse.wheel(0, -400);
    await expect.poll(() => extent("scores-over-time")).toBeLessThan(100);
    await expect.poll(() => extent("sensors-over-time")).toBeLessThan(100);
  });

  it("changes to dark and back, by keyboard too", async () => {
    const background = () => view.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await view.locator("#theme").focus();
    await view.keyboard.press("Enter");
    expect(await background()).not.toBe(light);
    expect(await view.locator("#theme").textContent()).toBe("Light");
    await view.keyboard.press("Enter");
    expect(await background()).toBe(light);
    expect(complaints).toEqual([]);
  });

  it.each(["light", "dark"] as const)("can be read by everybody, %s", async (theme) => {
    expect(await opened.barriers(theme)).toEqual([]);
  });

  it("is a page of pictures where no script runs", async () => {
    const context = await opened.browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(opened.address);
    expect(await still.locator("figure svg").count()).toBeGreaterThan(5);
    await context.close();
  });
});
