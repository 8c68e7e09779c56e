import { describe, expect, it } from "vitest";
import { pca } from "../detectors/tabular/pca/pca.js";
import { ModelFileError } from "../errors.js";
import { fromRows, type Matrix, matrix, rowRange } from "../matrix.js";
import { load } from "../model-file/load.js";
import { pipeline } from "../pipeline/pipeline.js";
import golden from "./golden-components.json" with { type: "json" };
import { principalComponents } from "./principal-components.js";
import { standardize } from "./scale.js";
import { restoreStep } from "./steps.js";
import { windows } from "./windows.js";

const { cols } = golden;
const of = (values: number[]): Matrix => matrix(Float64Array.from(values), values.length / cols, cols, [..."abcdef"]);
const [train, test] = [of(golden.train), of(golden.test)];

describe("principal components", () => {
  it.each(golden.cases)("are scikit-learn's: $components, whiten $whiten", ({ components, whiten, ...expected }) => {
    const fitted = principalComponents({ components: components as number | "all", whiten }).fit(train);
    expect(fitted.output.cols).toBe(expected.cols);
    const found = fitted.transform(test).data;
    expect(found).toHaveLength(expected.transformed.length);
    found.forEach((value, i) => {
      const other = expected.transformed[i] as number;
      expect(Math.abs(value - other), `value ${i}`).toBeLessThan(1e-9 * Math.max(1, Math.abs(other)));
    });
  });

  it("are the same from one series or several", () => {
    const parts = [rowRange(train, 0, 13), rowRange(train, 13, train.rows)];
    expect(principalComponents().fit(parts).state).toEqual(principalComponents().fit(train).state);
  });

  it("of no more rows than columns are those of the detector, and of the same rows twice", () => {
    const few = rowRange(train, 0, 5);
    const fitted = principalComponents({ components: 3, whiten: false }).fit(few);
    const twice = matrix(Float64Array.of(...few.data, ...few.data), 10, cols, [..."abcdef"]);
    const other = principalComponents({ components: 3, whiten: false }).fit(twice).transform(test).data;
    const found = fitted.transform(test).data;
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(other[i] as number, 9);
    });
    const { vectors } = pca({ components: 3 }).fitSync(few).state;
    expect((fitted.state as { directions: Float64Array }).directions).toEqual(vectors);
    const huge = matrix(Float64Array.of(1, 1e300, 3, 2, 5, 1), 2, 3);
    expect(() => principalComponents().fit(huge)).toThrow(/beyond the range of doubles/);
  });

  it("have names where columns have them, and leave a row with a missing value without", () => {
    const fitted = principalComponents({ components: 2 }).fit(train);
    expect(fitted.output.columns).toEqual(["component1", "component2"]);
    const gap = of(golden.test);
    gap.data[8] = Number.NaN;
    const { data } = fitted.transform(gap);
    expect([...data].map(Number.isNaN)).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0, 0].map(Boolean));
  });

  it("share what a component contributes among the columns, through scaling and windows, too", async () => {
    const steps = [standardize(), principalComponents({ components: 3 }), windows({ size: 2 })];
    const model = await pipeline({ steps, detector: pca({ components: "all", score: "t2" }) }).fit(train);
    const strange = of(golden.train.slice(0, 5 * cols));
    strange.data[3 * cols + 4] = 60;
    const scores = await model.score(strange);
    const pushes = await model.contributions(strange);
    expect(pushes.columns).toEqual([..."abcdef"]);
    for (let i = 0; i < strange.rows; i++) {
      const row = pushes.data.subarray(i * cols, (i + 1) * cols);
      const total = row.reduce((sum, push) => sum + push, 0);
      expect(Math.abs(total - (scores[i] as number))).toBeLessThan(1e-9 * (scores[i] as number));
    }
    const again = load(model.save());
    expect(again.scoreSync(strange)).toEqual(scores);
    expect(again.contributionsSync(strange)).toEqual(pushes);
  });

  it("refuse what has none", () => {
    const code = (wanted: string) => expect.objectContaining({ code: wanted });
    const step = principalComponents();
    expect(() => step.fit(fromRows([[1, 2]]))).toThrow(code("SHAPE_TOO_FEW_ROWS"));
    expect(() =>
      step.fit(
        fromRows([
          [1, 2],
          [1, 2],
        ]),
      ),
    ).toThrow(code("DATA_CONSTANT"));
    expect(() =>
      step.fit(
        fromRows([
          [1, 2],
          [Number.NaN, 2],
        ]),
      ),
    ).toThrow(code("DATA_MISSING"));
    expect(() =>
      step.fit(
        fromRows([
          [1, 2],
          [Number.POSITIVE_INFINITY, 2],
        ]),
      ),
    ).toThrow(code("DATA_INFINITE"));
    expect(() =>
      step.fit(
        fromRows([
          [1e300, 2],
          [-1e300, 2],
        ]),
      ),
    ).toThrow(code("DATA_INFINITE"));
    expect(() => principalComponents({ components: 7 }).fit(train)).toThrow(/7 components of 6 columns/);
    expect(() => principalComponents({ components: 2.5 }).fit(train)).toThrow(code("PARAM_RANGE"));
  });

  it("trust no file", () => {
    const { spec, params, state } = principalComponents({ components: 2 }).fit(train);
    const part = (changed: object) => ({ name: spec.name, params, state: { ...state, ...changed } });
    expect(restoreStep(part({}), cols, train.columns).transform(test)).toBeDefined();
    for (const changed of [
      { divisor: new Float64Array(0) },
      { divisor: new Float64Array(9).fill(1) },
      { divisor: Float64Array.of(1, 0) },
      { directions: new Float64Array(2 * cols) },
      { directions: state.directions.slice(1) },
      { center: Float64Array.of(1) },
      { center: new Float64Array(cols).fill(Number.NaN) },
      { divisor: 3 },
    ]) {
      expect(() => restoreStep(part(changed), cols, train.columns)).toThrow(ModelFileError);
    }
  });
});
