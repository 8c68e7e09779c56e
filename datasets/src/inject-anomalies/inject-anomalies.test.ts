import { createHash } from "node:crypto";
import { DataError, type Matrix, matrix, ParamError, Random, ShapeError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { injectAnomalies } from "./inject-anomalies.js";
import { ANOMALY_KINDS, type AnomalyKind } from "./kinds.js";

/** Cycles of 24 rows with a little noise, each sensor at its own level and scale. */
function cycles(rows: number, cols = 2, seed = 1): Matrix {
  const random = new Random(seed);
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const phase = (i + 5 * j) % 24;
      data[i * cols + j] = 10 * j + (j + 1) * ((phase < 12 ? phase : 24 - phase) + 0.2 * random.normal());
    }
  }
  return matrix(data, rows, cols);
}

const column = ({ data, cols }: Matrix, j: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => data[(from + i) * cols + j] as number);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** One anomaly of a kind, in a long series: the stretch before and after. */
function one(kind: AnomalyKind, seed: number) {
  const series = cycles(600);
  const result = injectAnomalies(series, { kinds: [kind], seed });
  const [injection] = result.injections;
  if (injection === undefined) throw new Error("no anomaly");
  const sensor = injection.sensors[0] as number;
  const all = column(series, sensor, 0, 600);
  const before = column(series, sensor, injection.from, injection.to);
  return { injection, all, before, after: column(result.matrix, sensor, injection.from, injection.to) };
}

