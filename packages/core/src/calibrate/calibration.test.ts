import { describe, expect, it } from "vitest";
import golden from "../combine/golden.json" with { type: "json" };
import { Random } from "../random.js";
import { calibrationFromJSON, fitCalibration, isotonicCalibration, logisticCalibration } from "./index.js";

const { scores, labels, queries, ...expected } = golden.calibration;
const METHODS = ["logistic", "isotonic", "ecdf", "gaussian"] as const;
const fit = (method: (typeof METHODS)[number]) => fitCalibration(method, Float64Array.from(scores), labels);

describe(`calibrations against scikit-learn ${golden.madeBy["scikit-learn"]} and SciPy ${golden.madeBy.scipy}`, () => {
  it.each([
    ["logistic", 2e-4], // scikit-learn's solver stops early
    ["isotonic", 1e-12],
    ["gaussian", 1e-12],
    ["ecdf", 1e-12],
  ] as const)("%s", (method, tolerance) => {
    const found = fit(method).apply(Float64Array.from(queries));
    for (const [i, p] of expected[method].entries()) expect(Math.abs((found[i] as number) - p)).toBeLessThan(tolerance);
  });
});

describe("calibrations", () => {
  it("never decrease and stay within 0 and 1", () => {
    const grid = Float64Array.from({ length: 400 }, (_, i) => (i - 200) / 20);
    for (const method of METHODS) {
      const p = fit(method).apply(Float64Array.of(Number.NEGATIVE_INFINITY, ...grid, Number.POSITIVE_INFINITY));
      p.forEach((each, i) => {
        expect(each).toBeGreaterThanOrEqual(i === 0 ? 0 : (p[i - 1] as number));
        expect(each).toBeLessThanOrEqual(1);
      });
    }
  });

  it("say the share of anomalies among rows of one score", () => {
    const random = new Random(4);
    const draw = (n: number) => {
      const y = Uint8Array.from({ length: n }, () => (random.uniform() < 0.3 ? 1 : 0));
      return { y, s: Float64Array.from(y, (label) => random.normal() + 2 * label) };
    };
    const train = draw(4000);
    const test = draw(20_000);
    for (const method of ["logistic", "isotonic"] as const) {
      const p = fitCalibration(method, train.s, train.y).apply(test.s);
      for (const [from, to] of [
        [0, 0.2],
        [0.2, 0.5],
        [0.5, 0.8],
        [0.8, 1.01],
      ] as const) {
        const rows = [...p.keys()].filter((i) => (p[i] as number) >= from && (p[i] as number) < to);
        const told = rows.reduce((sum, i) => sum + (p[i] as number), 0) / rows.length;
        const found = rows.reduce((sum, i) => sum + (test.y[i] as number), 0) / rows.length;
        expect(Math.abs(told - found), `${method} ${from}`).toBeLessThan(0.05);
      }
    }
  });

  it("take classes that do not overlap, scores upside down, and scores that do not vary", () => {
    const far = logisticCalibration([0, 1e6], [0, 1]).apply(Float64Array.of(0, 1e6));
    expect([...far].map((p) => p.toFixed(2))).toEqual(["0.33", "0.67"]);
    const turned = logisticCalibration([4, 3, 2, 1], [0, 0, 1, 1]).apply(Float64Array.of(1, 4));
    expect([...turned]).toEqual([0.5, 0.5]);
    expect([...isotonicCalibration([4, 3, 2, 1], [0, 0, 1, 1]).apply(Float64Array.of(0, 9))]).toEqual([0.5, 0.5]);
    const flat = logisticCalibration([1, 1, 1], [0, 0, 1]).apply(Float64Array.of(1));
    expect(flat[0]).toBeGreaterThan(0.2);
  });

  it("come back from JSON, bit for bit, and damaged ones do not", () => {
    for (const method of METHODS) {
      const stored = JSON.parse(JSON.stringify(fit(method)));
      const q = Float64Array.from(queries);
      expect(calibrationFromJSON(stored).apply(q)).toEqual(fit(method).apply(q));
      for (const damaged of [
        null,
        { ...stored, method: "x" },
        { ...stored, parameters: [Number.NaN] },
        { ...stored, scores: [2, 1] },
        { ...stored, scores: [], parameters: [] },
      ]) {
        expect(() => calibrationFromJSON(damaged)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
      }
    }
  });

  it("refuse one class, missing labels and bad scores", () => {
    expect(() => logisticCalibration([1, 2], [1, 1])).toThrow(expect.objectContaining({ code: "DATA_ONE_CLASS" }));
    expect(() => isotonicCalibration([1, Number.POSITIVE_INFINITY], [0, 1])).toThrow(/^row 2: /);
    expect(() => fitCalibration("logistic", Float64Array.of(1))).toThrow(
      expect.objectContaining({ code: "PARAM_TYPE" }),
    );
    expect(() => fitCalibration("beta" as never, Float64Array.of(1))).toThrow(/logistic, isotonic, ecdf, gaussian/);
    expect(() => fit("ecdf").apply(Float64Array.of(Number.NaN))).toThrow(/^row 1/);
  });
});
