import { fromRows, Random } from "@telltale/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  anomaliesChart,
  type Chart,
  comparisonReport,
  confusionChart,
  contributionsChart,
  costChart,
  explorationReport,
  explore,
  latentChart,
  lossChart,
  type Report,
  scoreReport,
  toHtml,
  trainingReport,
} from "./index.js";
import { CHROMIUM } from "./testing/browser.js";
import { chartsOf } from "./testing/charts.js";
import { View } from "./testing/view.js";

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
if (CHROMIUM === undefined) console.warn("skipped: there is no Chromium; install one, or name it in CHROMIUM");

const NASTY = `</script><script>alert("x")</script><img src=x onerror=alert(2)>&'`;
const random = new Random(4);
const rows = 300;
const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 100 > 90 ? 1 : 0));
const scores = Float64Array.from(labels, (label) => random.uniform() + 0.8 * label);
const flags = Uint8Array.from(scores, (score) => (score > 0.97 ? 1 : 0));
const times = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2026, 0, 1) + 1000 * (i > 200 ? i + 900 : i));
const names = [NASTY, "flow", "pressure", "temperature"];
const values = names.map((_, j) =>
  Float64Array.from(labels, (label, i) => Math.sin(i / (5 + j)) + random.normal() + j * label),
);
const sensors = fromRows(
  Array.from({ length: rows }, (_, i) => values.map((column) => column[i] as number)),
  names,
);
const parts = fromRows(
  Array.from({ length: rows }, () => names.map(() => random.normal())),
  names,
);

const seen = explore(
  {
    rows,
    columns: [
      { name: "when", type: "timestamp", values: times },
      ...values.map((column, j) => ({
        name: names[j] as string,
        type: "float64" as const,
        values: column.map((v, i) => (j === 1 && i % 9 === 0 ? Number.NaN : v)),
      })),
      { name: "label", type: "float64", values: Float64Array.from(labels) },
    ],
  },
  { label: "label", split: 0.6 },
);
const detectors = ["lof", NASTY, "knn", "random"];
const comparison = comparisonReport({
  title: "x",
  metrics: [{ key: "f1", name: "F1" }],
  detectors: detectors.map((name, i) => ({
    name,
    metrics: { f1: 0.9 - i / 5 },
    deviations: { f1: 0.02 },
    meanRank: i + 1,
    fitSeconds: 10 ** -i,
    control: name === "random",
  })),
  groups: [detectors.slice(0, 2), detectors.slice(1, 3)],
  datasets: ["a", "b", "c"].map((name, k) => ({
    name,
    values: Object.fromEntries(detectors.map((of, i) => [of, (i + k) / 9])),
  })),
});
const others: Chart[] = [
  costChart(labels, scores),
  confusionChart({ tp: 3, fp: 20, fn: 1, tn: 80 }),
  lossChart({ training: [3, 2, 1], validation: [3, 2.5, 2.6], kept: 2 }),
  contributionsChart(parts, flags, scores, times),
  latentChart(fromRows(Array.from({ length: rows }, (_, i) => [values[0]?.[i] as number, values[1]?.[i] as number])), {
    labels,
  }),
  { ...anomaliesChart(sensors, scores, 0.97, { flags, labels, times }), group: "others" },
];
const report: Report = {
  title: NASTY,
  parts: [
    ...explorationReport(seen, { title: "x" }).parts,
    ...scoreReport({ title: "x", scores, flags, labels, times, sensors, threshold: 0.97 }).parts,
    ...trainingReport({ title: "x", facts: [["detector", "lof"]] }).parts,
    ...comparison.parts,
    ...others.map((chart) => ({ kind: "chart", chart }) as const),
  ],
};

describe.skipIf(CHROMIUM === undefined)("every chart there is, on one page in Chromium", () => {
  let view: View;
  beforeAll(async () => {
    view = await View.open(toHtml(report));
  });
  afterAll(() => view?.close());

  const zoomOf = (id: string) =>
    view.page.evaluate((name) => {
      const { echarts } = globalThis as unknown as {
        echarts: {
          getInstanceByDom(at: Element | null): { getOption(): { dataZoom: { start: number; end: number }[] } };
        };
      };
      const [zoom] = echarts.getInstanceByDom(document.querySelector(`#${name} [data-chart]`)).getOption().dataZoom;
      return [Math.round(zoom?.start ?? -1), Math.round(zoom?.end ?? -1)];
    }, id);

  it("is drawn without a complaint, without a network, with its text inside", async () => {
    const charts = chartsOf(report);
    expect(charts.length).toBeGreaterThan(22);
    expect(await view.page.locator("[data-chart] svg").count()).toBe(charts.length);
    for (const { name } of charts) {
      const text = await view.page.locator(`#${name} [data-chart]`).first().textContent();
      expect(text?.length, name).toBeGreaterThan(5);
    }
    expect(view.complaints).toEqual([]);
  });

  it("is zoomed with keys alone, with all charts of its group", async () => {
    await view.page.locator("#anomalies-over-time [data-chart]").focus();
    await view.page.keyboard.press("+");
    expect(await zoomOf("anomalies-over-time")).toEqual([25, 75]);
    await view.page.keyboard.press("ArrowRight");
    expect(await zoomOf("anomalies-over-time")).toEqual([38, 88]);
    await view.page.keyboard.press("Home");
    expect(await zoomOf("anomalies-over-time")).toEqual([0, 100]);
    await view.page.locator("#scores-over-time [data-chart]").focus();
    await view.page.keyboard.press("+");
    await expect.poll(() => zoomOf("sensors-over-time")).toEqual([25, 75]);
    expect(view.complaints).toEqual([]);
  });

  it("takes the width of paper to be printed, and is back afterwards", async () => {
    const widths = () =>
      view.page.evaluate(() =>
        [...document.querySelectorAll("[data-chart] svg")].map((svg) => svg.getBoundingClientRect().width),
      );
    await view.page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(Math.max(...(await widths()))).toBeLessThanOrEqual(690);
    await view.page.evaluate(() => dispatchEvent(new Event("afterprint")));
    expect(Math.min(...(await widths()))).toBeGreaterThan(900);
  });

  it.each(["light", "dark"] as const)("can be read by everybody, %s", async (theme) => {
    expect(await view.barriers(theme)).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
});
