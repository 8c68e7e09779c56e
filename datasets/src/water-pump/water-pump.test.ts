import { createHash } from "node:crypto";
import { isolationForest, matrix, ParamError, rocAuc } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { WATER_PUMP_COLUMNS, type WaterPump, waterPump } from "./water-pump.js";
import { waterPumpText } from "./water-pump-text.js";

/** A sensor's readings over some rows, without the missing ones. */
function readings({ matrix: { data, cols } }: WaterPump, sensor: number, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => data[(from + i) * cols + sensor] as number).filter(
    Number.isFinite,
  );
}

describe("water pump", () => {
  it("gives the same bytes for the same seed, on every machine", () => {
    const text = (seed: number) => [...waterPumpText(waterPump({ seed, rows: 1500, failures: 2 }))].join("");
    expect(text(3)).toBe(text(3));
    expect(text(4)).not.toBe(text(3));
    expect(createHash("sha256").update(text(3)).digest("hex")).toBe(
      "3fe0ece50a7408a8c2478792b3d7e189f917e2c9fffb348b5d378fa02c242919",
    );
  });

  it("has the columns, the empty sensor and the gaps of the public record", () => {
    const pump = waterPump({ seed: 1, rows: 8000, failures: 3 });
    const there = WATER_PUMP_COLUMNS.map((_, j) => readings(pump, j, 0, 8000).length / 8000);
    expect(WATER_PUMP_COLUMNS).toHaveLength(52);
    expect(there[15]).toBe(0);
    expect(there[50]).toBeCloseTo(143_303 / 220_320, 1);
    expect(there[51]).toBeCloseTo(204_937 / 220_320, 1);
    expect(there[0]).toBeCloseTo(210_112 / 220_320, 1);
    there.forEach((part, j) => {
      if (![0, 15, 50, 51].includes(j)) expect(part).toBeGreaterThan(0.98);
    });
    expect(there.filter((part) => part === 1)).toHaveLength(0);
    expect(pump.time[1]).toBe((pump.time[0] as number) + 60_000);
  });

  it("says NORMAL, one BROKEN row for each failure, then RECOVERING", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { status, failures, anomaly } = waterPump({ seed, rows: 4000 });
      expect(failures).toHaveLength(3);
      expect(status.filter((name) => name === "BROKEN")).toHaveLength(3);
      for (const { announced, broken, recovered } of failures) {
        expect(announced).toBeLessThan(broken - 50);
        expect(new Set(status.slice(announced - 20, broken))).toEqual(new Set(["NORMAL"]));
        expect(status[broken]).toBe("BROKEN");
        expect(new Set(status.slice(broken + 1, recovered))).toEqual(new Set(["RECOVERING"]));
        expect(status[recovered]).toBe("NORMAL");
      }
      expect(status.map((name) => Number(name !== "NORMAL"))).toEqual([...anomaly]);
    }
    expect(waterPump({ rows: 300 }).failures).toEqual([]);
  });

  it("announces a failure hours before the pump breaks, while the status is NORMAL", async () => {
    const pump = waterPump({ seed: 2, rows: 9000, failures: 3 });
    const use = [1, 2, 3, 4, 6, 7, 10, 11, 45, 46];
    const rowsOf = (from: number, to: number) => {
      const data = new Float64Array((to - from) * use.length);
      for (let i = from; i < to; i++) {
        use.forEach((j, k) => {
          data[(i - from) * use.length + k] = pump.matrix.data[i * 52 + j] as number;
        });
      }
      return matrix(data, to - from, use.length);
    };
    const healthy = pump.failures[0]?.announced ?? 0;
    const model = await isolationForest({ seed: 1 }).fit(rowsOf(0, healthy));
    const scores = await model.score(rowsOf(0, 9000));
    const rows = Array.from({ length: 9000 }, (_, i) => i).filter((i) => pump.anomaly[i] === 0);
    const soon = (i: number) =>
      pump.failures.some(({ announced, broken }) => i >= (announced + broken) / 2 && i < broken);
    const auc = rocAuc(
      Uint8Array.from(rows, (i) => Number(soon(i))),
      Float64Array.from(rows, (i) => scores[i] as number),
    );
    expect(auc).toBeGreaterThan(0.8);
  });

  it("stands still while it is RECOVERING", () => {
    const pump = waterPump({ seed: 5, rows: 3000, failures: 1 });
    const { broken, announced } = pump.failures[0] ?? { broken: 0, announced: 0 };
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const before = mean(readings(pump, 4, 0, announced));
    expect(mean(readings(pump, 4, broken + 30, broken + 60))).toBeLessThan(0.4 * before);
  });

  it("writes 55 columns, the first without a name, and reads back as the same numbers", () => {
    const pump = waterPump({ seed: 1, rows: 700, failures: 1 });
    const lines = [...waterPumpText(pump)].join("").split("\n");
    expect(lines).toHaveLength(702);
    expect(lines[0]).toBe(`,timestamp,${WATER_PUMP_COLUMNS.join(",")},machine_status`);
    const cells = (lines[10] ?? "").split(",");
    expect(cells).toHaveLength(55);
    expect(cells.slice(0, 2)).toEqual(["9", "2018-04-01 00:09:00"]);
    expect(cells[2 + 15]).toBe("");
    cells.slice(2, 54).forEach((cell, j) => {
      expect(cell === "" ? Number.NaN : Number(cell)).toBe(pump.matrix.data[9 * 52 + j]);
    });
    const part = [...waterPumpText(pump, { labels: false, from: 100, to: 102 })].join("").split("\n");
    expect(part).toHaveLength(4);
    expect(part[1]?.split(",")).toHaveLength(54);
  });

  it("refuses what it cannot make", () => {
    expect(() => waterPump({ rows: 1000, failures: 2 })).toThrow(/2 failures need at least 1200 rows; found 1000/);
    expect(() => waterPump({ rows: 0 })).toThrow(ParamError);
    expect(() => waterPump({ seed: 1.5 })).toThrow(ParamError);
    expect(() => waterPump({ start: Number.NaN })).toThrow(/years 1 to 8000/);
  });
});
