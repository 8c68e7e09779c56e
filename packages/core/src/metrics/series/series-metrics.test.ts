import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, ParamError, ShapeError } from "../../errors.js";
import { Random } from "../../random.js";
import {
  affiliationScores,
  detectionDelay,
  episodesOf,
  eventScores,
  type Labels,
  leadTime,
  pointAdjusted,
  pointAdjustedCurve,
  rangePrecision,
  rangeRecall,
  rangeScores,
  recall,
  rocAuc,
  type SeriesOptions,
  volumesUnderSurface,
  windowedRocAuc,
} from "../index.js";

const bits = (length: { minLength: number; maxLength: number }) => fc.array(fc.integer({ min: 0, max: 1 }), length);
const judgedRows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 60 })
  .map((rows) => ({ labels: rows.map(([label]) => label), flags: rows.map(([, flag]) => flag) }));
const scoredRows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -9, max: 9 })), { minLength: 2, maxLength: 60 })
  .map((rows) => ({ labels: rows.map(([label]) => label), scores: rows.map(([, score]) => score) }))
  .filter(({ labels }) => new Set(labels).size === 2);

const ofFlags: [string, (labels: Labels, flags: Labels, options?: SeriesOptions) => object][] = [
  ["rangeScores", rangeScores],
  ["eventScores", eventScores],
  ["affiliationScores", affiliationScores],
  ["pointAdjusted", pointAdjusted],
  ["detectionDelay", detectionDelay],
];

describe("episodesOf", () => {
  it("finds runs, and cuts them where a series begins", () => {
    expect(episodesOf([1, 1, 0, 1, 1])).toEqual([
      { start: 0, end: 2 },
      { start: 3, end: 5 },
    ]);
    expect(episodesOf([1, 1, 0, 1, 1], { starts: [0, 1, 4] })).toHaveLength(4);
    expect(episodesOf([])).toEqual([]);
  });

  it.each([[[]], [[1]], [[0, 0]], [[0, 3, 2]], [[0, 5]], [[0, 1.5]]])("refuses the starts %j", (starts) => {
    expect(() => episodesOf([1, 1, 0, 1, 1], { starts })).toThrow(ShapeError);
  });
});

