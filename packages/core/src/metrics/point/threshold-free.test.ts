import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, ParamError } from "../../errors.js";
import { fixed } from "../../thresholds/index.js";
import {
  balancedAccuracy,
  classificationReport,
  confusion,
  costCurve,
  fBeta,
  matthewsCorrelation,
  multiclassReport,
  precisionAt,
  reportText,
} from "../index.js";

const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 40 })
  .filter((all) => all.some(([label]) => label === 1))
  .map((all) => ({ labels: all.map(([label]) => label), scores: all.map(([, score]) => score) }));

describe("precisionAt", () => {
  it("is the mean over the orders in which ties could be broken", () => {
    expect(precisionAt([1, 0, 0, 1], [3, 2, 2, 2])).toBeCloseTo((1 + 1 / 3) / 2, 15);
    expect(precisionAt([1, 0, 0, 1], [5, 5, 5, 5], 1)).toBe(0.5);
    expect(precisionAt([1, 0, 0, 1], [1, 2, 3, 4], 4)).toBe(0.5);
  });

  it("does not depend on the order of the rows, and stays from 0 to 1", () => {
    fc.assert(
      fc.property(rows, ({ labels, scores }) => {
        for (let n = 1; n <= labels.length; n++) {
          const found = precisionAt(labels, scores, n);
          expect(found).toBeGreaterThanOrEqual(0);
          expect(found).toBeLessThanOrEqual(1);
          expect(precisionAt(labels.toReversed(), scores.toReversed(), n)).toBe(found);
          expect(
            precisionAt(
              labels,
              scores.map((score) => score ** 3),
              n,
            ),
          ).toBe(found);
        }
      }),
    );
  });

  it("refuses an impossible n and labels without an anomaly", () => {
    for (const n of [0, 3, 1.5, Number.NaN]) expect(() => precisionAt([0, 1], [1, 2], n)).toThrow(ParamError);
    expect(() => precisionAt([0, 0], [1, 2])).toThrow(DataError);
  });
});

describe("costCurve", () => {
  it("has the costs that its threshold gives to fixed(), and no threshold is cheaper", () => {
    const cost = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(rows, cost, cost, ({ labels, scores }, falseAlarm, missedAlarm) => {
        const { cost: costs, best, thresholds } = costCurve(labels, scores, { falseAlarm, missedAlarm });
        const paid = (flags: ArrayLike<number>) => {
          const { fp, fn } = confusion(labels, flags);
          return falseAlarm * fp + missedAlarm * fn;
        };
        const doubles = Float64Array.from(scores);
        expect(paid(fixed(best.threshold).fit(doubles).apply(doubles))).toBe(best.cost);
        thresholds.forEach((threshold, i) => {
          expect(paid(scores.map((score) => (score >= threshold ? 1 : 0)))).toBe(costs[i]);
          expect(costs[i]).toBeGreaterThanOrEqual(best.cost);
        });
      }),
    );
  });

  it("flags nothing where false alarms cost all, and everything where misses do", () => {
    const scores = Float64Array.of(-5e307, 1, 1.0000000000000002, Number.MAX_VALUE);
    const flags = (falseAlarm: number, missedAlarm: number, labels = [1, 0, 1, 0]) => {
      const { threshold } = costCurve(labels, scores, { falseAlarm, missedAlarm }).best;
      return [...fixed(threshold).fit(scores).apply(scores)];
    };
    expect(flags(1, 0)).toEqual([0, 0, 0, 0]);
    expect(flags(0, 1)).toEqual([1, 1, 1, 1]);
    expect(flags(1, 1.5, [0, 0, 1, 0])).toEqual([0, 0, 1, 1]);
  });

  it("refuses costs that are none", () => {
    expect(() => costCurve([0, 1], [1, 2], { falseAlarm: -1 })).toThrow(/falseAlarm: a cost is a finite number/);
    expect(() => costCurve([0, 1], [1, 2], { missedAlarm: Number.NaN })).toThrow(ParamError);
    expect(() => costCurve([0, 0], [1, 2])).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
  });
});

describe("rates", () => {
  const flagged = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 40 })
    .map((all) => [all.map(([label]) => label), all.map(([, flag]) => flag)] as const);

  it("swap as labels and flags swap", () => {
    fc.assert(
      fc.property(flagged, ([labels, flags]) => {
        expect(matthewsCorrelation(labels, flags)).toBeCloseTo(matthewsCorrelation(flags, labels), 14);
        const turned = flags.map((flag) => 1 - flag);
        expect(matthewsCorrelation(labels, turned)).toBeCloseTo(-matthewsCorrelation(labels, flags), 14);
        expect(balancedAccuracy(labels, turned)).toBeCloseTo(1 - balancedAccuracy(labels, flags), 14);
        expect(fBeta(labels, flags, 2)).toBeCloseTo(fBeta(flags, labels, 0.5), 14);
      }),
    );
  });

  it("are right for counts whose product is no exact number", () => {
    const counts = { tp: 4e7, fp: 1e7, fn: 1e7, tn: 4e7 };
    expect(matthewsCorrelation(counts)).toBeCloseTo(0.6, 12);
    expect(() => fBeta(counts, -1)).toThrow(ParamError);
    expect(() => fBeta([0], [0], Number.POSITIVE_INFINITY)).toThrow(/beta/);
  });
});

describe("reports", () => {
  it("name the row of what is no class", () => {
    expect(() => multiclassReport([1, Number.NaN], [1, 1])).toThrow(/^row 2: a class is a finite number or a text/);
    expect(() => multiclassReport([1], [])).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    expect(() => multiclassReport([], [])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(multiclassReport([-0, 0], [0, -0]).accuracy).toBe(1);
  });

  it("take names for the two classes", () => {
    const text = reportText(classificationReport([0, 1], [0, 1]), { names: ["normal", "leak"] });
    expect(text).toContain("      normal       1.00      1.00      1.00         1\n");
    expect(text).toContain("        leak       1.00      1.00      1.00         1\n");
  });
});
