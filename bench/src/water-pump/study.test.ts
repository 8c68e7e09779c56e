import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waterPump, waterPumpText } from "@telltale/datasets";
import "@telltale/native/register";
import { afterAll, describe, expect, test } from "vitest";
import { judged, summaryOf } from "./judge.js";
import { type PumpRecord, recordOfFile, simulatedRecord } from "./record.js";
import { CHOSEN, FIRST_TRY } from "./settings.js";
import { PumpStudy } from "./study.js";

const folder = mkdtempSync(join(tmpdir(), "telltale-pump-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS = { seed: 1, rows: 9000, failures: 2 };

describe("a record", () => {
  const simulated = simulatedRecord(OPTIONS);

  test("is the same from a file in the layout of the one on Kaggle", async () => {
    const file = join(folder, "sensor.csv");
    writeFileSync(file, [...waterPumpText(waterPump(OPTIONS))].join(""));
    const read = await recordOfFile(file);
    expect(read.x).toEqual(simulated.x);
    expect(read.runs).toEqual(simulated.runs);
    expect(read.breakdowns).toEqual(simulated.breakdowns.map((each) => ({ ...each, announced: undefined })));
  });

  test("has runs without the rows in which the pump stands, and breaks where minutes are missing", async () => {
    expect(simulated.runs).toHaveLength(3);
    simulated.breakdowns.forEach(({ announced, broken, recovered }, k) => {
      expect(simulated.runs[k]?.[1]).toBe(broken);
      expect(simulated.runs[k + 1]?.[0]).toBe(recovered);
      expect(announced).toBeLessThan(broken);
    });
    const [header = "", ...lines] = [...waterPumpText(waterPump({ ...OPTIONS, rows: 1500, failures: 0 }))]
      .join("")
      .split("\n");
    const file = join(folder, "hole.csv");
    writeFileSync(file, [header, ...lines.slice(0, 500), ...lines.slice(523)].join("\n"));
    expect((await recordOfFile(file)).runs).toEqual([
      [0, 100],
      [100, 296],
    ]);
  });

  test("without a breakdown, or with one too early, teaches nothing", () => {
    expect(() => new PumpStudy(simulatedRecord({ seed: 1, rows: 2000, failures: 0 }), { seed: 1, epochs: 1 })).toThrow(
      /first breakdown, to learn from/,
    );
  });
});

test("alarms are judged by hand", () => {
  const x = { data: new Float64Array(1000), rows: 1000, cols: 1 };
  const record: PumpRecord = {
    x,
    runs: [
      [0, 600],
      [650, 1000],
    ],
    breakdowns: [{ announced: 500, broken: 600, recovered: 650 }],
  };
  const flags = new Uint8Array(1000);
  flags.fill(1, 120, 125); // a false alarm, one before the test begins, and one within the day that is luck
  flags.fill(1, 20, 25);
  flags.fill(1, 580, 620);
  flags.fill(1, 900, 910);
  const found = judged(record, flags, 100);
  expect(found).toMatchObject({ support: 100, breakdowns: 1, warned: 1, leadMinutes: [100], onsetMinutes: [500] });
  expect([found.precision, found.recall]).toEqual([0.57143, 0.2]);
  expect(found.falseAlarms).toBe(2);
  // 600 − 288 − 100 and 350 rows of five minutes.
  expect(found.quietWeeks).toBeCloseTo((562 * 5) / (7 * 1440), 4);
  expect(summaryOf([found, found])).toMatchObject({
    breakdowns: 2,
    warned: 2,
    falseAlarms: 4,
    leadMinutes: [100, 100, 100, 100, 100],
  });
});

test("a short record is judged, alike a second time, and the chosen alarms are fewer", async () => {
  const record = simulatedRecord({ seed: 3, rows: 12_000, failures: 2 });
  const options = { seed: 3, epochs: 2 };
  const study = new PumpStudy(record, options);
  const [first, chosen] = [await study.network(FIRST_TRY), await study.network(CHOSEN)];
  expect(chosen.breakdowns).toBe(2);
  expect(chosen.warned).toBe(2);
  expect(chosen.falseAlarms).toBeLessThan(first.falseAlarms);
  expect(chosen.components).toBeGreaterThan(first.components);
  expect(study.facts.columns).toBeLessThan(52);
  expect(await new PumpStudy(record, options).network(CHOSEN)).toEqual(chosen);
  expect(study.blind("always")).toMatchObject({ warned: 2, falseAlarmRate: 1, recall: 1 });
  expect(study.blind("daily").falseAlarms).toBeGreaterThan(1);
});
