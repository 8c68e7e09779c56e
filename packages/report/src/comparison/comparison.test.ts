import { describe, expect, it } from "vitest";
import {
  byDatasetChart,
  type Comparison,
  comparisonReport,
  comparisonTable,
  qualityChart,
  qualitySpeedChart,
  rankChart,
  toHtml,
} from "../index.js";
import { chartsOf, expectWhole } from "../testing/charts.js";

const comparison: Comparison = {
  title: "Rigs",
  metrics: [
    { key: "rocAuc", name: "ROC-AUC" },
    { key: "missed", name: "missed alarm rate", lowerIsBetter: true, oracle: true },
  ],
  detectors: [
    { name: "lof", metrics: { rocAuc: 0.8, missed: 0.4 }, meanRank: 2.5, fitSeconds: 2, scoreSeconds: 1, memory: 3e6 },
    {
      name: "knn:k=20",
      metrics: { rocAuc: 0.9, missed: 0.2 },
      deviations: { rocAuc: 0.02 },
      meanRank: 1.25,
      fitSeconds: 0.5,
      scoreSeconds: 0.25,
      rowsPerSecond: 12_345,
    },
    { name: "boosted-trees", metrics: { rocAuc: 0.95, missed: null }, supervised: true, meanRank: 1, fitSeconds: 9 },
    {
      name: "random",
      metrics: { rocAuc: 0.5, missed: 0.9 },
      control: true,
      meanRank: 4,
      fitSeconds: 0,
      scoreSeconds: 0,
    },
    { name: "broken", metrics: { rocAuc: null }, failure: "DATA_MISSING: 3 of 3 runs" },
  ],
  criticalDifference: 1.3,
  groups: [["boosted-trees", "knn:k=20"], ["knn:k=20", "lof"], ["random"]],
  datasets: [
    { name: "valve1", values: { lof: 0.7, "knn:k=20": 0.85, random: 0.5 } },
    { name: "valve2", values: { lof: 0.9, "knn:k=20": 0.95, random: 0.51, broken: null } },
  ],
  facts: [["seed", 7]],
  warnings: ["the threshold looked at the labels"],
};

/** The values of a column of a chart's data. */
const column = ({ data }: { data: readonly { name: string; values: readonly unknown[] }[] }, name: string) =>
  data.find((each) => each.name === name)?.values;

describe("a comparison", () => {
  it("is a table, best first, with failures as rows and oracles named", () => {
    const { columns, rows } = comparisonTable(comparison);
    expect(columns).toEqual([
      "detector",
      "ROC-AUC",
      "missed alarm rate (oracle)",
      "mean rank",
      "fit",
      "score",
      "rows/s",
      "memory, MB",
      "remark",
    ]);
    expect(rows.map(([name]) => name)).toEqual(["boosted-trees", "knn:k=20", "lof", "random", "broken"]);
    expect(rows[1]).toEqual(["knn:k=20", "0.9000 ± 0.0200", 0.2, 1.25, "500 ms", "250 ms", 12_300, "", ""]);
    expect(rows[4]?.at(-1)).toBe("DATA_MISSING: 3 of 3 runs");
    expect(rows[3]?.at(-1)).toBe("control");
  });

  it("is a page with every chart there are values for", () => {
    const report = comparisonReport(comparison);
    expect(chartsOf(report).map(({ name }) => name)).toEqual([
      "mean-ranks",
      "quality-against-speed",
      "quality-rocauc",
      "quality-missed",
      "quality-by-data-set",
    ]);
    for (const chart of chartsOf(report)) expectWhole(chart);
    expect(toHtml(report)).toContain("the threshold looked at the labels");
  });

  it("orders a measure that should be low from the other side", () => {
    expect(column(qualityChart(comparison, comparison.metrics[1]), "detector")).toEqual(["knn:k=20", "lof", "random"]);
  });

  it("joins what is not told apart, and leaves groups of one away", () => {
    const chart = rankChart(comparison);
    expect(column(chart, "detector")).toEqual(["boosted-trees", "knn:k=20", "lof", "random"]);
    expect(column(chart, "groups")).toEqual(["1", "1 2", "2", ""]);
    expect(chart.summary).toContain("differ by 1.3");
  });

  it("finds those that nothing beats in both quality and speed", () => {
    const chart = qualitySpeedChart(comparison);
    expect(column(chart, "detector")).toEqual(["lof", "knn:k=20", "boosted-trees", "random"]);
    // lof is slower and worse than knn; boosted trees are slower, but better; nothing is faster than random.
    expect(column(chart, "unbeaten")).toEqual([0, 1, 1, 1]);
  });

  it("does with little: one detector, no time, no rank, no value at all", () => {
    const lone = comparisonReport({
      title: "x",
      metrics: [{ key: "f1", name: "F1" }],
      detectors: [{ name: "a", metrics: { f1: 0 } }],
    });
    expect(chartsOf(lone).map(({ name }) => name)).toEqual(["quality-f1"]);
    for (const chart of chartsOf(lone)) expectWhole(chart);
    const none = comparisonReport({
      title: "x",
      metrics: [{ key: "f1", name: "F1" }],
      detectors: [{ name: "a", metrics: {}, failure: "E" }],
    });
    expect(chartsOf(none)).toEqual([]);
    expect(toHtml({ title: "x", parts: none.parts })).toContain('<td class="short">E</td>');
  });

  it("draws 300 data sets and 80 detectors in bounds, and says what it left out", () => {
    const detectors = Array.from({ length: 80 }, (_, i) => ({ name: `d${i}`, metrics: { a: i / 80 } }));
    const datasets = Array.from({ length: 300 }, (_, i) => ({
      name: `s${i}`,
      values: Object.fromEntries(detectors.map(({ name }) => [name, i])),
    }));
    const chart = byDatasetChart({ title: "x", metrics: [{ key: "a", name: "A" }], detectors, datasets });
    expect(chart.height).toBeLessThan(2400);
    expect(chart.summary).toContain("first 120 of 300 data sets and 50 of 80 detectors");
    expect(chart.data[0]?.values).toHaveLength(300);
    expectWhole(chart);
  });
});