describe("injected anomalies", () => {
  it("gives the same bytes for the same seed, on every machine", () => {
    const bytes = (seed: number) => injectAnomalies(cycles(1200), { seed }).matrix.data;
    expect(bytes(4)).toEqual(bytes(4));
    expect(bytes(5)).not.toEqual(bytes(4));
    const hash = createHash("sha256")
      .update(new Uint8Array(bytes(4).buffer))
      .digest("hex");
    expect(hash).toBe("01111b1cb6fcc5f729e7e6461d749187a4cc7e44fd3bebf929e2f4ff8054f7b4");
  });

  it("puts in each kind once, changes only the rows that it labels, and leaves the series as it was", () => {
    for (let seed = 0; seed < 10; seed++) {
      const series = cycles(1200);
      const untouched = series.data.slice();
      const { matrix: changed, anomaly, kind, injections } = injectAnomalies(series, { seed });
      expect(series.data).toEqual(untouched);
      expect(injections.map((injection) => injection.kind)).toEqual(ANOMALY_KINDS);
      const labelled = new Uint8Array(1200);
      for (const injection of injections) {
        labelled.fill(1, injection.from, injection.to);
        expect(injection.sensors).toHaveLength(injection.kind === "swapped-sensors" ? 2 : 1);
        expect(kind.slice(injection.from, injection.to)).toEqual(
          new Array(injection.to - injection.from).fill(injection.kind),
        );
        const touched = injection.sensors.some(
          (j) =>
            column(changed, j, injection.from, injection.to).join() !==
            column(series, j, injection.from, injection.to).join(),
        );
        expect(touched, injection.kind).toBe(true);
      }
      expect(anomaly).toEqual(labelled);
      expect(kind.map((name) => (name === "none" ? 0 : 1))).toEqual([...labelled]);
      for (let i = 0; i < 1200; i++) {
        if (labelled[i] === 0) expect(column(changed, 0, i, i + 1)).toEqual(column(series, 0, i, i + 1));
      }
      expect(labelled.indexOf(0)).toBe(0);
    }
  });

  it("does to the sensor what the kind's name says", () => {
    for (let seed = 0; seed < 8; seed++) {
      const spike = one("spike", seed);
      expect(spike.after).toHaveLength(1);
      const off = Math.abs((spike.after[0] as number) - (spike.before[0] as number)) / deviation(spike.all);
      expect(off).toBeCloseTo(spike.injection.strength, 9);
      expect(off).toBeGreaterThan(2.4);
      expect(off).toBeLessThan(3.6);

      const shift = one("level-shift", seed);
      const moved = shift.after.map((value, i) => value - (shift.before[i] as number));
      expect(Math.max(...moved) - Math.min(...moved)).toBeLessThan(1e-9);
      expect(Math.abs(moved[0] as number)).toBeCloseTo((shift.injection.strength * deviation(shift.all)) / 2, 9);

      const drift = one("drift", seed);
      const away = drift.after.map((value, i) => Math.abs(value - (drift.before[i] as number)));
      expect(away.every((value, i) => i === 0 || value > (away[i - 1] as number))).toBe(true);
      expect(away.at(-1)).toBeCloseTo(drift.injection.strength * deviation(drift.all), 9);

      const flat = one("flat-line", seed);
      expect(new Set(flat.after)).toEqual(new Set([flat.before[0]]));

      const noise = one("noise", seed);
      const added = noise.after.map((value, i) => value - (noise.before[i] as number));
      expect(deviation(added) / deviation(noise.all)).toBeGreaterThan(0.8);
      expect(deviation(added) / deviation(noise.all)).toBeLessThan(2.5);

      const amplitude = one("amplitude", seed);
      expect(mean(amplitude.after)).toBeCloseTo(mean(amplitude.before), 9);
      const ratio = deviation(amplitude.after) / deviation(amplitude.before);
      expect(ratio > 1 ? ratio : 1 / ratio).toBeCloseTo(1 + amplitude.injection.strength / 2, 9);

      const missing = one("missing-cycle", seed);
      expect(missing.after).toHaveLength(24);
      expect(deviation(missing.after)).toBeLessThan(0.6 * deviation(missing.before));

      expect(one("reversed", seed).after).toEqual(one("reversed", seed).before.toReversed());
      const flipped = one("flipped", seed);
      const sums = flipped.after.map((value, i) => value + (flipped.before[i] as number));
      expect(Math.max(...sums) - Math.min(...sums)).toBeLessThan(1e-9);
    }
  });

  it("reads faster, slower or later from the same series", () => {
    const speeds = new Set<number>();
    for (let seed = 0; seed < 12; seed++) {
      const { injection, all, after } = one("frequency", seed);
      const speed = after[2] === all[injection.from + 4] ? 2 : 0.5;
      speeds.add(speed);
      after.forEach((value, i) => {
        if (Number.isInteger(i * speed)) expect(value).toBe(all[injection.from + i * speed]);
      });
      const late = one("season-shift", seed);
      late.after.forEach((value, i) => {
        expect(value).toBe(late.all[late.injection.from + i - 12]);
      });
    }
    expect(speeds).toEqual(new Set([0.5, 2]));
  });

  it("swaps two sensors, each in the units of the other", () => {
    const series = cycles(600, 2);
    const { injections, matrix: changed } = injectAnomalies(series, { kinds: ["swapped-sensors"], seed: 3 });
    const { from, to } = injections[0] ?? { from: 0, to: 0 };
    const z = (m: Matrix, j: number) => {
      const all = column(series, j, 0, 600);
      const [middle, spread] = [mean(all), deviation(all)];
      return column(m, j, from, to).map((value) => (value - middle) / spread);
    };
    z(changed, 0).forEach((value, i) => {
      expect(value).toBeCloseTo(z(series, 1)[i] as number, 9);
    });
    z(changed, 1).forEach((value, i) => {
      expect(value).toBeCloseTo(z(series, 0)[i] as number, 9);
    });
  });

  it("leaves training rows alone and puts in as many as asked, in as many sensors", () => {
    const { injections, anomaly } = injectAnomalies(cycles(2000, 5), {
      kinds: ["spike", "noise"],
      count: 9,
      sensors: 3,
      from: 800,
      seed: 2,
    });
    expect(injections).toHaveLength(9);
    expect(injections.filter(({ kind }) => kind === "spike")).toHaveLength(5);
    expect(anomaly.indexOf(1)).toBeGreaterThan(800);
    for (const { sensors } of injections) expect(new Set(sensors).size).toBe(3);
    expect(injectAnomalies(cycles(50), { kinds: [], count: 0 }).injections).toEqual([]);
  });

  it("keeps missing values missing and does not spread them", () => {
    const series = cycles(1200, 1);
    for (let i = 0; i < 1200; i += 50) series.data[i] = Number.NaN;
    const { matrix: changed, injections } = injectAnomalies(series, {
      seed: 1,
      kinds: ["spike", "flat-line", "drift"],
    });
    expect(injections).toHaveLength(3);
    expect([...changed.data].map(Number.isNaN)).toEqual([...series.data].map(Number.isNaN));
  });

  it("refuses what it cannot do, in words", () => {
    expect(() => injectAnomalies(cycles(600), { kinds: ["rust" as AnomalyKind] })).toThrow(/spike.*; found "rust"/);
    expect(() => injectAnomalies(cycles(600, 1), { kinds: ["swapped-sensors"] })).toThrow(/needs two sensors/);
    expect(() => injectAnomalies(cycles(600), { strength: 0 })).toThrow(ParamError);
    expect(() => injectAnomalies(cycles(600), { seed: -1 })).toThrow(ParamError);
    expect(() => injectAnomalies(cycles(600), { kinds: [], count: 2 })).toThrow(/at least one kind/);
    expect(() => injectAnomalies(cycles(60), {})).toThrow(ShapeError);
    expect(() => injectAnomalies(cycles(60), {})).toThrow(/12 anomalies need at least 120 rows; found 60/);
    const constant = matrix(new Float64Array(400).fill(5), 400, 1);
    expect(() => injectAnomalies(constant, { kinds: ["flat-line"] })).toThrow(DataError);
    expect(injectAnomalies(constant, { kinds: ["spike"] }).injections).toHaveLength(1);
  });
});
