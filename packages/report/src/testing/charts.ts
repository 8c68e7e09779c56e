import { expect } from "vitest";
import { type Chart, type Report, toCsv, toSvg } from "../index.js";

export function chartsOf({ parts }: Report): Chart[] {
  return parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : []));
}

/** What holds for every chart: plain data, columns of one length, a description, and a picture without script. */
export function expectWhole(chart: Chart): void {
  expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
  expect(chart.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(chart.summary.length).toBeGreaterThan(20);
  expect(`${chart.title} ${chart.summary}`).not.toMatch(/NaN|undefined|Infinity|null/);
  const lengths = new Set(chart.data.map(({ values }) => values.length));
  expect(lengths.size).toBe(1);
  const svg = toSvg(chart);
  expect(svg).toMatch(/^<svg [^>]*role="img"><title>/);
  expect(svg).not.toMatch(/@[a-z]+/);
  expect(svg).not.toContain("<script");
  expect(svg).not.toContain("NaN");
  expect(toCsv(chart).trimEnd().split("\n").length).toBeGreaterThanOrEqual(1);
}
