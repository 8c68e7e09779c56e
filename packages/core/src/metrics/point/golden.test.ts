import { describe, expect, it } from "vitest";
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  classificationReport,
  confusion,
  evaluate,
  f1,
  falseAlarmRate,
  fBeta,
  matthewsCorrelation,
  missedAlarmRate,
  multiclassReport,
  precision,
  precisionRecallCurve,
  recall,
  reportText,
  rocAuc,
  rocCurve,
} from "../index.js";
import golden from "./golden.json" with { type: "json" };

interface GoldenCurve {
  readonly thresholds: number[];
  readonly precision: number[];
  readonly recall: number[];
}

interface GoldenRoc {
  readonly finiteThresholds: number[];
  readonly fpr: number[];
  readonly tpr: number[];
}

interface GoldenCase {
  readonly name: string;
  readonly labels: number[];
  readonly scores: number[];
  readonly flags: number[];
  readonly confusion: { tp: number; fp: number; fn: number; tn: number };
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly matthews: number;
  readonly fBeta: [number, number][];
  readonly text: string | null;
  readonly report: Record<"0" | "1" | "macro" | "weighted", Record<string, number>>;
  readonly rocAuc: number | null;
  readonly averagePrecision: number | null;
  readonly roc: { all: GoldenRoc; dropped: GoldenRoc } | null;
  readonly precisionRecall: { all: GoldenCurve; dropped: GoldenCurve } | null;
}

const cases = golden.cases as unknown as GoldenCase[];

/** Both sides round sums of at most a hundred terms, each in its own order. */
const CLOSE = 14;

function close(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, CLOSE);
  });
}

describe(`metrics against scikit-learn ${golden.madeBy["scikit-learn"]}`, () => {
  it.each(cases)("$name: figures of the flags", ({ labels, flags, ...expected }) => {
    expect(confusion(labels, flags)).toEqual(expected.confusion);
    const report = classificationReport(labels, flags);
    for (const key of ["0", "1", "macro", "weighted"] as const) {
      for (const figure of ["precision", "recall", "f1", "support"] as const) {
        expect(report[key][figure], `${key} ${figure}`).toBeCloseTo(expected.report[key][figure] as number, CLOSE);
      }
    }
    expect(accuracy(labels, flags)).toBe(expected.accuracy);
    expect(balancedAccuracy(labels, flags)).toBeCloseTo(expected.balancedAccuracy, CLOSE);
    expect(matthewsCorrelation(labels, flags)).toBeCloseTo(expected.matthews, CLOSE);
    for (const [beta, value] of expected.fBeta) {
      expect(fBeta(labels, flags, beta)).toBeCloseTo(value, CLOSE);
      expect(fBeta(expected.confusion, beta)).toBe(fBeta(labels, flags, beta));
    }
    if (expected.text !== null) expect(reportText(report)).toBe(expected.text);
    expect(precision(labels, flags)).toBe(expected.report["1"].precision);
    expect(recall(labels, flags)).toBe(expected.report["1"].recall);
    expect(f1(labels, flags)).toBeCloseTo(expected.report["1"].f1 as number, CLOSE);
    const { tp, fp, fn, tn } = expected.confusion;
    expect(falseAlarmRate(labels, flags)).toBe(fp + tn === 0 ? 0 : fp / (fp + tn));
    expect(missedAlarmRate(labels, flags)).toBe(tp + fn === 0 ? 0 : fn / (tp + fn));
  });

  it.each(cases)("$name: areas, and null where they are undefined", ({ labels, scores, flags, ...expected }) => {
    const { metrics } = evaluate(labels, scores, flags);
    if (expected.rocAuc === null) {
      expect(metrics.rocAuc).toBeNull();
      expect(() => rocAuc(labels, scores)).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
    } else {
      expect(rocAuc(labels, scores)).toBeCloseTo(expected.rocAuc, CLOSE);
      expect(metrics.rocAuc).toBe(rocAuc(labels, scores));
    }
    if (expected.averagePrecision === null) {
      expect(metrics.averagePrecision).toBeNull();
      expect(() => averagePrecision(labels, scores)).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
    } else {
      expect(averagePrecision(labels, scores)).toBeCloseTo(expected.averagePrecision, CLOSE);
      expect(metrics.averagePrecision).toBe(averagePrecision(labels, scores));
    }
  });

  it.each(cases.filter(({ roc }) => roc !== null))("$name: ROC curve", ({ labels, scores, roc }) => {
    const [all, dropped] = [rocCurve(labels, scores, { dropIntermediate: false }), rocCurve(labels, scores)];
    for (const [found, expected] of [[all, roc?.all] as const, [dropped, roc?.dropped] as const]) {
      expect(found.thresholds[0]).toBe(Number.POSITIVE_INFINITY);
      close(found.thresholds.subarray(1), expected?.finiteThresholds ?? []);
      close(found.fpr, expected?.fpr ?? []);
      close(found.tpr, expected?.tpr ?? []);
    }
  });

  it.each(cases.filter((each) => each.precisionRecall !== null))("$name: precision–recall curve", (each) => {
    const { labels, scores, precisionRecall } = each;
    const all = precisionRecallCurve(labels, scores);
    const dropped = precisionRecallCurve(labels, scores, { dropIntermediate: true });
    for (const [found, expected] of [
      [all, precisionRecall?.all] as const,
      [dropped, precisionRecall?.dropped] as const,
    ]) {
      close(found.thresholds, expected?.thresholds ?? []);
      close(found.precision, expected?.precision ?? []);
      close(found.recall, expected?.recall ?? []);
    }
  });

  it.each(golden.multiclass)("several classes: $name", ({ truth, predicted, ...expected }) => {
    const report = multiclassReport(truth, predicted);
    expect(report.classes).toEqual(expected.classes);
    expect(report.confusion).toEqual(expected.confusion);
    expect(report.accuracy).toBe(expected.accuracy);
    for (const key of ["macro", "weighted"] as const) {
      expect(report[key].precision).toBeCloseTo(expected[key].precision, CLOSE);
      expect(report[key].recall).toBeCloseTo(expected[key].recall, CLOSE);
      expect(report[key].f1).toBeCloseTo(expected[key]["f1-score"], CLOSE);
      expect(report[key].support).toBe(expected[key].support);
    }
    expect(reportText(report)).toBe(expected.text);
    expect(reportText(report, { digits: 4 })).toBe(expected.fourDigits);
  });
});
