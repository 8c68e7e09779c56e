import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ParamError } from "../../errors.js";
import { changePointScore, nabBestThreshold, nabScore, nabWindows } from "../index.js";

describe("NAB", () => {
  it("gives 100 for perfection, 0 for silence, and less for a constant alarm", () => {
    const windows = nabWindows(400, [150, 300]);
    const series = (flag: (i: number) => boolean) => [
      { flags: Array.from({ length: 400 }, (_, i) => (flag(i) ? 1 : 0)), windows },
    ];
    expect(nabScore(series((i) => windows.some(({ start }) => start === i))).score).toBeCloseTo(100, 10);
    expect(nabScore(series(() => false)).score).toBe(0);
    expect(nabScore(series(() => true)).score).toBeLessThan(-500);
    expect(
      nabScore(
        series(() => false),
        { profile: "lowFalseNegatives" },
      ).raw,
    ).toBe(-4);
    expect(nabScore(series((i) => i < 60))).toMatchObject({ falseAlarms: 0, score: 0 });
  });

  it("finds the threshold of the best score, which no other threshold beats", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 30, maxLength: 60 }),
        fc.integer({ min: 10, max: 25 }),
        (scores, at) => {
          const windows = [{ start: at, end: at + 4 }];
          const best = nabBestThreshold([{ scores, windows }]);
          const score = (threshold: number) =>
            nabScore([{ flags: scores.map((each) => (each > threshold ? 1 : 0)), windows }]).score;
          expect(score(best.threshold)).toBeCloseTo(best.score, 9);
          for (let t = -1; t <= 8; t++) expect(score(t)).toBeLessThanOrEqual(best.score + 1e-9);
        },
      ),
    );
  });

  it("joins windows that meet and refuses impossible ones", () => {
    expect(nabWindows(100, [30, 32])).toEqual([{ start: 28, end: 35 }]);
    expect(nabWindows(100, [])).toEqual([]);
    expect(() => nabWindows(100, [100])).toThrow(ParamError);
    const flags = [0, 0, 0, 0];
    expect(() => nabScore([{ flags, windows: [{ start: 2, end: 9 }] }])).toThrow(/windows: expected ranges/);
    expect(() => nabScore([{ flags, windows: [] }])).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
    expect(() => nabScore([{ flags: [0, 2], windows: [{ start: 1, end: 2 }] }])).toThrow(/row 2: a flag/);
    const windows = [{ start: 1, end: 2 }];
    expect(() => nabScore([{ flags, windows }], { profile: "toString" as "standard" })).toThrow(/profile: expected/);
    expect(() => nabScore([{ flags, windows }], { probation: 1 })).toThrow(/probation/);
    expect(() => nabBestThreshold([{ scores: [1, Number.NaN], windows }])).toThrow(/row 2: a score/);
  });
});

describe("the score of change points", () => {
  const labels = Array.from({ length: 300 }, (_, i) => (i === 100 || i === 200 ? 1 : 0));

  it("falls with delay and with false alarms", () => {
    const score = (...alarms: number[]) =>
      changePointScore([{ labels, flags: labels.map((_, i) => (alarms.includes(i) ? 1 : 0)) }], { width: 60 });
    expect(score(100, 200).score).toBeCloseTo(100, 10);
    expect(score(130, 230).score).toBeLessThan(score(110, 210).score);
    expect(score(100, 200, 20)).toMatchObject({ falseAlarms: 1, detected: 2, alarmPrecision: 2 / 3 });
    expect(score().score).toBe(0);
    expect(score(100, 101, 102).falseAlarms).toBe(0);
  });

  it("shows how well an alarm every 60 rows does", () => {
    const flags = labels.map((_, i) => (i % 60 === 0 ? 1 : 0));
    const { score, alarmPrecision } = changePointScore([{ labels, flags }], { width: 60 });
    expect(score).toBeGreaterThan(30);
    expect(alarmPrecision).toBeLessThan(0.5);
  });

  it("needs a change point, a width and times that ascend", () => {
    expect(() => changePointScore([{ labels: [0], flags: [0] }], { width: 60 })).toThrow(/at least one anomaly/);
    expect(() => changePointScore([{ labels, flags: labels }], { width: 0 })).toThrow(/width/);
    expect(() => changePointScore([{ labels: [1, 1], flags: [1, 1], times: [2, 1] }], { width: 1 })).toThrow(/ascend/);
  });
});
