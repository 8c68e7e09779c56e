import { describe, expect, it } from "vitest";
import { fitGeneralizedPareto } from "../math/generalized-pareto.js";
import { Random } from "../random.js";
import golden from "./golden-rules.json" with { type: "json" };
import {
  benjaminiHochberg,
  bestF1Oracle,
  conformal,
  conformalPValues,
  cost,
  dspot,
  dspotStream,
  fixed,
  iqr,
  parseThreshold,
  pot,
  quantile,
  thresholdFromJSON,
} from "./index.js";

const near = (found: number, expected: number, tolerance: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * Math.max(1e-300, Math.abs(expected)));

describe(`sides against NumPy ${golden.madeBy.numpy}`, () => {
  it.each(golden.sides)("$name: quantile and iqr, to the last bit", ({ scores, ...expected }) => {
    const train = Float64Array.from(scores);
    for (const [q = 0, low = 0, high = 0] of expected.quantile) {
      expect(quantile(q, { side: "both" }).fit(train)).toMatchObject({ low: low + 0, threshold: high + 0 });
      expect(quantile(q, { side: "low" }).fit(train)).toMatchObject({
        low: low + 0,
        threshold: Number.POSITIVE_INFINITY,
      });
    }
    for (const [k = 0, low = 0, high = 0] of expected.iqr) {
      const rule = iqr(k, { side: "both" }).fit(train);
      near(rule.low, low, 1e-15);
      near(rule.threshold, high, 1e-15);
      expect(iqr(k).fit(train)).toMatchObject({ threshold: rule.threshold, low: Number.NEGATIVE_INFINITY });
    }
  });

  it("flag what lies strictly outside", () => {
    const rule = quantile(0.75, { side: "both" }).fit(Float64Array.of(1, 2, 3, 4, 5));
    expect([...rule.apply(Float64Array.of(1.9, 2, 4, 4.1))]).toEqual([1, 0, 0, 1]);
    expect([
      ...quantile(0.75, { side: "low" })
        .fit(Float64Array.of(1, 2, 3, 4, 5))
        .apply(Float64Array.of(1, 2, 99)),
    ]).toEqual([1, 0, 0]);
    expect(() => quantile(0.2, { side: "both" }).fit(Float64Array.of(1, 2))).toThrow(/at least 0\.5/);
  });
});

describe(`peaks over threshold against SciPy ${golden.madeBy.scipy}`, () => {
  it.each(golden.tails)("$name: shape, scale and thresholds", ({ scores, level, shape, scale, high }) => {
    const train = Float64Array.from(scores);
    const initial = quantile(level).fit(train).threshold;
    const found = fitGeneralizedPareto(train.filter((score) => score > initial).map((score) => score - initial));
    expect(Math.abs(found.shape - shape)).toBeLessThan(1e-5);
    near(found.scale, scale, 1e-5);
    for (const [q = 0, threshold = 0] of high) {
      near(pot(q, { level }).fit(train).threshold, threshold, 1e-4);
      const both = pot(q, { level, side: "both" }).fit(train.map((score) => -score));
      near(-both.low, threshold, 1e-4);
    }
  });

  it("keep to the initial threshold where there is no tail", () => {
    const ties = Float64Array.of(...new Array(99).fill(1), 1);
    expect(pot(1e-3).fit(ties).threshold).toBe(1);
    const alike = Float64Array.of(...new Array(90).fill(0), ...new Array(10).fill(2));
    const { threshold } = pot(1e-3, { level: 0.8 }).fit(alike);
    near(threshold, 2 * Math.log(0.1 / 1e-3), 1e-12); // exponential with mean 2 above 0
    expect(pot(0.5).fit(Float64Array.from({ length: 100 }, (_, i) => i)).threshold).toBe(0.98 * 99);
  });

  it("pass the promised share of new scores", () => {
    const random = new Random(5);
    const draw = (n: number) => Float64Array.from({ length: n }, () => random.normal() ** 2);
    const rule = pot(1e-3).fit(draw(20_000));
    const flagged = rule.apply(draw(200_000)).reduce((sum, flag) => sum + flag, 0);
    expect(flagged).toBeGreaterThan(100);
    expect(flagged).toBeLessThan(350);
  });
});

