import { createHash } from "node:crypto";
import { ParamError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { FAULTS, type Fault } from "./faults.js";
import { PUMP_RIG_COLUMNS, type PumpRig, pumpRig } from "./pump-rig.js";
import { pumpRigCsv } from "./pump-rig-csv.js";

/** Mean of a sensor over the rows of the developed fault, less the mean of the same run without it. */
function shift(faulty: PumpRig, healthy: PumpRig, sensor: (typeof PUMP_RIG_COLUMNS)[number]): number {
  const { from, to, ramp } = faulty.episodes[0] as PumpRig["episodes"][number];
  const j = PUMP_RIG_COLUMNS.indexOf(sensor);
  let sum = 0;
  for (let i = from + ramp; i < to; i++) {
    sum += (faulty.matrix.data[i * 8 + j] as number) - (healthy.matrix.data[i * 8 + j] as number);
  }
  return sum / (to - from - ramp);
}

describe("pump rig", () => {
  it("gives the same bytes for the same seed, on every machine", () => {
    const text = pumpRigCsv(pumpRig({ seed: 7, rows: 2000 }));
    expect(pumpRigCsv(pumpRig({ seed: 7, rows: 2000 }))).toBe(text);
    expect(pumpRigCsv(pumpRig({ seed: 8, rows: 2000 }))).not.toBe(text);
    expect(createHash("sha256").update(text).digest("hex")).toBe(
      "cee134a2d793186ebd5b4bc8923b664e31048ef69ea2f0e9050bbfd770038c95",
    );
  });

  it("has the columns, increasing times with a few gaps, and finite values", () => {
    const rig = pumpRig({ seed: 3, rows: 5000 });
    expect(rig.matrix.columns).toEqual([...PUMP_RIG_COLUMNS]);
    expect(rig.matrix.data.every(Number.isFinite)).toBe(true);
    const steps = Array.from(rig.time.subarray(1), (t, i) => t - (rig.time[i] as number));
    expect(new Set(steps)).toEqual(new Set([1000, 2000, 3000, 4000]));
    const gaps = steps.filter((step) => step > 1000).length;
    expect(gaps).toBeGreaterThan(5);
    expect(gaps).toBeLessThan(60);
  });

  it("labels each fault once, with normal rows around, and marks where it begins and ends", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rig = pumpRig({ seed, rows: 1200 });
      expect(rig.episodes.map(({ fault }) => fault)).toEqual(FAULTS);
      expect(rig.anomaly[0]).toBe(0);
      for (let i = 1; i < 1200; i++) {
        expect(rig.anomaly[i]).toBe(rig.fault[i] === "none" ? 0 : 1);
        expect(rig.changepoint[i]).toBe(rig.fault[i] === rig.fault[i - 1] ? 0 : 1);
      }
    }
  });

  it("moves the sensors that the fault moves, the way it moves them", () => {
    const expected: Record<Fault, [(typeof PUMP_RIG_COLUMNS)[number], number, number][]> = {
      valve: [
        ["Volume Flow RateRMS", -80, -20],
        ["Pressure", 0.02, 0.3],
        ["Temperature", 1, 40],
      ],
      leak: [
        ["Volume Flow RateRMS", -50, -5],
        ["Pressure", -0.2, -0.02],
      ],
      cavitation: [
        ["Accelerometer1RMS", 0.05, 0.5],
        ["Accelerometer2RMS", 0.05, 0.5],
        ["Volume Flow RateRMS", -40, -3],
      ],
      imbalance: [
        ["Accelerometer1RMS", 0.08, 0.4],
        ["Accelerometer2RMS", 0.08, 0.4],
        ["Current", 0.1, 1],
      ],
    };
    for (const fault of FAULTS) {
      for (let seed = 0; seed < 5; seed++) {
        const healthy = pumpRig({ seed, rows: 800, faults: [] });
        const faulty = pumpRig({ seed, rows: 800, faults: [fault] });
        expect(healthy.anomaly.includes(1)).toBe(false);
        for (const [sensor, low, high] of expected[fault]) {
          expect(shift(faulty, healthy, sensor), `${fault} ${sensor}`).toBeGreaterThan(low);
          expect(shift(faulty, healthy, sensor), `${fault} ${sensor}`).toBeLessThan(high);
        }
      }
    }
  });

  it("is the healthy run until the first fault", () => {
    const healthy = pumpRig({ seed: 5, rows: 500, faults: [] });
    const faulty = pumpRig({ seed: 5, rows: 500, faults: ["valve"] });
    const before = (faulty.episodes[0]?.from ?? 0) * 8;
    expect(before).toBeGreaterThan(0);
    expect([...faulty.matrix.data.subarray(0, before)]).toEqual([...healthy.matrix.data.subarray(0, before)]);
  });

  it("refuses what it cannot make", () => {
    expect(() => pumpRig({ rows: 0 })).toThrow(ParamError);
    expect(() => pumpRig({ seed: -1 })).toThrow(ParamError);
    expect(() => pumpRig({ rows: 100 })).toThrow(/4 faults need at least 240 rows; found 100/);
    expect(() => pumpRig({ faults: ["rust" as Fault] })).toThrow(/valve, leak, cavitation, imbalance; found "rust"/);
    expect(() => pumpRig({ start: 0.5 })).toThrow(ParamError);
  });
});

describe("pump rig as CSV", () => {
  it("writes numbers that read back as the same bits", () => {
    const rig = pumpRig({ seed: 1, rows: 300 });
    const lines = pumpRigCsv(rig).split("\r\n");
    expect(lines[0]).toBe(`datetime;${PUMP_RIG_COLUMNS.join(";")};anomaly;changepoint;fault`);
    expect(lines).toHaveLength(302);
    lines.slice(1, -1).forEach((line, i) => {
      const cells = line.split(";");
      expect(cells).toHaveLength(12);
      expect(cells.slice(1, 9).map(Number)).toEqual([...rig.matrix.data.subarray(i * 8, i * 8 + 8)]);
      expect(Date.parse(`${cells[0]}Z`)).toBe(rig.time[i]);
      expect(cells.slice(9)).toEqual([String(rig.anomaly[i]), String(rig.changepoint[i]), rig.fault[i]]);
    });
  });

  it("writes a part, without labels, with another delimiter", () => {
    const rig = pumpRig({ seed: 1, rows: 300 });
    const lines = pumpRigCsv(rig, { delimiter: "\t", labels: false, from: 10, to: 12 }).split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[1]?.split("\t")).toHaveLength(9);
    for (const delimiter of ["", ";;", "1", ".", "-", '"', " "]) {
      expect(() => pumpRigCsv(rig, { delimiter }), delimiter).toThrow(ParamError);
    }
  });
});
