import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constant } from "../detectors/controls/constant/constant.js";
import { ModelFileError, ParamError } from "../errors.js";
import { fromRows } from "../matrix.js";
import { pipeline } from "../pipeline/pipeline.js";
import type { AlarmConditions } from "./alarm-conditions.js";
import { conformal } from "./conformal.js";
import { dspot } from "./dspot.js";
import { parseThreshold, thresholdFromJSON } from "./parse.js";
import { persistent } from "./persistent.js";
import { fixed, mad, quantile } from "./rules.js";

const NOTHING = new Float64Array(0);
const alarms = (text: string, conditions: Partial<AlarmConditions>) =>
  persistent(fixed(0.5), conditions).fit(NOTHING).apply(Float64Array.from(text, Number)).join("");

describe("conditions of alarms", () => {
  it("take so many rows of the latest ones", () => {
    expect(alarms("1011011101", { hits: 3 })).toBe("0000000100");
    expect(alarms("1011011100", { hits: 2, of: 3 })).toBe("0011111110");
    // The second of two in five rows comes four rows after the first.
    expect(alarms("1000100001", { hits: 2, of: 5 })).toBe("0000100000");
  });

  it("let an alarm go on for some rows, so that one which flickers is one", () => {
    expect(alarms("0101000100", { hold: 1 })).toBe("0111100110");
    expect(alarms("0100000100", { hold: 9 })).toBe("0111111111");
  });

  it("let it rest after its end", () => {
    expect(alarms("0101001011", { rest: 2 })).toBe("0100001001");
    expect(alarms("0110000001", { rest: 2, hold: 1 })).toBe("0111000001");
  });

  it("raise none at the beginning of a series", () => {
    expect(alarms("1111110011", { guard: 3 })).toBe("0001110011");
    // What lasts since the guard is an alarm at its end.
    expect(alarms("1110000000", { guard: 2, hits: 3 })).toBe("0010000000");
  });

  it("say nothing by default", () => {
    const rule = quantile(0.5);
    expect(persistent(rule, {})).toBe(rule);
    expect(persistent(rule, { hits: 1, of: 1 })).toBe(rule);
  });

  it("refuse what can never be", () => {
    expect(() => persistent(fixed(1), { hits: 3, of: 2 })).toThrow(/hits=3 of 2 rows can never be/);
    expect(() => persistent(fixed(1), { hits: 0 })).toThrow(ParamError);
    expect(() => persistent(fixed(1), { hold: -1 })).toThrow(/hold/);
    expect(() => persistent(fixed(1), { wait: 3 } as never)).toThrow(/no parameter "wait"/);
    expect(() => persistent(conformal(0.1, { control: "discoveries" }), { hits: 2 })).toThrow(/all rows together/);
  });

  it("are read from text and written back", () => {
    for (const text of [
      "mad:10,hits=3,of=5",
      "quantile:0.995,side=both,hits=2,hold=12,rest=4,guard=24",
      "fixed:1,hold=3",
    ]) {
      expect(String(parseThreshold(text))).toBe(text);
    }
    expect(String(parseThreshold("mad:10,hits=3,of=3"))).toBe("mad:10,hits=3");
    expect(String(parseThreshold("mad:10,hits=1"))).toBe("mad:10");
    expect(() => parseThreshold("mad:10,hits=many")).toThrow(/threshold mad: hits/);
    expect(() => parseThreshold("mad:10,of=5,hits=9")).toThrow(/never/);
  });

  it("are the same for a series in chunks, before and after saving", () => {
    const rules = [fixed(0.6), quantile(0.6), dspot(0.05, { depth: 5, level: 0.8 })];
    const calm = Float64Array.from({ length: 300 }, (_, i) => ((i * 7919) % 97) / 97);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
        fc.record({
          hits: fc.integer({ min: 1, max: 3 }),
          of: fc.integer({ min: 3, max: 6 }),
          hold: fc.integer({ min: 0, max: 4 }),
          rest: fc.integer({ min: 0, max: 4 }),
          guard: fc.integer({ min: 0, max: 4 }),
        }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(...rules),
        (given, conditions, size, rule) => {
          const fitted = persistent(rule, conditions).fit(calm);
          const scores = Float64Array.from(given);
          const whole = [...fitted.apply(scores)];
          const again = thresholdFromJSON(JSON.parse(JSON.stringify(fitted)));
          expect(String(again)).toBe(String(fitted));
          expect(again.toJSON()).toEqual(fitted.toJSON());
          const stream = again.open();
          const parts: number[] = [];
          for (let i = 0; i < scores.length; i += size) parts.push(...stream.push(scores.subarray(i, i + size)));
          expect(parts).toEqual(whole);
        },
      ),
    );
  });

  it("trust no file", () => {
    const good = persistent(mad(3), { hits: 2 })
      .fit(Float64Array.of(1, 2, 3, 9))
      .toJSON();
    expect(thresholdFromJSON(good).alarm).toEqual({ hits: 2, of: 2, hold: 0, rest: 0, guard: 0 });
    for (const alarm of [
      null,
      3,
      [],
      { hits: 5, of: 2 },
      { of: 1e12 },
      { hold: Number.NaN },
      { hits: "2" },
      { x: 1 },
    ]) {
      const read = () => thresholdFromJSON({ ...good, alarm });
      expect(read, JSON.stringify(alarm)).toThrow(ModelFileError);
    }
  });

  it("hold for each series on its own", async () => {
    const rows = fromRows(Array.from({ length: 40 }, (_, i) => [(i * 7) % 11]));
    const model = await pipeline({ detector: constant(), threshold: persistent(fixed(1), { hits: 2 }) }).fit(rows);
    const scores = Float64Array.of(0, 2, 2, 0, 0, 2);
    expect([...model.flag(scores)]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...model.flag(scores, { starts: [0, 2] })]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...model.flag(Float64Array.of(2, Number.NaN, 2))]).toEqual([0, 0, 1]);
  });
});
