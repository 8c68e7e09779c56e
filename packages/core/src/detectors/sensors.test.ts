import { describe, expect, it } from "vitest";
import { combineSensors } from "./sensors.js";

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
