import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import {
  affiliationScores,
  evaluateSeries,
  eventScores,
  nabScore,
  pointAdjusted,
  rangeScores,
  type SeriesMeasures,
  volumesUnderSurface,
} from "./index.js";

const rows = 1200;
const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 300 >= 250 && i % 300 < 280 ? 1 : 0));
const random = new Random(5);
const scores = Float64Array.from(labels, (label) => random.normal() + 2 * label);
const flags = Uint8Array.from(scores, (score) => (score > 2 ? 1 : 0));

describe("evaluateSeries", () => {
  it("gives the same keys every time, and all of them survive JSON", () => {
    const result = evaluateSeries(labels, scores, flags);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(Object.keys(result)).toEqual(["metrics", "random", "events", "delay", "lead", "series", "window"]);
    expect(Object.keys(result.metrics)).toEqual([
      "vusRoc",
      "vusPr",
      "rangePrecision",
      "rangeRecall",
      "rangeF1",
      "affiliationPrecision",
      "affiliationRecall",
      "affiliationF1",
      "eventRecall",
      "compositeF1",
      "pointAdjustedF1",
      "nabStandard",
      "nabLowFalsePositives",
      "nabLowFalseNegatives",
    ]);
    expect(Object.keys(result.random)).toEqual(Object.keys(result.metrics));
  });

  it("has the values of the measures one by one", () => {
    const starts = [0, 600];
    const { metrics, events } = evaluateSeries(labels, scores, flags, { starts, window: 20 });
    expect(metrics.vusPr).toBe(volumesUnderSurface(labels, scores, { starts, window: 20 }).pr);
    expect(metrics.rangeF1).toBe(rangeScores(labels, flags, { starts }).f);
    expect(metrics.affiliationF1).toBe(affiliationScores(labels, flags, { starts }).f1);
    expect(metrics.pointAdjustedF1).toBe(pointAdjusted(labels, flags, { starts }).f1);
    expect(metrics.compositeF1).toBe(eventScores(labels, flags, { starts }).compositeF1);
    expect(events.events).toBe(4);
    const windows = [
      { start: 250, end: 280 },
      { start: 550, end: 580 },
    ];
    const series = [0, 600].map((from) => ({ flags: flags.subarray(from, from + 600), windows }));
    expect(metrics.nabStandard).toBe(nabScore(series).score);
  });

  it("shows what chance gets, which is much for some measures", () => {
    const { random: chance, metrics } = evaluateSeries(labels, scores, flags, { repeats: 20 });
    expect(chance.affiliationPrecision).toBeGreaterThan(0.35);
    expect(chance.affiliationPrecision).toBeLessThan(0.65);
    expect(chance.vusRoc).toBeLessThan((metrics.vusRoc as number) - 0.2);
    const all = evaluateSeries(
      labels,
      scores,
      labels.map(() => 1),
    );
    for (const key of [
      "rangeF1",
      "affiliationF1",
      "compositeF1",
      "pointAdjustedF1",
    ] satisfies (keyof SeriesMeasures)[]) {
      expect(all.random[key]).toBeCloseTo(all.metrics[key] as number, 12);
    }
  });

  it("gives null, not an error, for labels of one class", () => {
    const normal = evaluateSeries([0, 0, 0], [1, 2, 3], [0, 0, 1]);
    expect(new Set(Object.values(normal.metrics))).toEqual(new Set([null]));
    expect(normal).toMatchObject({ events: { events: 0, alarms: 1, falseAlarms: 1 }, delay: { mean: null } });
    const anomalous = evaluateSeries([1, 1, 1], [1, 2, 3], [0, 0, 1]);
    expect(anomalous.metrics).toMatchObject({ vusPr: null, eventRecall: 1, pointAdjustedF1: 1 });
    expect(evaluateSeries([0, 0], [1, 2], [0, 0], { horizon: 5 }).lead).toBeNull();
  });

  it("counts leads before the episodes when a horizon is given", () => {
    const warned = labels.map((_, i) => (i % 300 === 240 || i === 100 ? 1 : 0));
    const { lead, delay } = evaluateSeries(labels, scores, warned, {
      horizon: 600,
      times: Float64Array.from(labels, (_, i) => 60 * i),
    });
    expect(lead).toMatchObject({ failures: 4, warned: 4, mean: 600, median: 600, falseAlarms: 1 });
    expect(delay.mean).toBeNull();
  });

  it("checks what it is given", () => {
    expect(() => evaluateSeries([0, 1], [1], [0, 1])).toThrow(/2 labels need as many scores/);
    expect(() => evaluateSeries([], [], [])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => evaluateSeries([0, 1], [1, Number.NaN], [0, 1])).toThrow(/row 2: a score is a number/);
    expect(() => evaluateSeries([0, 1], [1, 2], [0, 1], { repeats: 0 })).toThrow(/repeats/);
    expect(() => evaluateSeries([0, 1], [1, 2], [0, 1], { times: [2, 1] })).toThrow(/times ascend/);
  });
});
