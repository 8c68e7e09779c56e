import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { episodesOf, volumesUnderSurface } from "../index.js";

const scoredRows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -9, max: 9 })), { minLength: 2, maxLength: 60 })
  .map((rows) => ({ labels: rows.map(([label]) => label), scores: rows.map(([, score]) => score) }))
  .filter(({ labels }) => new Set(labels).size === 2);

/** VUS by its definition: every window, threshold and row. */
function volumesByDefinition(labels: number[], scores: number[], window: number, thresholds: number) {
  const rows = labels.length;
  const anomalies = labels.reduce((a, b) => a + b, 0);
  const sorted = [...scores].sort((a, b) => b - a);
  const sums = { roc: 0, pr: 0 };
  for (let width = 0; width <= window; width++) {
    const half = Math.floor(width / 2);
    const weights = labels.map((label, i) => {
      let sum = label;
      for (const { start, end } of episodesOf(labels)) {
        const d = i < start ? start - i : i - end + 1;
        if (d >= 1 && d <= half) sum += Math.sqrt(1 - d / width);
      }
      return Math.min(1, sum);
    });
    const fringed = episodesOf(weights.map((weight) => (weight > 0 ? 1 : 0)));
    // Fringes that touch without sharing a row are two.
    const groups: { start: number; end: number }[] = [];
    for (const { start, end } of episodesOf(labels)) {
      const last = groups.at(-1);
      const grown = { start: Math.max(0, start - half), end: Math.min(rows, end + half) };
      if (last !== undefined && last.end - 1 >= start - half) last.end = grown.end;
      else groups.push(grown);
    }
    expect(groups.length).toBeGreaterThanOrEqual(fringed.length);
    let before = { tpr: 0, fpr: 0 };
    for (let k = 0; k < thresholds; k++) {
      const place = k === thresholds - 1 ? rows - 1 : Math.floor(k * ((rows - 1) / (thresholds - 1)));
      const flags = scores.map((score) => (score >= (sorted[place] as number) ? 1 : 0));
      const flagged = flags.reduce<number>((a, b) => a + b, 0);
      const tp = flags.reduce<number>((sum, flag, i) => sum + flag * (weights[i] as number), 0);
      const soft = weights.reduce((sum, weight, i) => sum + (labels[i] === 1 ? 1 : weight * (flags[i] as number)), 0);
      const positives = (anomalies + soft) / 2;
      const hit = groups.filter(({ start, end }) => flags.slice(start, end).includes(1)).length / groups.length;
      const now = { tpr: Math.min(1, tp / positives) * hit, fpr: (flagged - tp) / (rows - positives) };
      sums.roc += ((now.fpr - before.fpr) * (now.tpr + before.tpr)) / 2;
      sums.pr += (now.tpr - before.tpr) * (tp / flagged);
      before = now;
    }
    sums.roc += ((1 - before.fpr) * (1 + before.tpr)) / 2;
  }
  return { roc: sums.roc / (window + 1), pr: sums.pr / (window + 1) };
}

describe("volumes under the surface", () => {
  it("equal the sum over every window, threshold and row", () => {
    fc.assert(
      fc.property(
        scoredRows,
        fc.integer({ min: 0, max: 70 }),
        fc.integer({ min: 2, max: 20 }),
        ({ labels, scores }, window, thresholds) => {
          const expected = volumesByDefinition(labels, scores, window, thresholds);
          const found = volumesUnderSurface(labels, scores, { window, thresholds });
          expect(found.roc).toBeCloseTo(expected.roc, 11);
          expect(found.pr).toBeCloseTo(expected.pr, 11);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("do not change under a strictly growing map of the scores", () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores }) => {
        const mapped = scores.map((score) => Math.exp(score / 3) - 7);
        const { roc, pr } = volumesUnderSurface(labels, mapped, { window: 9 });
        expect({ roc, pr }).toEqual(
          (({ roc: r, pr: p }) => ({ roc: r, pr: p }))(volumesUnderSurface(labels, scores, { window: 9 })),
        );
      }),
    );
  });

  it("read backwards what is labelled backwards", () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores }) => {
        const forwards = volumesUnderSurface(labels, scores, { window: 12 });
        const backwards = volumesUnderSurface(labels.toReversed(), scores.toReversed(), { window: 12 });
        expect(backwards.roc).toBeCloseTo(forwards.roc, 12);
        expect(backwards.pr).toBeCloseTo(forwards.pr, 12);
      }),
    );
  });

  it("take infinite scores, and refuse what has no order, one class and impossible sizes", () => {
    const { POSITIVE_INFINITY: high, NEGATIVE_INFINITY: low } = Number;
    expect(volumesUnderSurface([0, 1, 0, 0], [low, high, 0, -0], { window: 0 }).pr).toBe(1);
    expect(() => volumesUnderSurface([0, 1], [1, Number.NaN])).toThrow(/row 2: a score is a number; found NaN/);
    expect(() => volumesUnderSurface([0, 0], [1, 2])).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
    expect(() => volumesUnderSurface([1, 1], [1, 2])).toThrow(/found only anomalous ones/);
    expect(() => volumesUnderSurface([0, 1], [1, 2], { window: -1 })).toThrow(/window: expected a whole number/);
    expect(() => volumesUnderSurface([0, 1], [1, 2], { thresholds: 1 })).toThrow(/thresholds/);
  });
});
