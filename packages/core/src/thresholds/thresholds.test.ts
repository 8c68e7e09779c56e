import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "./golden.json" with { type: "json" };
import { contamination, fixed, mad, parseThreshold, quantile, thresholdFromJSON, thresholdRules } from "./index.js";

interface GoldenCase {
  readonly name: string;
  readonly scores: number[];
  readonly quantile: [number, number][];
  readonly contamination: [number, number][];
  readonly mad: [number, number][];
}

const cases = golden.cases as unknown as GoldenCase[];
const { POSITIVE_INFINITY: high, NEGATIVE_INFINITY: low, NaN: none } = Number;
const SCORES = Float64Array.of(0.3, 0.1, 0.9, 0.4, 0.2);
const scoreArrays = fc.float64Array({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9, minLength: 1 });

describe(`thresholds against NumPy ${golden.madeBy.numpy} and SciPy ${golden.madeBy.scipy}`, () => {
  it.each(cases)("$name: quantile and contamination, to the last bit", ({ scores, ...expected }) => {
    const train = Float64Array.from(scores);
    for (const [q, threshold] of expected.quantile) expect(quantile(q).fit(train).threshold).toBe(threshold + 0);
    for (const [c, threshold] of expected.contamination) {
      expect(contamination(c).fit(train).threshold).toBe(threshold + 0);
    }
  });

  it.each(cases)("$name: mad", ({ scores, ...expected }) => {
    const train = Float64Array.from(scores);
    for (const [k, threshold] of expected.mad) {
      const found = mad(k).fit(train).threshold;
      // Halfway between two neighbouring subnormals lies no double: either one is right, and k multiplies the choice.
      expect(Math.abs(found - threshold)).toBeLessThanOrEqual(Math.max(1e-14 * Math.abs(threshold), 1e-322));
    }
  });
});

describe("apply", () => {
  it("flags what is strictly greater than the threshold", () => {
    const rule = fixed(0.5).fit(SCORES);
    expect(rule.apply(Float64Array.of(0.5, 0.5 + 2 ** -53, 0.5 - 2 ** -54, high, low, -0))).toEqual(
      Uint8Array.of(0, 1, 0, 1, 0, 0),
    );
    expect(rule.apply(new Float64Array(0)).length).toBe(0);
  });

  it("refuses a NaN score and names its row", () => {
    const rule = fixed(0.5).fit(SCORES);
    expect(() => rule.apply(Float64Array.of(1, none))).toThrow(/^row 2: a score is a number; found NaN/);
    expect(() => rule.apply(Float64Array.of(1, none), { firstRow: 1001 })).toThrow(
      expect.objectContaining({ code: "DATA_MISSING", where: { row: 1002 } }),
    );
  });

  it("gives each score the flag it would have alone", () => {
    fc.assert(
      fc.property(scoreArrays, (scores) => {
        const rule = quantile(0.5).fit(scores);
        const flags = rule.apply(scores);
        scores.forEach((score, i) => {
          expect(rule.apply(Float64Array.of(score))[0]).toBe(flags[i]);
        });
      }),
    );
  });
});

describe("quantile", () => {
  it("flags at most a share 1 − q of the training rows, and none at q = 1", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(scoreArrays, share, (scores, q) => {
        const flagged = quantile(q)
          .fit(scores)
          .apply(scores)
          .reduce((sum, flag) => sum + flag, 0);
        expect(flagged).toBeLessThanOrEqual(Math.ceil((1 - q) * (scores.length - 1) + 1e-9));
        expect(quantile(1).fit(scores).apply(scores).includes(1)).toBe(false);
      }),
    );
  });

  it("flags nothing in training scores that are all equal", () => {
    const scores = new Float64Array(50).fill(0.1);
    for (const rule of [quantile(0.9), contamination(0.1), mad(3)]) {
      const fitted = rule.fit(scores);
      expect(fitted.threshold).toBe(0.1);
      expect(fitted.apply(scores).includes(1)).toBe(false);
    }
  });

  it("does not change its input", () => {
    const scores = SCORES.slice();
    for (const rule of [quantile(0.9), contamination(0.1), mad(3)]) rule.fit(scores);
    expect(scores).toEqual(SCORES);
  });
});

