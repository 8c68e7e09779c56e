import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfusionCounter, confusion, Evaluator, evaluate, f1, falseAlarmRate, missedAlarmRate } from "./index.js";

const bit = fc.integer({ min: 0, max: 1 });
const rows = fc.array(fc.tuple(bit, fc.double({ noNaN: true }), bit), { minLength: 1, maxLength: 50 });

function columns(part: readonly (readonly [number, number, number])[]): [Uint8Array, Float64Array, Uint8Array] {
  return [
    Uint8Array.from(part, ([label]) => label),
    Float64Array.from(part, ([, score]) => score),
    Uint8Array.from(part, ([, , flag]) => flag),
  ];
}

describe("evaluate", () => {
  it("gives the same keys every time, and all of them survive JSON", () => {
    const result = evaluate([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], [0, 1, 1, 1]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(Object.keys(result)).toEqual([
      "metrics",
      "oracle",
      "confusion",
      "report",
      "rows",
      "anomalies",
      "flagged",
      "notes",
    ]);
    expect(Object.keys(result.metrics)).toEqual([
      "rocAuc",
      "averagePrecision",
      "precision",
      "recall",
      "f1",
      "accuracy",
      "falseAlarmRate",
      "missedAlarmRate",
      "balancedAccuracy",
      "matthewsCorrelation",
      "precisionAtN",
    ]);
    expect(result.oracle).toMatchObject({ f1: 0.8, precision: 2 / 3, recall: 1, oracle: true });
    expect(result.oracle?.threshold).toBeCloseTo(0.225, 14);
    expect(result).toMatchObject({
      metrics: { rocAuc: 0.75, recall: 1, precision: 2 / 3, falseAlarmRate: 0.5, missedAlarmRate: 0, accuracy: 0.75 },
      confusion: { tp: 2, fp: 1, fn: 0, tn: 1 },
      rows: 4,
      anomalies: 2,
      flagged: 3,
      notes: [],
    });
    expect(Object.keys(result.report)).toEqual(["0", "1", "macro", "weighted"]);
  });

  it("reports null and says so when one class is absent", () => {
    const normal = evaluate([0, 0], [1, 2], [0, 1]);
    expect(normal.metrics).toMatchObject({ rocAuc: null, averagePrecision: null, recall: 0, falseAlarmRate: 0.5 });
    expect(normal.notes).toEqual([expect.stringContaining("No row is labelled as an anomaly")]);
    const anomalous = evaluate([1, 1], [1, 2], [0, 0]);
    expect(anomalous.metrics).toMatchObject({ rocAuc: null, averagePrecision: 1, missedAlarmRate: 1, precision: 0 });
    expect(anomalous.notes).toEqual([
      expect.stringContaining("Every row is labelled as an anomaly"),
      expect.stringContaining("No row is flagged"),
    ]);
  });

  it("does not depend on how the rows are cut into chunks", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, size) => {
        const evaluator = new Evaluator();
        for (let from = 0; from < all.length; from += size) {
          evaluator.add(...columns(all.slice(from, from + size)));
          evaluator.result();
        }
        expect(evaluator.rows).toBe(all.length);
        expect(evaluator.result()).toEqual(evaluate(...columns(all)));
      }),
    );
  });

  it("depends neither on the order of the rows nor on the unit of the scores", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const [labels, scores, flags] = columns(all);
        const { oracle, ...found } = evaluate(labels, scores, flags);
        const { oracle: other, ...turned } = evaluate(labels.toReversed(), scores.toReversed(), flags.toReversed());
        expect(turned).toEqual(found);
        expect(other).toEqual(oracle);
        // Ranks grow strictly with the scores.
        const distinct = [...new Set(scores)].sort((a, b) => a - b);
        const ranks = scores.map((score) => distinct.indexOf(score) + 0.5);
        const { oracle: best, ...ranked } = evaluate(labels, ranks, flags);
        expect(ranked).toEqual(found);
        expect(best?.f1).toBe(oracle?.f1);
      }),
    );
  });

  it("keeps every share between its bounds", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { metrics, oracle } = evaluate(...columns(all));
        for (const [key, value] of Object.entries(metrics)) {
          expect(value ?? 0, key).toBeGreaterThanOrEqual(key === "matthewsCorrelation" ? -1 : 0);
          expect(value ?? 0, key).toBeLessThanOrEqual(1);
        }
        if (oracle !== null) expect(oracle.f1).toBeGreaterThanOrEqual(2 / (2 + all.length));
      }),
    );
  });

  it("names the row of a bad value, counted over all chunks", () => {
    const evaluator = new Evaluator();
    evaluator.add([0, 1], [1, 2], [0, 0]);
    expect(() => evaluator.add([0, 1], [1, Number.NaN], [0, 0])).toThrow(/^row 4: a score is a number; found NaN/);
    expect(() => evaluate([0, 3], [1, 2], [0, 0])).toThrow(/^row 2: a label is 0 \(normal\) or 1 \(anomaly\); found 3/);
    expect(() => evaluate([0, 1], [1, 2], [0, -1])).toThrow(
      /^row 2: a flag is 0 \(normal\) or 1 \(anomaly\); found -1/,
    );
    expect(() => evaluate([0, 1], [1, 2], [0])).toThrow(/2 labels need as many flags; found 1/);
    expect(() => evaluate([0, 1], [1], [0, 1])).toThrow(/2 labels need as many scores; found 1/);
  });

  it("needs a row", () => {
    expect(() => evaluate([], [], [])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
    expect(() => new Evaluator().result()).toThrow(/an evaluation needs at least one row/);
  });
});

describe("confusion", () => {
  it("keeps nothing of a chunk with a bad value", () => {
    const counter = new ConfusionCounter();
    counter.add([1], [1]);
    expect(() => counter.add([1, 1], [1, 7])).toThrow(/^row 3: a flag/);
    expect(counter.counts()).toEqual({ tp: 1, fp: 0, fn: 0, tn: 0 });
  });

  it("refuses text, booleans and lengths that differ", () => {
    const text = ["1"] as unknown as number[];
    expect(() => confusion(text, [1])).toThrow(/found "1"/);
    expect(() => confusion([1], [true] as unknown as number[])).toThrow(/found true/);
    expect(() => confusion([1], [])).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    expect(() => confusion([], [])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
  });

  it("gives rates that agree with published counts (SKAB, convolutional autoencoder)", () => {
    const counts = { tp: 9193, tn: 9535, fp: 1495, fn: 3578 };
    expect(f1(counts)).toBeCloseTo(0.78, 2);
    expect(falseAlarmRate(counts)).toBeCloseTo(0.1355, 4);
    expect(missedAlarmRate(counts)).toBeCloseTo(0.2802, 4);
  });
});
