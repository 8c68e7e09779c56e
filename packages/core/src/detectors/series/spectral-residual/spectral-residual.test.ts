import { describe, expect, it } from "vitest";
import { ParamError } from "../../../errors.js";
import { matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import golden from "./golden.json" with { type: "json" };
import { Saliency } from "./saliency.js";
import { spectralResidual } from "./spectral-residual.js";

describe("saliency", () => {
  it.each(golden.maps)("of $values.length values is NumPy's, smoothing $smoothing", ({ values, smoothing, map }) => {
    const found = new Saliency(values.length, { smoothing }).of(values);
    map.forEach((expected, t) => {
      expect(found[t]).toBeCloseTo(expected, 9);
    });
  });
});

describe("spectral residual", () => {
  const random = new Random(2);
  const wave = (rows: number) =>
    matrix(
      Float64Array.from({ length: rows * 2 }, (_, i) => Math.abs(((i >> 1) % 24) - 12) + 0.3 * random.normal()),
      rows,
      2,
    );

  it("is the saliency of the last row of each window against those before, as NumPy works it out", () => {
    const { train, test, scores, options } = golden.detector;
    const column = (values: readonly number[]) => matrix(Float64Array.from(values), values.length, 1);
    const found = spectralResidual(options).fitSync(column(train)).scoreSync(column(test));
    scores.forEach((expected, t) => {
      expect(found[t], `row ${t}`).toBeCloseTo(expected, 7);
    });
  });

  it("finds a spike in one of two sensors, and says in which", () => {
    const model = spectralResidual().fitSync(wave(600));
    const x = wave(400);
    const odd = { ...x, data: x.data.map((v, i) => (i === 2 * 250 + 1 ? v + 9 : v)) };
    const scores = model.scoreSync(odd);
    // The rows right behind a spike are foreseen from it.
    const first = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
    expect(first).toBeGreaterThanOrEqual(250);
    expect(first).toBeLessThanOrEqual(252);
    const { data } = model.contributionsSync(odd);
    expect([data[500], data[501]]).toEqual([0, scores[250]]);
  });

  it("refuses windows that it cannot transform, or that are too short", () => {
    expect(() => spectralResidual({ window: 100 }).fitSync(wave(50))).toThrow(ParamError);
    expect(() => spectralResidual({ window: 16 }).fitSync(wave(50))).toThrow(/power of two ≥ 27/);
  });
});
