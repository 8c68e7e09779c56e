import { describe, expect, it } from "vitest";
import {
  affiliationScores,
  changePointScore,
  eventScores,
  f1,
  type NabProfile,
  nabBestThreshold,
  nabScore,
  type PositionalBias,
  pointAdjusted,
  rangePrecision,
  rangeRecall,
  rangeScores,
  volumesUnderSurface,
  windowedAveragePrecision,
  windowedRocAuc,
} from "../index.js";
import golden from "./golden.json" with { type: "json" };

const cases = golden.cases.map((each) => ({
  ...each,
  labels: Uint8Array.from(each.labels, Number),
  flags: Uint8Array.from(each.flags, Number),
  scores: Float64Array.from(each.scores),
}));

describe(`measures of series against TSB-AD ${golden.madeBy["TSB-AD"]}`, () => {
  it.each(cases)("$name: volumes under the surface", ({ labels, scores, window, volumes }) => {
    const { roc, pr } = volumesUnderSurface(labels, scores, { window });
    expect(Math.abs(roc - volumes.roc)).toBeLessThan(1e-12);
    expect(Math.abs(pr - volumes.pr)).toBeLessThan(1e-12);
  });

  it.each(cases)("$name: affiliation", ({ labels, flags, affiliation }) => {
    const { precision, recall } = affiliationScores(labels, flags);
    expect(precision).toBeCloseTo(affiliation.precision, 12);
    expect(recall).toBeCloseTo(affiliation.recall, 12);
  });

  it.each(cases)("$name: F-measures of ranges, events and adjusted points", (each) => {
    const { labels, flags, rangeF1, eventF1, adjustedF1 } = each;
    if (rangeF1 !== null) expect(rangeScores(labels, flags, { recall: { alpha: 0.2 } }).f).toBeCloseTo(rangeF1, 12);
    expect(eventScores(labels, flags).compositeF1).toBeCloseTo(eventF1, 12);
    if (adjustedF1 !== null) expect(pointAdjusted(labels, flags).f1).toBeCloseTo(adjustedF1, 12);
  });
});

describe(`range precision and recall against prts ${golden.madeBy.prts}`, () => {
  it.each(cases.filter(({ range }) => range.length > 0))("$name", ({ labels, flags, range }) => {
    for (const { recall, precision, ...options } of range) {
      const asked = options as { alpha: number; cardinality: "one" | "reciprocal"; bias: PositionalBias };
      expect(rangeRecall(labels, flags, asked), JSON.stringify(options)).toBeCloseTo(recall, 12);
      expect(rangePrecision(labels, flags, asked), JSON.stringify(options)).toBeCloseTo(precision, 12);
    }
  });
});

describe(`windowed areas against Darts ${golden.madeBy.u8darts}`, () => {
  it.each(cases)("$name", ({ labels, scores, windowed }) => {
    expect(windowed.length).toBeGreaterThan(0);
    for (const { window, rocAuc, averagePrecision } of windowed) {
      expect(windowedRocAuc(labels, scores, { window })).toBeCloseTo(rocAuc, 12);
      expect(windowedAveragePrecision(labels, scores, { window })).toBeCloseTo(averagePrecision, 12);
    }
  });
});

describe("against definitions worked out row by row", () => {
  it.each(cases)("$name: PA%K", ({ labels, flags, adjusted }) => {
    for (const { k, ...expected } of adjusted) {
      const found = pointAdjusted(labels, flags, { k });
      expect(found.precision, `K = ${k}`).toBeCloseTo(expected.precision, 12);
      expect(found.recall, `K = ${k}`).toBeCloseTo(expected.recall, 12);
      expect(found.f1, `K = ${k}`).toBeCloseTo(expected.f1, 12);
    }
    expect(pointAdjusted(labels, flags, { k: 100 }).f1).toBeCloseTo(f1(labels, flags), 12);
  });

  const files = golden.nab.files.map(({ scores, windows }) => ({
    scores: Float64Array.from(scores),
    windows: windows.map(([first, last]) => ({ start: first as number, end: (last as number) + 1 })),
  }));

  it.each(golden.nab.at)("NAB, $profile, flags from $atLeast", ({ profile, atLeast, raw, score }) => {
    const flagged = files.map(({ scores, windows }) => ({
      flags: Array.from(scores, (each) => (each >= atLeast ? 1 : 0)),
      windows,
    }));
    const found = nabScore(flagged, { profile: profile as NabProfile });
    expect(found.raw).toBeCloseTo(raw, 10);
    expect(found.score).toBeCloseTo(score, 9);
  });

  it.each(Object.entries(golden.nab.profiles))("NAB, %s, best threshold", (name, { score, atLeast }) => {
    const profile = name as NabProfile;
    const found = nabBestThreshold(files, { profile });
    expect(found.score).toBeCloseTo(score, 9);
    const flagged = files.map(({ scores, windows }) => {
      const flags = Array.from(scores, (each) => (each > found.threshold ? 1 : 0));
      expect(flags).toEqual(Array.from(scores, (each) => (each >= atLeast ? 1 : 0)));
      return { flags, windows };
    });
    expect(nabScore(flagged, { profile }).score).toBeCloseTo(found.score, 9);
  });

  it.each(Object.entries(golden.changePoints.profiles))("change points, %s", (name, score) => {
    const { files: series, width } = golden.changePoints;
    expect(changePointScore(series, { width, profile: name as NabProfile }).score).toBeCloseTo(score, 9);
  });
});
