import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../../errors.js";
import { fromRows, type Matrix, matrix, rowRange, stackRows } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { expectClose, table } from "../../testing/golden.js";
import { autoregress, CRITERIA, selectLags } from "./autoregression.js";
import { vectorAutoregression } from "./var.js";

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly lags: number;
    readonly cols: number;
    readonly y: readonly number[];
    readonly params: readonly number[];
    readonly covariance: readonly number[];
    readonly scores: readonly number[];
  }[];
  readonly orders: readonly {
    readonly cols: number;
    readonly y: readonly number[];
    readonly most: number;
    readonly selected: Readonly<Record<string, number>>;
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;

/** Two sensors that follow each other, with noise. */
function process(rows: number, seed: number): Matrix {
  const random = new Random(seed);
  const x = new Float64Array(rows * 2);
  for (let t = 0; t < rows; t++) {
    const [a, b] = t === 0 ? [0, 0] : [x[2 * t - 2] as number, x[2 * t - 1] as number];
    x.set([0.7 * a - 0.4 * b + random.normal(), 0.5 * a + 0.3 * b + random.normal()], 2 * t);
  }
  return matrix(x, rows, 2);
}

describe("var and statsmodels", () => {
  it.each(golden.cases)(
    "$name: coefficients, covariance and scores",
    ({ lags, cols, y, params, covariance, scores }) => {
      const x = table(y, cols);
      const found = autoregress([x], lags);
      expectClose(found.coefficients, params, 1e-8);
      const free = found.rows - (1 + cols * lags);
      expectClose(
        found.scatter.map((v) => v / free),
        covariance,
        1e-10,
      );
      const model = vectorAutoregression({ lags }).fitSync(x);
      expectClose(model.scoreSync(x).subarray(lags), scores, 1e-7);
    },
  );

  it.each(golden.orders.map((each, i) => [i, each] as const))("order %i: chosen by every criterion", (_, given) => {
    for (const criterion of CRITERIA) {
      expect(selectLags([table(given.y, given.cols)], given.most, criterion), criterion).toBe(
        given.selected[criterion],
      );
    }
  });
});

describe("var", () => {
  it("learns nothing across the border of two series", () => {
    const x = process(400, 1);
    const parts = [rowRange(x, 0, 150), rowRange(x, 150, 153), rowRange(x, 153, 400)];
    const { coefficients } = vectorAutoregression({ lags: 4 }).fitSync(x, { starts: Int32Array.of(0, 150, 153) }).state;
    // By hand: all forecasts within a part, as rows of one regression.
    const rows = parts.flatMap((part) =>
      Array.from({ length: Math.max(0, part.rows - 4) }, (_, i) => rowRange(part, i, i + 5)),
    );
    const apart = autoregress(rows, 4);
    expect(apart.rows).toBe(146 + 243);
    expectClose(coefficients, apart.coefficients, 1e-10);
    const swapped = vectorAutoregression({ lags: 4 }).fitSync(stackRows([parts[2], parts[0], parts[1]] as Matrix[]), {
      starts: Int32Array.of(0, 247, 397),
    });
    expectClose(swapped.state.coefficients, coefficients, 1e-10);
  });

  it("lets the share of normal rows pass that its limit says", () => {
    const model = vectorAutoregression({ confidence: 0.95 }).fitSync(process(4000, 2));
    expect(model.state.lags).toBeGreaterThanOrEqual(1);
    const passed = model.scoreSync(process(4000, 3)).filter((s) => s <= model.state.limit).length;
    expect(passed / 4000).toBeCloseTo(0.95, 1.5);
  });

  it("has contributions that add up to the score and name the sensor", () => {
    const model = vectorAutoregression({ lags: 2 }).fitSync(process(500, 4));
    const test = process(60, 5);
    test.data[2 * 30 + 1] = (test.data[2 * 30 + 1] as number) + 12;
    const scores = model.scoreSync(test);
    const { data } = model.contributionsSync(test);
    const sums = scores.map((_, t) => (data[2 * t] as number) + (data[2 * t + 1] as number));
    expectClose(sums, scores, 1e-10);
    expect(scores.indexOf(Math.max(...scores))).toBe(30);
    expect(data[61]).toBeGreaterThan(data[60] as number);
  });

  it("takes few rows, constant sensors and combinations", () => {
    const short = vectorAutoregression().fitSync(process(6, 6));
    expect(short.state.lags).toBe(0);
    expect(vectorAutoregression.spec.remarks?.(short.state)).toHaveLength(1);
    const x = process(200, 7);
    const wide = fromRows(
      Array.from({ length: 200 }, (_, t) => {
        const [a, b] = [x.data[2 * t] as number, x.data[2 * t + 1] as number];
        return [a, 3, b, a - 2 * b];
      }),
    );
    const scores = vectorAutoregression({ lags: 2 }).fitSync(wide).scoreSync(wide);
    const plain = vectorAutoregression({ lags: 2 }).fitSync(x).scoreSync(x);
    // Only the number of coefficients differs, which the covariance is divided by.
    const factor = (198 - 9) / (198 - 5);
    expectClose(
      scores.subarray(2),
      plain.subarray(2).map((s) => s * factor),
      1e-6,
    );
  });

  it("refuses more lags than the rows bear", () => {
    expect(() => vectorAutoregression({ lags: 5 }).fitSync(process(15, 8))).toThrow(ShapeError);
    expect(() => vectorAutoregression({ lags: 40 }).fitSync(process(15, 8))).toThrow(/40 lags of 2 columns/);
    expect(vectorAutoregression({ maxLags: 300 }).fitSync(process(40, 8)).state.lags).toBeLessThan(15);
  });
});
