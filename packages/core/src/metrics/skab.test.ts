import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfusionCounter, changePointScore, evaluateSeries, f1, falseAlarmRate, missedAlarmRate } from "./index.js";

const DATA = join(import.meta.dirname, "../../../../../shared/datasets/skab");
const present = existsSync(DATA);
if (!present) console.log(`skipped: measures on the SKAB files, since ${DATA} is not there`);

/** The rows that SKAB's protocol tests on: all but the first 400 of each file. */
function testRows() {
  return ["valve1", "valve2", "other"].flatMap((folder) =>
    readdirSync(join(DATA, folder))
      .filter((name) => name.endsWith(".csv"))
      .map((name) => {
        const [heading = "", ...lines] = readFileSync(join(DATA, folder, name), "utf8")
          .trimEnd()
          .split(/\r?\n/);
        const columns = heading.split(";");
        const rows = lines.slice(400).map((line) => line.split(";"));
        const numbers = (column: string) => rows.map((row) => Number(row[columns.indexOf(column)]));
        const times = rows.map(([time = ""]) => Date.parse(`${time.replace(" ", "T")}Z`) / 1000);
        return { times, anomaly: numbers("anomaly"), labels: numbers("changepoint") };
      }),
  );
}

/** F1 over all files of flags that depend on the place of a row in its file alone. */
function pooledF1(flag: (row: number, rows: number) => boolean): number {
  const counter = new ConfusionCounter();
  for (const { anomaly } of testRows()) {
    counter.add(
      anomaly,
      anomaly.map((_, i) => (flag(i, anomaly.length) ? 1 : 0)),
    );
  }
  return f1(counter.counts());
}

describe.skipIf(!present)("controls on the SKAB files, as measured with SKAB's own program", () => {
  it("a constant alarm, and one that leaves out the edges of a file", () => {
    expect(pooledF1(() => true)).toBeCloseTo(0.698, 3);
    expect(pooledF1((row, rows) => row >= 59 && row < rows - 60)).toBeCloseTo(0.771, 3);
  });

  it("an alarm every 60 rows finds most change points: 66.5, where the best published is 32.42", () => {
    const series = testRows().map(({ labels, times }) => ({
      labels,
      times,
      flags: labels.map((_, i) => (i % 60 === 59 ? 1 : 0)),
    }));
    const found = changePointScore(series, { width: 60 });
    expect(found.score).toBeCloseTo(66.5, 1);
    expect(found.changePoints).toBe(127);
    expect(found.alarmPrecision).toBeLessThan(0.35);
    expect(changePointScore(series, { width: 60, profile: "lowFalsePositives" }).score).toBeLessThan(found.score);
  });

  it("random flags get nearly all of point-adjusted F1", () => {
    const all = testRows();
    const labels = all.flatMap(({ anomaly }) => anomaly);
    const starts = all.map((_, s) => all.slice(0, s).reduce((sum, { anomaly }) => sum + anomaly.length, 0));
    const flags = labels.map((_, i) => (i % 100 === 0 ? 1 : 0));
    const { random, events } = evaluateSeries(labels, flags, flags, { starts, repeats: 5 });
    expect(events.events).toBe(34);
    expect(random.pointAdjustedF1).toBeGreaterThan(0.9);
    expect(random.affiliationRecall).toBeGreaterThan(0.8);
    expect(random.rangeF1).toBeLessThan(0.05);
  });
});

describe("the published counts of SKAB's leaderboard give its figures", () => {
  it.each([
    ["Conv-AE", 9193, 9535, 1495, 3578, 0.78, 13.55, 28.02],
    ["LSTM-AE", 9461, 7725, 3305, 3310, 0.74, 29.96, 25.92],
    ["MSET", 10966, 6648, 4382, 1805, 0.78, 39.73, 14.13],
    ["T²+Q", 9589, 8094, 2936, 3182, 0.76, 26.62, 24.92],
    ["T²", 7331, 8911, 2119, 5440, 0.66, 19.21, 42.6],
    ["vanilla LSTM", 5167, 9503, 1362, 7599, 0.54, 12.54, 59.53],
    ["vanilla AE", 3173, 10744, 286, 9598, 0.39, 2.59, 75.15],
    ["isolation forest", 2185, 10748, 282, 10586, 0.29, 2.56, 82.89],
  ])("%s", (_name, tp, tn, fp, fn, f, far, mar) => {
    const counts = { tp, tn, fp, fn };
    expect(f1(counts)).toBeCloseTo(f, 2);
    expect(100 * falseAlarmRate(counts)).toBeCloseTo(far, 2);
    expect(100 * missedAlarmRate(counts)).toBeCloseTo(mar, 2);
  });
});
