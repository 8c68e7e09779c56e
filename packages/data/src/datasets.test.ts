import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSource } from "./index.js";
import { dataset, readAll, valuesOf } from "./testing/fixtures.js";

const skab = dataset("skab");
const ett = dataset("etdataset", "ETTh2.csv");
const adbench = dataset("adbench");

describe.skipIf(skab === undefined)("SKAB", () => {
  const sensors = [
    "Accelerometer1RMS",
    "Accelerometer2RMS",
    "Current",
    "Pressure",
    "Temperature",
    "Thermocouple",
    "Voltage",
    "Volume Flow RateRMS",
  ];

  it("has 37,401 labelled rows, 13,067 of them anomalous, in 34 files in natural order", async () => {
    const paths = ["valve1", "valve2", "other"].map((group) => join(skab as string, group, "*.csv"));
    const options = { drop: ["changepoint"], time: "datetime", label: "anomaly" };
    const { rows, labels, names, chunks } = await readAll(paths, options);
    expect(names).toEqual(sensors);
    expect(rows).toHaveLength(37_401);
    expect(labels.filter((label) => label === 1)).toHaveLength(13_067);
    expect(rows.flat().every(Number.isFinite)).toBe(true);
    const files = [...new Set(chunks.map(({ file }) => basename(file, ".csv")))];
    expect(files.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, i) => String(i)));
    const [first] = chunks;
    expect(first?.time?.type).toBe("timestamp");
    const steps = new Map<number, number>();
    let before: { file: string; time: number } | undefined;
    for (const { file, time } of chunks) {
      for (const now of valuesOf(time) as number[]) {
        if (before?.file === file) steps.set(now - before.time, (steps.get(now - before.time) ?? 0) + 1);
        before = { file, time: now };
      }
    }
    expect([steps.get(1000), steps.get(2000)]).toEqual([35_374, 1_923]);
  });

  it("has 9,405 rows without labels", async () => {
    const [name = ""] = readdirSync(join(skab as string, "anomaly-free")).filter((file) => file.endsWith(".csv"));
    const { rows, names } = await readAll(join(skab as string, "anomaly-free", name), { time: "datetime" });
    expect(names).toEqual(sensors);
    expect(rows).toHaveLength(9_405);
  });
});

describe.skipIf(ett === undefined)("ETTh2", () => {
  it("has an hour a row, from 2016-07-01 to 2018-06-26", async () => {
    const { rows, names, chunks } = await readAll(ett as string, { time: "date" });
    expect(names).toEqual(["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]);
    expect(rows).toHaveLength(17_420);
    const times = chunks.flatMap(({ time }) => valuesOf(time) as number[]);
    expect(times[0]).toBe(Date.UTC(2016, 6, 1));
    expect(times.at(-1)).toBe(Date.UTC(2018, 5, 26, 19));
    expect(times.every((time, i) => i === 0 || time - (times[i - 1] as number) === 3_600_000)).toBe(true);
  });
});

describe.skipIf(adbench === undefined)("ADBench", () => {
  it.each([
    ["6_cardio.npz", 1831, 21, 176],
    ["38_thyroid.npz", 3772, 6, 93],
    ["32_shuttle.npz", 49_097, 9, 3511],
  ])("%s has %i rows, %i columns, %i anomalies", async (name, rows, cols, anomalies) => {
    const { rows: found, labels, names } = await readAll(join(adbench as string, name), { label: "y" });
    expect(found).toHaveLength(rows);
    expect(names).toEqual(Array.from({ length: cols }, (_, j) => `x${j}`));
    expect(labels.filter((label) => label === 1)).toHaveLength(anomalies);
  });

  it("opens every set", async () => {
    for (const name of readdirSync(adbench as string).filter((file) => file.endsWith(".npz"))) {
      const source = await openSource([join(adbench as string, name)]);
      expect(source.columns.at(-1)).toBe("y");
      await source.close();
    }
  });
});