describe("fit", () => {
  const fitting = [quantile(0.5), contamination(0.5), mad(3)];

  it("takes one score", () => {
    for (const rule of fitting) expect(rule.fit(Float64Array.of(0.25)).threshold).toBe(0.25);
  });

  it("refuses no scores and NaN", () => {
    for (const rule of fitting) {
      expect(() => rule.fit(new Float64Array(0))).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
      expect(() => rule.fit(Float64Array.of(1, none))).toThrow(/^row 2: a score is a number; found NaN/);
      expect(() => rule.fit([1, 2] as unknown as Float64Array)).toThrow(/Float64Array\.from/);
    }
  });

  it("takes infinite scores as long as the threshold is finite", () => {
    expect(quantile(0.5).fit(Float64Array.of(low, 1, high)).threshold).toBe(1);
    expect(mad(1).fit(Float64Array.of(1, 2, 3, high)).threshold).toBeGreaterThan(2.5);
    for (const rule of [quantile(1), quantile(0.9), mad(3)]) {
      expect(() => rule.fit(Float64Array.of(1, high, high))).toThrow(
        expect.objectContaining({ code: "DATA_INFINITE" }),
      );
    }
    expect(() => quantile(0.5).fit(Float64Array.of(low, high))).toThrow(/comes out as NaN/);
  });

  it("looks at no score when the threshold is fixed", () => {
    expect(fixed(0.6).needsScores).toBe(false);
    expect(fixed(0.6).fit(Float64Array.of(none)).threshold).toBe(0.6);
    for (const rule of fitting) expect(rule.needsScores).toBe(true);
  });
});

describe("parameters", () => {
  it.each([
    [quantile, [-0.1, 1.0001, high]],
    [contamination, [0, 0.51, -0.1]],
    [fixed, [high, low]],
    [mad, [-1, high]],
  ] as const)("%o refuses values out of bounds", (factory, values) => {
    for (const value of values) expect(() => factory(value)).toThrow(expect.objectContaining({ code: "PARAM_RANGE" }));
    for (const value of [none, "0.5" as unknown as number, undefined as unknown as number]) {
      expect(() => factory(value)).toThrow(expect.objectContaining({ name: "ParamError", code: "PARAM_TYPE" }));
    }
  });

  it("lists examples that are themselves accepted", () => {
    expect(thresholdRules.map(({ name }) => name)).toEqual(
      "quantile contamination fixed mad iqr pot dspot conformal cost best-f1-oracle".split(" "),
    );
    for (const { name, example } of thresholdRules) {
      expect(String(parseThreshold(`${name}:${example}`))).toBe(`${name}:${example}`);
    }
  });
});