describe.each(ofFlags)("%s", (_name, measure) => {
  it("names what is wrong and where", () => {
    expect(() => measure([0, 1, 2], [0, 1, 1])).toThrow(/^row 3: a label is 0/);
    expect(() => measure([0, 1, 1], [0, Number.NaN, 1])).toThrow(/^row 2: a flag is 0/);
    expect(() => measure([0, 1], [0])).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    expect(() => measure([], [])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => measure([0, 1], [0, 1], { starts: [1] })).toThrow(/starts/);
  });

  it("is finite and from 0 to 1 wherever it is a share", () => {
    fc.assert(
      fc.property(judgedRows, ({ labels, flags }) => {
        for (const [key, value] of Object.entries(measure(labels, flags))) {
          if (!/precision|recall|^f1?$|F1/i.test(key)) continue;
          expect(value, key).toBeGreaterThanOrEqual(0);
          expect(value, key).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  it("is perfect when the flags are the labels", () => {
    const labels = [0, 1, 1, 0, 0, 1, 0, 1, 1, 1];
    const found = measure(labels, labels) as Record<string, number>;
    for (const key of ["precision", "recall", "f1", "f"]) if (key in found) expect(found[key]).toBe(1);
  });

  it("reads the same of typed arrays and of views into larger ones", () => {
    const [labels, flags] = [
      [0, 1, 1, 0, 1, 0],
      [1, 1, 0, 0, 0, 1],
    ];
    const view = (values: number[]) => new Uint8Array([9, 9, ...values, 9]).subarray(2, 2 + values.length);
    expect(measure(view(labels), view(flags))).toEqual(measure(labels, flags));
  });
});

describe("range scores", () => {
  it("are point recall for one flat episode of any shape of alarms", () => {
    fc.assert(
      fc.property(bits({ minLength: 1, maxLength: 40 }), (flags) => {
        const labels = flags.map(() => 1);
        expect(rangeRecall(labels, flags, { cardinality: "one" })).toBeCloseTo(recall(labels, flags), 12);
      }),
    );
  });

  it("weigh the front, middle and back of an episode", () => {
    const labels = [1, 1, 1, 1, 1];
    const front = [1, 0, 0, 0, 0];
    expect(rangeRecall(labels, front, { bias: "front" })).toBeCloseTo(5 / 15, 14);
    expect(rangeRecall(labels, front, { bias: "back" })).toBeCloseTo(1 / 15, 14);
    expect(rangeRecall(labels, front, { bias: "middle" })).toBeCloseTo(1 / 9, 14);
  });

  it("take a function of the number of overlaps", () => {
    const labels = [1, 1, 1, 1, 1, 1];
    const flags = [1, 0, 1, 0, 1, 0];
    expect(rangeRecall(labels, flags, { cardinality: (overlaps) => 1 / overlaps ** 2 })).toBeCloseTo(0.5 / 9, 14);
    expect(() => rangeRecall(labels, flags, { cardinality: () => 2 })).toThrow(ParamError);
    expect(() => rangeRecall(labels, flags, { cardinality: "two" as "one" })).toThrow(/cardinality: .*found "two"/);
  });

  it("refuse impossible options", () => {
    expect(() => rangeRecall([1], [1], { alpha: 1.5 })).toThrow(/alpha: expected a number from 0 to 1; found 1.5/);
    expect(() => rangeRecall([1], [1], { bias: "left" as "front" })).toThrow(/bias: expected one of flat, back/);
    expect(() => rangeScores([1], [1], { beta: -1 })).toThrow(/beta/);
  });

  it("swap roles when labels and flags are swapped", () => {
    fc.assert(
      fc.property(judgedRows, ({ labels, flags }) => {
        expect(rangePrecision(labels, flags)).toBe(rangeRecall(flags, labels));
      }),
    );
  });
});

describe("series that follow each other", () => {
  it("count as when they are judged apart and pooled", () => {
    fc.assert(
      fc.property(judgedRows, judgedRows, (a, b) => {
        const labels = [...a.labels, ...b.labels];
        const flags = [...a.flags, ...b.flags];
        const starts = [0, a.labels.length];
        const [first, second] = [eventScores(a.labels, a.flags), eventScores(b.labels, b.flags)];
        const both = eventScores(labels, flags, { starts });
        for (const key of ["events", "detected", "alarms", "falseAlarms"] as const) {
          expect(both[key]).toBe(first[key] + second[key]);
        }
        expect([...detectionDelay(labels, flags, { starts }).delays]).toEqual([
          ...detectionDelay(a.labels, a.flags).delays,
          ...detectionDelay(b.labels, b.flags).delays,
        ]);
        const recalls = [affiliationScores(a.labels, a.flags), affiliationScores(b.labels, b.flags)];
        const pooled = recalls.reduce((sum, { recall: r }, i) => sum + r * [first, second][i]!.events, 0);
        expect(affiliationScores(labels, flags, { starts }).recall).toBeCloseTo(pooled / Math.max(1, both.events), 12);
      }),
    );
  });

  it("have fringes that end where they end", () => {
    const labels = [0, 0, 0, 1, 0, 0, 0, 0];
    const scores = [0, 0, 0, 1, 9, 0, 0, 0];
    const apart = volumesUnderSurface(labels, scores, { window: 4, starts: [0, 4] });
    const together = volumesUnderSurface(labels, scores, { window: 4 });
    expect(apart.pr).toBeLessThan(together.pr);
  });
});

describe("affiliation", () => {
  it("pays for nearness", () => {
    const labels = Array.from({ length: 60 }, (_, i) => (i >= 30 && i < 34 ? 1 : 0));
    const at = (row: number) =>
      affiliationScores(
        labels,
        labels.map((_, i) => (i === row ? 1 : 0)),
      );
    expect(at(31).precision).toBe(1);
    expect(at(28).precision).toBeGreaterThan(at(20).precision);
    expect(at(28).recall).toBeGreaterThan(at(20).recall);
    expect(at(20).precision).toBeGreaterThan(at(0).precision);
  });

  it("equals a sum over fine points of time", () => {
    const fine = 400;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
          minLength: 2,
          maxLength: 12,
        }),
        (rows) => {
          const labels = rows.map(([label]) => label);
          const flags = rows.map(([, flag]) => flag);
          const events = episodesOf(labels);
          const alarms = episodesOf(flags);
          if (events.length !== 1 || alarms.length === 0) return;
          const event = events[0] as { start: number; end: number };
          const n = rows.length;
          const grid = (from: number, to: number) =>
            Array.from({ length: Math.round((to - from) * fine) }, (_, i) => from + (i + 0.5) / fine);
          const distance = (t: number, { start, end }: { start: number; end: number }) =>
            Math.max(start - t, t - end, 0);
          const farther = (from: (t: number) => number, d: number) => {
            const all = grid(0, n);
            return all.filter((t) => from(t) >= d).length / all.length;
          };
          const sampled = grid(event.start, event.end).filter((_, i) => i % 40 === 20);
          const recallSum = sampled.map((y) =>
            farther((t) => Math.abs(t - y), Math.min(...alarms.map((a) => distance(y, a)))),
          );
          const found = affiliationScores(labels, flags);
          expect(found.recall).toBeCloseTo(recallSum.reduce((a, b) => a + b, 0) / sampled.length, 2);
          const points = alarms.flatMap((a) => grid(a.start, a.end)).filter((_, i) => i % 40 === 20);
          const precisions = points.map((x) => farther((t) => distance(t, event), distance(x, event)));
          expect(found.precision).toBeCloseTo(precisions.reduce((a, b) => a + b, 0) / points.length, 1);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("is 0 without an alarm or an episode", () => {
    expect(affiliationScores([0, 1], [0, 0])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(affiliationScores([0, 0], [0, 1])).toEqual({ precision: 0, recall: 0, f1: 0 });
  });
});

describe("event scores", () => {
  it("are fooled by an endless alarm only where they say so", () => {
    const labels = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const { f1, compositeF1 } = eventScores(
      labels,
      labels.map(() => 1),
    );
    expect(f1).toBe(1);
    expect(compositeF1).toBeCloseTo(0.2 / 1.1, 14);
  });
});

describe("point adjustment", () => {
  const rows = 2000;
  const labels = Array.from({ length: rows }, (_, i) => (i % 500 >= 400 ? 1 : 0));

  it("pays random flags nearly as well as good ones, which the control shows", () => {
    const random = new Random(3);
    const flags = labels.map(() => (random.uniform() < 0.05 ? 1 : 0));
    const found = pointAdjusted(labels, flags);
    expect(found.f1).toBeGreaterThan(0.85);
    expect(found.random.f1).toBeGreaterThan(0.85);
    expect(found.inflated).toBe(true);
    expect(pointAdjusted(labels, flags, { k: 50 }).random.f1).toBeLessThan(0.15);
  });

  it("gives the control of a seed, whatever the flags are", () => {
    const early = labels.map((_, i) => (i < 90 ? 1 : 0));
    const late = labels.map((_, i) => (i >= rows - 90 ? 1 : 0));
    expect(pointAdjusted(labels, early).random).toEqual(pointAdjusted(labels, late).random);
    expect(pointAdjusted(labels, early, { seed: 1 }).random).not.toEqual(pointAdjusted(labels, early).random);
  });

  it("has a control that is exact where nothing is left to chance", () => {
    const all = labels.map(() => 1);
    const { f1, random } = pointAdjusted(labels, all);
    expect(random.f1).toBeCloseTo(f1, 14);
    expect(
      pointAdjusted(
        labels,
        labels.map(() => 0),
      ).random,
    ).toEqual({ precision: 0, recall: 0, f1: 0 });
    // More than half flagged: drawn from the other side, with the same meaning.
    const most = labels.map((_, i) => (i % 10 === 0 ? 0 : 1));
    expect(pointAdjusted(labels, most, { k: 100, repeats: 50 }).random.precision).toBeCloseTo(0.2, 2);
  });

  it("falls with K, and its area lies between", () => {
    fc.assert(
      fc.property(judgedRows, ({ labels: some, flags }) => {
        const { f1, area, k } = pointAdjustedCurve(some, flags, { repeats: 1 });
        for (let i = 1; i < f1.length; i++) expect(f1[i]).toBeLessThanOrEqual(f1[i - 1] as number);
        expect(area).toBeLessThanOrEqual((f1[0] as number) + 1e-12);
        expect(area).toBeGreaterThanOrEqual((f1[100] as number) - 1e-12);
        expect(f1[30]).toBe(pointAdjusted(some, flags, { k: k[30] as number, repeats: 1 }).f1);
      }),
    );
  });

  it("is never given without its control", () => {
    expect(() => pointAdjusted([0, 1], [0, 1], { repeats: 0 })).toThrow(/the control/);
    expect(() => pointAdjusted([0, 1], [0, 1], { k: 101 })).toThrow(/percentage/);
  });
});

describe("detection delay", () => {
  it("is counted in the unit of the times", () => {
    const found = detectionDelay([0, 1, 1, 1, 0, 1, 1], [0, 0, 0, 1, 1, 1, 0], { times: [0, 10, 20, 40, 50, 60, 70] });
    expect([...found.delays]).toEqual([30, 0]);
    expect(found).toMatchObject({ events: 2, detected: 2, mean: 15, median: 15, largest: 30 });
  });

  it("has no mean without a detection", () => {
    expect(detectionDelay([0, 1], [0, 0])).toMatchObject({ detected: 0, mean: null, median: null, largest: null });
  });

  it("refuses times that go back, except where a series begins", () => {
    const [labels, flags] = [
      [0, 1, 0, 1],
      [0, 1, 0, 1],
    ];
    const times = [5, 6, 1, 2];
    expect(() => detectionDelay(labels, flags, { times })).toThrow(
      expect.objectContaining({ name: "DataError", code: "DATA_TIME", where: { row: 3 } }),
    );
    expect(detectionDelay(labels, flags, { times, starts: [0, 2] }).mean).toBe(0);
    expect(() => detectionDelay(labels, flags, { times: [1, 2, Number.NaN, 4] })).toThrow(DataError);
    expect(() => detectionDelay(labels, flags, { times: [1] })).toThrow(ShapeError);
  });
});

describe("lead time", () => {
  const broken = [0, 0, 0, 0, 1, 1, 0, 0, 0, 1];

  it("looks no farther back than the horizon and the failure before", () => {
    const flags = [1, 1, 1, 1, 1, 1, 0, 1, 0, 0];
    const found = leadTime(broken, flags, { horizon: 3 });
    expect([...found.leads]).toEqual([3, 2]);
    expect([...found.standing]).toEqual([3, Number.NaN]);
    expect(found).toMatchObject({ failures: 2, warned: 2, mean: 2.5, falseAlarms: 0, falseAlarmRate: 1 });
    expect([...leadTime(broken, flags, { horizon: 100 }).leads]).toEqual([4, 2]);
  });

  it("leaves out ignored rows and counts what is left", () => {
    const flags = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    const ignore = [0, 0, 0, 0, 0, 0, 1, 1, 0, 0];
    const found = leadTime(broken, flags, { horizon: 2, ignore });
    expect(found).toMatchObject({ warned: 0, mean: null, falseAlarms: 1, falseAlarmRate: 0.5 });
    expect(leadTime(broken, flags, { horizon: 2 })).toMatchObject({ falseAlarms: 2, falseAlarmRate: 2 / 3 });
  });

  it("counts time, and stays inside a series", () => {
    const flags = [0, 1, 0, 0, 0, 0, 0, 1, 0, 0];
    const times = broken.map((_, i) => i * 60);
    expect([...leadTime(broken, flags, { horizon: 200, times }).leads]).toEqual([180, 120]);
    expect([...leadTime(broken, flags, { horizon: 9, starts: [0, 3, 8] }).leads]).toEqual([Number.NaN, Number.NaN]);
  });

  it("needs a failure and a horizon", () => {
    expect(() => leadTime([0, 0], [0, 1], { horizon: 1 })).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
    expect(() => leadTime(broken, broken, { horizon: 0 })).toThrow(/horizon/);
    expect(() => leadTime(broken, broken, { horizon: 1, ignore: [0] })).toThrow(ShapeError);
  });
});

describe("windowed areas", () => {
  it("are the plain ones for windows of one row, and refuse windows longer than the series", () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores }) => {
        expect(windowedRocAuc(labels, scores, { window: 1 })).toBe(rocAuc(labels, scores));
      }),
    );
    expect(() => windowedRocAuc([0, 1], [1, 2], { window: 3 })).toThrow(
      expect.objectContaining({ code: "SHAPE_TOO_FEW_ROWS" }),
    );
    expect(() => windowedRocAuc([0, 1], [1, 2], { window: 0 })).toThrow(ParamError);
    expect(() => windowedRocAuc([0, 1], [1], { window: 1 })).toThrow(ShapeError);
  });

  it("do not let a window span two series", () => {
    const labels = [0, 0, 1, 0, 0, 0];
    const scores = [0, 1, 9, 9, 2, 3];
    expect(windowedRocAuc(labels, scores, { window: 2, starts: [0, 3] })).toBe(1);
  });
});