describe("dspot", () => {
  it.each(golden.streams)("$name: limits and flags of the published algorithm", (stream) => {
    const { q, level, depth } = stream;
    const rule = dspot(q, { level, depth }).fit(Float64Array.from(stream.scores));
    const series = Float64Array.from(stream.series);
    expect([...rule.apply(series)]).toEqual(stream.flags);
    const one = dspotStream(rule);
    stream.series.forEach((score, i) => {
      const { anomaly, threshold } = one.update(score);
      near(threshold, stream.thresholds[i] as number, 1e-4);
      expect(anomaly ? 1 : 0).toBe(stream.flags[i]);
    });
  });

  it("decides alike however a series is cut, saved and loaded", () => {
    const random = new Random(3);
    const draw = (n: number) =>
      Float64Array.from({ length: n }, (_, i) => i / 100 + random.normal() * (1 + (i % 97 === 96 ? 9 : 0)));
    const rule = dspot(1e-3, { depth: 30, level: 0.9, side: "both" }).fit(draw(800));
    const series = draw(500);
    const whole = rule.apply(series);
    expect(whole.includes(1)).toBe(true);
    const stream = thresholdFromJSON(JSON.parse(JSON.stringify(rule))).open();
    const cuts = [0, 1, 7, 7, 200, 500];
    const parts = cuts.slice(1).flatMap((to, i) => [...stream.push(series.subarray(cuts[i], to))]);
    expect(parts).toEqual([...whole]);
    expect([...rule.apply(series)]).toEqual([...whole]); // deciding changes nothing
  });

  it("names the row of a NaN from the beginning of the series, and needs enough scores", () => {
    const rule = dspot(1e-3, { depth: 2, level: 0.5 }).fit(Float64Array.of(1, 2, 3, 4, 5));
    const stream = rule.open();
    stream.push(Float64Array.of(1, 2));
    expect(() => stream.push(Float64Array.of(1, Number.NaN))).toThrow(/^row 4:/);
    expect(() => dspot(1e-3, { depth: 4 }).fit(Float64Array.of(1, 2, 3, 4, 5))).toThrow(
      expect.objectContaining({ code: "SHAPE_TOO_FEW_ROWS" }),
    );
    expect(() => dspotStream(fixed(1).fit(new Float64Array(0)))).toThrow(/dspot is needed; found fixed:1/);
  });

  it("keeps infinite scores out and goes on", () => {
    const stream = dspotStream(dspot(1e-3, { depth: 3 }).fit(Float64Array.from({ length: 100 }, (_, i) => i % 10)));
    expect(stream.update(Number.POSITIVE_INFINITY).anomaly).toBe(true);
    expect(stream.update(5).anomaly).toBe(false);
    expect(Number.isFinite(stream.limits.threshold)).toBe(true);
  });
});

describe("conformal", () => {
  const calibration = Float64Array.from(golden.conformal.calibration);
  const scores = Float64Array.from(golden.conformal.scores);

  it("has the p-values of the definition, ties included", () => {
    const found = conformalPValues(calibration, scores);
    for (const [i, p] of golden.conformal.p.entries()) near(found[i] as number, p, 1e-15);
  });

  it("flags rows with p ≤ alpha, by a threshold alone", () => {
    for (const [alpha, flags] of Object.entries(golden.conformal.alarms)) {
      expect([...conformal(Number(alpha)).fit(calibration).apply(scores)]).toEqual(flags);
    }
  });

  it("controls false discoveries as SciPy does", () => {
    for (const [rate, flags] of Object.entries(golden.conformal.discoveries)) {
      expect([...benjaminiHochberg(conformalPValues(calibration, scores), Number(rate))]).toEqual(flags);
      const rule = conformal(Number(rate), { control: "discoveries" }).fit(calibration);
      expect([...rule.apply(scores)]).toEqual(flags);
      expect([...thresholdFromJSON(JSON.parse(JSON.stringify(rule))).apply(scores)]).toEqual(flags);
      expect(() => rule.open()).toThrow(expect.objectContaining({ code: "PARAM_RANGE" }));
    }
  });

  it("keeps its promise: normal rows are flagged at the promised rate, whatever their distribution", () => {
    const random = new Random(17);
    const laws: Record<string, () => number> = {
      normal: () => random.normal(),
      heavy: () => random.normal() / Math.max(1e-9, Math.abs(random.normal())),
      ties: () => random.below(4),
    };
    for (const [name, law] of Object.entries(laws)) {
      for (const alpha of [0.05, 0.2]) {
        let flagged = 0;
        const trials = 4000;
        for (let t = 0; t < trials; t++) {
          // A new calibration each time: the promise is about both together.
          const rule = conformal(alpha).fit(Float64Array.from({ length: 39 }, law));
          flagged += rule.apply(Float64Array.of(law()))[0] as number;
        }
        const rate = flagged / trials;
        const error = 4 * Math.sqrt((alpha * (1 - alpha)) / trials);
        expect(rate, name).toBeLessThanOrEqual(alpha + error);
        // n + 1 = 40 makes alpha (n + 1) whole: without ties the rate is alpha itself, not just below.
        if (name !== "ties") expect(rate, name).toBeGreaterThanOrEqual(alpha - error);
      }
    }
  });

  it("keeps its promise about discoveries", () => {
    const random = new Random(18);
    const trials = 600;
    let falseShare = 0;
    let found = 0;
    for (let t = 0; t < trials; t++) {
      const rule = conformal(0.2, { control: "discoveries" }).fit(
        Float64Array.from({ length: 200 }, () => random.normal()),
      );
      const flags = rule.apply(Float64Array.from({ length: 60 }, (_, i) => random.normal() + (i < 15 ? 4 : 0)));
      const all = flags.reduce((sum, flag) => sum + flag, 0);
      const right = flags.subarray(0, 15).reduce((sum, flag) => sum + flag, 0);
      falseShare += all === 0 ? 0 : (all - right) / all / trials;
      found += right / 15 / trials;
    }
    expect(falseShare).toBeLessThanOrEqual(0.2);
    expect(found).toBeGreaterThan(0.8);
  });

  it("refuses what could never flag anything", () => {
    expect(() => conformal(0.01).fit(new Float64Array(98))).toThrow(/at least 99 calibration scores; found 98/);
    expect(conformal(0.01).fit(new Float64Array(99)).threshold).toBe(0);
  });
});

