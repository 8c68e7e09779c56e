import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, ShapeError } from "../../errors.js";
import { Random } from "../../random.js";
import { averagePrecision, precisionRecallCurve, rocAuc, rocCurve } from "../index.js";

/** Rows with both classes; scores are small integers, so that ties abound and strictly growing maps stay exact. */
const rowsOfBothClasses = fc
  .array(fc.record({ label: fc.integer({ min: 0, max: 1 }), score: fc.integer({ min: -9, max: 9 }) }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => new Set(rows.map(({ label }) => label)).size === 2)
  .map((rows) => ({ labels: rows.map(({ label }) => label), scores: rows.map(({ score }) => score) }));

/** Share of (anomaly, normal) pairs in which the anomaly scores higher, a tie counting half. */
function pairwiseAuc(labels: readonly number[], scores: readonly number[]): number {
  let wins = 0;
  let pairs = 0;
  labels.forEach((label, i) => {
    if (label !== 1) return;
    labels.forEach((other, j) => {
      if (other !== 0) return;
      pairs++;
      const gap = (scores[i] as number) - (scores[j] as number);
      wins += gap > 0 ? 1 : gap === 0 ? 0.5 : 0;
    });
  });
  return wins / pairs;
}

/** Average precision by its definition: one step for each distinct score, counted afresh. */
function stepwiseAveragePrecision(labels: readonly number[], scores: readonly number[]): number {
  const anomalies = labels.filter((label) => label === 1).length;
  let sum = 0;
  let recallBefore = 0;
  for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
    const flagged = labels.filter((_, i) => (scores[i] as number) >= threshold);
    const found = flagged.filter((label) => label === 1).length;
    sum += (found / anomalies - recallBefore) * (found / flagged.length);
    recallBefore = found / anomalies;
  }
  return sum;
}

describe("rocAuc", () => {
  it("equals the count over all pairs", () => {
    fc.assert(
      fc.property(rowsOfBothClasses, ({ labels, scores }) => {
        expect(rocAuc(labels, scores)).toBe(pairwiseAuc(labels, scores));
      }),
    );
  });

  it("turns into 1 − AUC when the scores or the labels are reversed", () => {
    fc.assert(
      fc.property(rowsOfBothClasses, ({ labels, scores }) => {
        const auc = rocAuc(labels, scores);
        const reversed = scores.map((score) => -score);
        expect(rocAuc(labels, reversed)).toBeCloseTo(1 - auc, 14);
        const swapped = labels.map((label) => 1 - label);
        expect(rocAuc(swapped, scores)).toBeCloseTo(1 - auc, 14);
      }),
    );
  });

  it("is the area under the ROC curve, with or without the points on straight lines", () => {
    fc.assert(
      fc.property(rowsOfBothClasses, fc.boolean(), ({ labels, scores }, dropIntermediate) => {
        const { fpr, tpr } = rocCurve(labels, scores, { dropIntermediate });
        let area = 0;
        for (let i = 1; i < fpr.length; i++) {
          const width = (fpr[i] as number) - (fpr[i - 1] as number);
          area += (width * ((tpr[i] as number) + (tpr[i - 1] as number))) / 2;
        }
        expect(area).toBeCloseTo(rocAuc(labels, scores), 13);
      }),
    );
  });

  it("ranks infinite scores like any other", () => {
    const { POSITIVE_INFINITY: high, NEGATIVE_INFINITY: low } = Number;
    expect(rocAuc([0, 0, 1, 1], [low, 0, 0, high])).toBe(0.875);
    expect(rocAuc([0, 1], [low, low])).toBe(0.5);
    expect(rocAuc([0, 1], [high, high])).toBe(0.5);
  });

  it("stays exact and within the stack on many rows", () => {
    const rows = 300_000;
    const random = new Random(11);
    const labels = Uint8Array.from({ length: rows }, () => (random.below(10) === 0 ? 1 : 0));
    // Every anomaly at 1, normal rows alternating 0, 1, 2: each anomaly wins once, ties once, loses once in three.
    let normals = 0;
    const scores = Float64Array.from(labels, (label) => (label === 1 ? 1 : normals++ % 3));
    const [below, equal] = [Math.ceil(normals / 3), Math.ceil((normals - 1) / 3)];
    expect(rocAuc(labels, scores)).toBe((2 * below + equal) / (2 * normals));
    const distinct = Float64Array.from({ length: rows }, () => random.uniform());
    expect(precisionRecallCurve(labels, distinct).thresholds.length).toBe(new Set(distinct).size);
    expect(rocAuc(labels, distinct)).toBeCloseTo(0.5, 2);
  });
});

