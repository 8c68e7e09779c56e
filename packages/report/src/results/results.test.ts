import { fromRows, Random, ShapeError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import {
  anomaliesChart,
  confusionChart,
  contributionsChart,
  episodeContributions,
  latentChart,
  lossChart,
  pcaChart,
} from "../index.js";
import { expectWhole } from "../testing/charts.js";

const rows = 300;
const random = new Random(5);
const labels = Uint8Array.from({ length: rows }, (_, i) => (i >= 100 && i < 120 ? 1 : 0));
const flags = Uint8Array.from({ length: rows }, (_, i) => ((i >= 105 && i < 125) || i === 200 ? 1 : 0));
const scores = Float64Array.from({ length: rows }, (_, i) => (flags[i] === 1 ? 2 + i / rows : random.uniform()));
const x = fromRows(
  Array.from({ length: rows }, (_, i) => [random.normal(), 2 * random.normal() + (labels[i] === 1 ? 9 : 0), 7]),
  ["flow", "pressure", "constant"],
);
const times = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2026, 0, 1) + i * 60_000);

describe("the confusion matrix", () => {
  it("has counts and shares of the true class", () => {
    const chart = confusionChart({ tp: 3, fp: 20, fn: 1, tn: 80 });
    expectWhole(chart);
    expect(chart.summary).toContain("Of 4 anomalies 3 were flagged and 1 missed; of 100 normal rows 20 were flagged");
    expect(chart.data[3]?.values).toEqual([0.75, 0.25, 0.2, 0.8]);
  });

  it("does without a class", () => {
    const chart = confusionChart({ tp: 0, fp: 0, fn: 0, tn: 5 });
    expectWhole(chart);
    expect(chart.data[3]?.values).toEqual([0, 0, 0, 1]);
  });
});

describe("loss", () => {
  it("is drawn by epoch, with validation and the epoch that was kept", () => {
    const chart = lossChart({ training: [1, 0.5, 0.2, 0.1], validation: [1.1, 0.7, 0.6, 0.8], kept: 3 });
    expectWhole(chart);
    expect(chart.title).toBe("Loss over 4 epochs");
    expect(chart.summary).toContain("least at epoch 3: 0.6. The weights of epoch 3 were kept");
    expect(JSON.stringify(chart.option)).not.toContain('"log"');
  });

  it("has a logarithmic axis where losses differ by much, gaps where they are no numbers, and one epoch", () => {
    expect(JSON.stringify(lossChart({ training: [100, 1, 0.01] }).option)).toContain('"log"');
    const chart = lossChart({ training: [Number.NaN], unit: "round" });
    expectWhole(chart);
    expect(chart.title).toBe("Loss over 1 round");
  });

  it("refuses no epoch, and another number of validation losses", () => {
    expect(() => lossChart({ training: [] })).toThrow(ShapeError);
    expect(() => lossChart({ training: [1, 2], validation: [1] })).toThrow(
      /2 losses of validation are needed; found 1/,
    );
  });
});

describe("contributions", () => {
  const parts = fromRows(
    Array.from({ length: rows }, (_, i) => (i === 200 ? [0, 0, 5] : [1, 3, -2])),
    ["flow", "pressure", "constant"],
  );

  it("are means over each episode, highest peak first", () => {
    const [first, second] = episodeContributions(parts, flags, scores);
    expect(first).toMatchObject({ from: 201, to: 201 });
    expect([...(first?.means ?? [])]).toEqual([0, 0, 5]);
    expect(second).toMatchObject({ from: 106, to: 125 });
    expect([...(second?.means ?? [])].map((v) => Number(v.toFixed(9)))).toEqual([1, 3, -2]);
  });

  it("are drawn as shares of what pushes up", () => {
    const chart = contributionsChart(parts, flags, scores, times);
    expectWhole(chart);
    expect(chart.summary).toContain("constant has the largest share over all: 50 %");
    expect(chart.data[0]?.values[0]).toBe("2026-01-01T03:20:00.000Z");
  });

  it("need a flagged row, and as many flags as rows", () => {
    expect(() => contributionsChart(parts, new Uint8Array(rows), scores)).toThrow(/need a flagged row/);
    expect(() => contributionsChart(parts, flags.subarray(1), scores)).toThrow(/300 rows/);
  });
});

describe("points in two dimensions", () => {
  it("are drawn by class, thinned where there are many", () => {
    const many = fromRows(Array.from({ length: 9000 }, (_, i) => [i, (i * i) % 101]));
    const chart = latentChart(many, { labels: Uint8Array.from({ length: 9000 }, (_, i) => (i > 8990 ? 1 : 0)) });
    expectWhole(chart);
    expect(chart.summary).toMatch(/9,000 rows in two dimensions, coloured by class; 1,8\d\d of them are drawn/);
    expect(chart.data[2]?.values.filter((label) => label === 1)).toHaveLength(9);
    expect(() => latentChart(x)).toThrow(/2 columns; found 3/);
  });

  it("are principal components of the columns that vary, without rows with missing values", () => {
    const holes = { ...x, data: Float64Array.from(x.data, (v, at) => (at === 3 ? Number.NaN : v)) };
    const chart = pcaChart(holes, labels);
    expectWhole(chart);
    expect(chart.summary).toContain("1 rows with missing values are left out");
    // Two columns that hardly go together: each component has about half of the variance.
    expect(chart.data[0]?.name).toMatch(/^first component, 5\d % of the variance$/);
    expect(() => pcaChart(fromRows([[1], [2]]))).toThrow(/two columns that vary are needed/);
  });
});

describe("a series with its scores", () => {
  it("has its columns, scores, flags and labels under each other", () => {
    const chart = anomaliesChart(x, scores, 1.5, { flags, labels, times });
    expectWhole(chart);
    expect(chart.data.map(({ name }) => name)).toEqual([
      "time",
      "flow",
      "pressure",
      "constant",
      "score",
      "flagged",
      "label",
    ]);
    expect(chart.summary).toContain("flagged episodes: 2; true episodes: 1");
  });

  it("does without columns, flags and labels, and with one row", () => {
    expectWhole(anomaliesChart(undefined, scores, undefined));
    expectWhole(anomaliesChart(fromRows([[1]]), [0.5], 1, { flags: [1], labels: [0] }));
    expect(() => anomaliesChart(x, [1], 1)).toThrow(/300 rows need as many scores/);
  });
});