describe("parseThreshold", () => {
  it.each([
    ["quantile:0.995", "quantile", 0.995],
    [" contamination : 1e-2 ", "contamination", 0.01],
    ["fixed:-.6", "fixed", -0.6],
    ["mad:+3.", "mad", 3],
    ["iqr", "iqr", 1.5],
    ["pot:q=1e-4,level=0.9", "pot", 1e-4],
    ["pot:level=0.9", "pot", 0.001],
    ["spot:1e-5", "dspot", 1e-5],
    ["best-f1", "best-f1-oracle", 1],
    ["oracle:beta=2", "best-f1-oracle", 2],
  ])("reads %j", (text, rule, value) => {
    expect(parseThreshold(text)).toMatchObject({ rule, value });
  });

  it.each([
    ["percentile:0.9", "PARAM_UNKNOWN", /"percentile".*quantile:0\.995, contamination:0\.01, fixed:0\.6, mad:3\.5/],
    ["", "PARAM_UNKNOWN", /Choose one of/],
    ["0.9", "PARAM_UNKNOWN", /Choose one of/],
    ["quantile", "PARAM_TYPE", /found nothing\. Write quantile:0\.995/],
    ["quantile:", "PARAM_TYPE", /found nothing/],
    ["quantile:0,995", "PARAM_TYPE", /found "0,995"/],
    ["quantile:0.9,sides=low", "PARAM_UNKNOWN", /no parameter "sides".*side/],
    ["quantile:0.9,side=left", "PARAM_RANGE", /one of high, low, both/],
    ["quantile:side=low", "PARAM_TYPE", /q \(a number from 0 to 1\)/],
    ["pot:q=a", "PARAM_TYPE", /found "a"/],
    ["pot:1e-3,level=1", "PARAM_RANGE", /level/],
    ["pot:1", "PARAM_RANGE", /less than 1/],
    ["conformal", "PARAM_TYPE", /found nothing/],
    ["quantile:0x1", "PARAM_TYPE", /found "0x1"/],
    ["fixed:Infinity", "PARAM_TYPE", /found "Infinity"/],
    ["fixed:1e999", "PARAM_RANGE", /finite/],
    ["mad:3.5:2", "PARAM_TYPE", /found "3\.5:2"/],
    ["quantile:99.5", "PARAM_RANGE", /q must be from 0 to 1; found 99\.5/],
    ["contamination:0.6", "PARAM_RANGE", /at most 0\.5; found 0\.6/],
  ])("refuses %j and says what is possible", (text, code, message) => {
    expect(() => parseThreshold(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe("thresholdFromJSON", () => {
  it("restores what toJSON gave, bit for bit", () => {
    const scores = Float64Array.from({ length: 200 }, (_, i) => [-1 / 3, 0.1, 5e-324, 1e3, 0.3][i % 5] as number);
    const labels = Uint8Array.from(scores, (score) => (score > 1 ? 1 : 0));
    const texts = thresholdRules.map(({ name, example }) => `${name}:${example}`);
    for (const text of [
      ...texts,
      "quantile:0.9,side=both",
      "iqr:1,side=low",
      "pot:0.01,side=both",
      "dspot:0.01,side=both",
      "conformal:0.1,control=discoveries",
    ]) {
      const rule = parseThreshold(text).fit(scores, { labels });
      const restored = thresholdFromJSON(JSON.parse(JSON.stringify(rule)));
      expect(restored.toJSON()).toEqual(rule.toJSON());
      expect(restored.threshold).toBe(rule.threshold);
      expect(restored.apply(scores)).toEqual(rule.apply(scores));
    }
  });

  it.each([
    [null, "MODEL_CORRUPT"],
    ["quantile:0.5", "MODEL_CORRUPT"],
    [{}, "MODEL_CORRUPT"],
    [{ rule: ["quantile"], value: 0.5, threshold: 1 }, "MODEL_CORRUPT"],
    [{ rule: "quantile", value: 2, threshold: 1 }, "MODEL_CORRUPT"],
    [{ rule: "quantile", value: "0.5", threshold: 1 }, "MODEL_CORRUPT"],
    [{ rule: "quantile", value: 0.5 }, "MODEL_CORRUPT"],
    [{ rule: "quantile", value: 0.5, threshold: null }, "MODEL_CORRUPT"],
    [{ rule: "toString", value: 0.5, threshold: 1 }, "MODEL_NEWER"],
  ])("refuses %j", (json, code) => {
    expect(() => thresholdFromJSON(json)).toThrow(expect.objectContaining({ name: "ModelFileError", code }));
  });

  it("cannot be changed afterwards", () => {
    const rule = fixed(1).fit(SCORES);
    expect(() => Object.assign(rule, { threshold: 2 })).toThrow(TypeError);
  });
});
