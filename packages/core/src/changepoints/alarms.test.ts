import { describe, expect, it } from "vitest";
import { ParamError } from "../errors.js";
import { Alarms, alarmRows } from "./alarms.js";

describe("alarms", () => {
  it("begin above the limit, and again after the rest while the score stays there", () => {
    expect([...alarmRows([5, 5, 5, 5, 5, 5, 5], { limit: 4, rest: 3 })]).toEqual([0, 3, 6]);
    expect([...alarmRows([4, 4.1, 0, 9, 9], { limit: 4, rest: 3 })]).toEqual([1, 4]);
    expect([...alarmRows([Number.NaN, 3, Number.POSITIVE_INFINITY], { limit: 4 })]).toEqual([2]);
    expect([...alarmRows([], { limit: 4 })]).toEqual([]);
  });

  it("are the same for scores in any chunks", () => {
    const scores = Float64Array.from({ length: 200 }, (_, t) => (t * 37) % 11);
    const whole = [...alarmRows(scores, { limit: 8, rest: 9 })];
    for (const size of [1, 7, 64]) {
      const alarms = new Alarms({ limit: 8, rest: 9 });
      const found: number[] = [];
      for (let at = 0; at < 200; at += size) found.push(...alarms.push(scores.subarray(at, at + size)));
      expect(found).toEqual(whole);
    }
  });

  it("refuses a rest that is none", () => {
    for (const rest of [0, 1.5, Number.NaN]) expect(() => alarmRows([1], { limit: 0, rest })).toThrow(ParamError);
    expect(() => alarmRows([1], { limit: Number.NaN })).toThrow(ParamError);
  });
});
