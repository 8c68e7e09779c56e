import { fromRows } from "@telltale/core";
import { describe, expect, it } from "vitest";
import {
  type Chart,
  type Report,
  rocChart,
  scoreReport,
  scoresOverTime,
  sensorsOverTime,
  toCsv,
  toHtml,
  toSvg,
} from "./index.js";

const NASTY = `</script><script>alert("x")</script>&'`;
const rows = 400;
const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 40 > 35 ? 1 : 0));
const scores = Float64Array.from({ length: rows }, (_, i) => ((i * 37) % 100) / 100 + (labels[i] as number));
const flags = Uint8Array.from(scores, (score) => (score > 0.98 ? 1 : 0));
const sensors = fromRows(
  Array.from({ length: rows }, (_, i) => [Math.sin(i / 9), i % 5]),
  [NASTY, "Pressure"],
);
const times = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2026, 0, 1) + i * 1000);
const report = scoreReport({
  title: NASTY,
  scores,
  flags,
  labels,
  times,
  threshold: 0.98,
  sensors,
  facts: [["seed", 7]],
});

function chartsOf({ parts }: Report): Chart[] {
  return parts.flatMap((part) => (part.kind === "chart" ? [part.chart] : []));
}

describe("every chart", () => {
  it.each(chartsOf(report).map((chart) => [chart.name, chart] as const))(
    "%s is plain data and a picture",
    (_, chart) => {
      expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
      expect(chart.summary.length).toBeGreaterThan(30);
      const lengths = new Set(chart.data.map(({ values }) => values.length));
      expect(lengths.size).toBe(1);
      const svg = toSvg(chart);
      expect(svg).toMatch(/^<svg [^>]*role="img"><title>/);
      expect(svg).not.toContain("@ink");
      expect(svg).not.toContain("<script");
      expect(toCsv(chart).trimEnd().split("\n")).toHaveLength(1 + (chart.data[0]?.values.length ?? 0));
    },
  );
});

describe("a page", () => {
  const page = toHtml(report);

  it("needs nothing beside itself", () => {
    const body = page.replace(/<script>[\s\S]*?<\/script>/g, "");
    expect(body).not.toMatch(/(src|href)=/);
  });

  it("shows names as they are, whatever is in them", () => {
    expect(page).not.toContain(`<script>alert`);
    expect(page).toContain("&lt;/script&gt;&lt;script&gt;alert(&quot;x&quot;)");
    expect([...page.matchAll(/<\/script>/g)]).toHaveLength(3);
  });

  it("says how good the detector is", () => {
    expect(page).toMatch(/<caption>Confusion matrix<\/caption>/);
    expect(page).toMatch(/<h3>ROC curve, area [01]\.\d+<\/h3>/);
  });

  it("says what made the flagged episodes, where it is known", () => {
    const contributions = fromRows(
      Array.from({ length: rows }, (_, i) => [i % 3, 1]),
      ["Flow", "Pressure"],
    );
    const given = { title: "why", scores, contributions };
    expect(chartsOf(scoreReport({ ...given, flags })).map(({ name }) => name)).toContain("contributions");
    const none = new Uint8Array(rows);
    expect(chartsOf(scoreReport({ ...given, flags: none })).map(({ name }) => name)).not.toContain("contributions");
  });

  it("does without labels, and without charts", () => {
    const bare = scoreReport({ title: "bare", scores, flags });
    expect(chartsOf(bare).map(({ name }) => name)).toEqual(["scores-over-time", "score-histogram", "score-box-plot"]);
    expect(toHtml({ title: "text", parts: [{ kind: "text", text: "nothing" }] })).toContain("<p>nothing</p>");
  });
});

describe("odd data", () => {
  it("draws one row, equal scores, one class, and scores without end", () => {
    const one = scoreReport({ title: "one", scores: [0.5], flags: [0], labels: [0], threshold: 1 });
    expect(chartsOf(one).map(({ name }) => name)).not.toContain("roc-curve");
    expect(toHtml(one)).toContain("ROC-AUC");
    expect(toHtml(scoreReport({ title: "same", scores: [1, 1, 1], flags: [0, 0, 0] }))).toContain("Scores by class");
    const endless = scoresOverTime([0, Number.POSITIVE_INFINITY, 1], 2, { flags: [0, 1, 0] });
    expect(JSON.stringify(endless.option)).toContain("null");
  });

  it("keeps the page of a million rows and of 500 sensors small", () => {
    const many = Float64Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i / 1000));
    expect(JSON.stringify(scoresOverTime(many, 2).option).length).toBeLessThan(400_000);
    const wide = fromRows([Array.from({ length: 500 }, (_, j) => j), Array.from({ length: 500 }, () => 0)]);
    expect(sensorsOverTime(wide).summary).toContain("60 of 500 columns");
  });

  it("refuses one class for a ROC curve", () => {
    expect(() => rocChart([0, 0], [1, 2])).toThrow(/needs normal and anomalous rows/);
  });
});