describe(`thresholds from labels against scikit-learn ${golden.madeBy["scikit-learn"]}`, () => {
  const scores = Float64Array.from(golden.labelled.scores);
  const labels = Uint8Array.from(golden.labelled.labels);
  const counted = (flags: Uint8Array) => {
    const of = (label: number, flag: number) => flags.filter((each, i) => each === flag && labels[i] === label).length;
    return { tp: of(1, 1), fp: of(0, 1), fn: of(1, 0) };
  };

  it("reach the best F-score there is", () => {
    for (const [beta, best] of Object.entries(golden.labelled.fbeta)) {
      const { tp, fp, fn } = counted(bestF1Oracle(Number(beta)).fit(scores, { labels }).apply(scores));
      const w = Number(beta) ** 2;
      near(((1 + w) * tp) / ((1 + w) * tp + w * fn + fp), best, 1e-14);
    }
  });

  it("reach the least cost there is", () => {
    for (const [missed, least] of Object.entries(golden.labelled.cost)) {
      const { fp, fn } = counted(cost(Number(missed)).fit(scores, { labels }).apply(scores));
      expect(fp + Number(missed) * fn).toBe(least);
    }
  });

  it("flag everything or nothing where that is best", () => {
    const all = cost(100).fit(Float64Array.of(1, 2, 3), { labels: [1, 0, 0] });
    expect([...all.apply(Float64Array.of(1, 2, 3))]).toEqual([1, 1, 1]);
    const none = cost(0.1).fit(Float64Array.of(1, 2, 3), { labels: [1, 0, 0] });
    expect([...none.apply(Float64Array.of(1, 2, 3))]).toEqual([0, 0, 0]);
  });

  it("say that they are oracles", () => {
    const rule = parseThreshold("best-f1").fit(scores, { labels });
    expect(rule.oracle).toBe(true);
    expect(JSON.parse(JSON.stringify(rule))).toMatchObject({ rule: "best-f1-oracle", oracle: true });
    expect(String(rule)).toContain("oracle");
    expect(quantile(0.9).fit(scores).oracle).toBe(false);
  });

  it("need labels of both kinds", () => {
    expect(() => cost(1).fit(scores)).toThrow(expect.objectContaining({ code: "PARAM_TYPE" }));
    expect(() => cost(1).fit(scores, { labels: [1] })).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    expect(() => bestF1Oracle(1).fit(scores, { labels: new Uint8Array(scores.length) })).toThrow(
      expect.objectContaining({ code: "DATA_ONE_CLASS" }),
    );
  });
});

describe("a damaged threshold of a file", () => {
  const stored = JSON.parse(
    JSON.stringify(dspot(0.01, { depth: 2, level: 0.5 }).fit(Float64Array.of(1, 4, 2, 8, 5, 7, 3, 6))),
  );
  it.each([
    [{ ...stored, state: undefined }],
    [{ ...stored, state: { ...stored.state, window: [1] } }],
    [{ ...stored, state: { ...stored.state, window: [1, null] } }],
    [{ ...stored, state: { ...stored.state, high: [0, 1, 2, 0, 1] } }],
    [{ ...stored, state: { ...stored.state, highExcesses: [-1] } }],
    [{ ...stored, state: [] }],
    [{ ...stored, options: { depth: -1 } }],
    [{ ...stored, low: "0" }],
    [
      {
        rule: "conformal",
        value: 0.1,
        options: { control: "discoveries" },
        threshold: 1,
        state: { rows: 3, calibration: [2, 1] },
      },
    ],
    [
      {
        rule: "conformal",
        value: 0.1,
        options: { control: "discoveries" },
        threshold: 1,
        state: { rows: 1, calibration: [1, 2] },
      },
    ],
    [{ rule: "quantile", value: 0.1, threshold: null }],
  ])("is refused: %j", (json) => {
    expect(() => thresholdFromJSON(json)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
  });
});
