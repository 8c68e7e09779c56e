import { describe, expect, it } from "vitest";
import { combineSensors, powerMean } from "./sensors.js";

describe("one score of several sensors", () => {
  it.each([
    ["mean", 7 / 3, [0, 1, 4 / 3]],
    ["max", 4, [0, 0, 4]],
    ["root-mean-square", Math.sqrt(25 / 3), [0, 9 / 3 / Math.sqrt(25 / 3), 16 / 3 / Math.sqrt(25 / 3)]],
  ] as const)("by %s, with parts that add up to it", (how, expected, parts) => {
    const found = new Float64Array(3);
    const score = combineSensors(Float64Array.of(0, 3, 4), how, found);
    expect(score).toBeCloseTo(expected, 12);
    expect(found.reduce((a, b) => a + b)).toBeCloseTo(expected, 12);
    parts.forEach((part, j) => {
      expect(found[j]).toBeCloseTo(part, 12);
    });
    expect(combineSensors(new Float64Array(3), how, found)).toBe(0);
    expect([...found]).toEqual([0, 0, 0]);
  });
});

describe("the power mean of sensors", () => {
  it("by hand, and its parts add up to it", () => {
    const parts = new Float64Array(2);
    expect(powerMean(Float64Array.of(1, 3), 1, parts)).toBe(2);
    expect([...parts]).toEqual([0.5, 1.5]);
    expect(powerMean(Float64Array.of(3, 4), 2)).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(powerMean(Float64Array.of(1, 2), 4, parts)).toBeCloseTo(8.5 ** 0.25, 12);
    expect((parts[0] as number) + (parts[1] as number)).toBeCloseTo(8.5 ** 0.25, 12);
    expect((parts[1] as number) / (parts[0] as number)).toBeCloseTo(16, 12);
    expect(powerMean(new Float64Array(2), 4, parts)).toBe(0);
    expect([...parts]).toEqual([0, 0]);
    expect(powerMean(Float64Array.of(1e150, 1e150), 4)).toBeCloseTo(1e150, -140);
  });
});