describe("averagePrecision", () => {
  it("equals the sum by its definition", () => {
    fc.assert(
      fc.property(rowsOfBothClasses, ({ labels, scores }) => {
        expect(averagePrecision(labels, scores)).toBeCloseTo(stepwiseAveragePrecision(labels, scores), 13);
      }),
    );
  });

  it("is 1 for a perfect ranking and the share of anomalies when all scores tie", () => {
    expect(averagePrecision([0, 1, 0, 1], [1, 3, 2, 4])).toBe(1);
    expect(averagePrecision([0, 1, 0, 0], [7, 7, 7, 7])).toBe(0.25);
    expect(averagePrecision([1, 1], [1, 2])).toBe(1);
  });
});

describe("both", () => {
  const metrics = [rocAuc, averagePrecision];

  it("do not change under a strictly growing map of the scores or another order of the rows", () => {
    const maps = [(s: number) => 3 * s + 7, (s: number) => s ** 3, Math.exp, Math.atan];
    fc.assert(
      fc.property(rowsOfBothClasses, fc.nat(), ({ labels, scores }, turn) => {
        const rotated = <T>(values: readonly T[]): T[] => values.map((_, i) => values[(i + turn) % values.length] as T);
        for (const metric of metrics) {
          const before = metric(labels, scores);
          for (const map of maps) expect(metric(labels, scores.map(map))).toBe(before);
          expect(metric(rotated(labels), rotated(scores))).toBe(before);
        }
      }),
    );
  });

  it("leave their input as it was", () => {
    const labels = Uint8Array.of(1, 0, 1);
    const scores = Float64Array.of(0.2, 0.9, 0.1);
    for (const metric of [...metrics, rocCurve, precisionRecallCurve]) metric(labels, scores);
    expect([...labels, ...scores]).toEqual([1, 0, 1, 0.2, 0.9, 0.1]);
  });

  it.each([rocAuc, averagePrecision, rocCurve, precisionRecallCurve])("%o names what is wrong and where", (metric) => {
    expect(() => metric([0, 2, 1], [1, 2, 3])).toThrow(
      expect.objectContaining({ name: "DataError", code: "DATA_LABEL", where: { row: 2 } }),
    );
    expect(() => metric([0, Number.NaN], [1, 2])).toThrow(expect.objectContaining({ code: "DATA_LABEL" }));
    expect(() => metric([0, 1, 1], [1, 2, Number.NaN])).toThrow(/row 3: a score is a number; found NaN/);
    const text = ["0.5", "1"] as unknown as number[];
    expect(() => metric([0, 1], text)).toThrow(/row 1: a score is a number; found "0\.5"/);
    expect(() => metric([0, 1, 1], [1, 2])).toThrow(/3 labels need as many scores; found 2/);
    expect(() => metric([0, 1], [1, 2, 3])).toThrow(ShapeError);
    expect(() => metric([], [])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => metric([0, 0], [1, 2])).toThrow(DataError);
  });

  it("ROC refuses labels of one class, precision–recall only a lack of anomalies", () => {
    for (const metric of [rocAuc, rocCurve]) {
      expect(() => metric([1, 1], [1, 2])).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
      expect(() => metric([0, 0], [1, 2])).toThrow(/found only normal ones/);
    }
    expect([...precisionRecallCurve([1, 1], [1, 2]).recall]).toEqual([1, 0.5, 0]);
  });
});

describe("rocCurve", () => {
  it("shows an infinite score after the point at which nothing is flagged", () => {
    const { fpr, tpr, thresholds } = rocCurve([0, 1], [0, Number.POSITIVE_INFINITY]);
    expect([...thresholds]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
    expect([...tpr]).toEqual([0, 1, 1]);
    expect([...fpr]).toEqual([0, 0, 1]);
  });
});
