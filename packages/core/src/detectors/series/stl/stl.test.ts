import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ParamError } from "../../../errors.js";
import { type Matrix, matrix, rowRange } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { decompose } from "./decompose.js";
import { stl } from "./stl.js";

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly period: number;
    readonly options: {
      readonly seasonal?: number;
      readonly trend?: number;
      readonly low_pass?: number;
      readonly seasonal_deg?: number;
      readonly trend_deg?: number;
      readonly robust?: boolean;
    };
    readonly y: readonly number[];
    readonly seasonal: readonly number[];
    readonly trend: readonly number[];
    readonly weights: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;
const odd = (v: number) => (v % 2 === 0 ? v + 1 : v);

function expectClose(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((v, i) => {
    if (!(Math.abs((found[i] as number) - v) <= 1e-9)) expect.fail(`${what} ${i}: expected ${v}; found ${found[i]}`);
  });
}

describe("STL and statsmodels", () => {
  it.each(golden.cases)("$name: season, trend and weights", ({ period, options, y, seasonal, trend, weights }) => {
    const window = options.seasonal ?? 7;
    const found = decompose(Float64Array.from(y), {
      period,
      seasonalWindow: window,
      trendWindow: options.trend ?? odd(Math.ceil((1.5 * period) / (1 - 1.5 / window))),
      lowPassWindow: options.low_pass ?? odd(period + 1),
      seasonalDegree: options.seasonal_deg ?? 1,
      trendDegree: options.trend_deg ?? 1,
      innerRounds: options.robust ? 2 : 5,
      outerRounds: options.robust ? 15 : 0,
    });
    expectClose(found.seasonal, seasonal, "seasonal");
    expectClose(found.trend, trend, "trend");
    expectClose(found.weights, weights, "weight");
  });
});

/** Two sensors with a period of 24, a drift and noise. */
function days(rows: number, seed: number): Matrix {
  const random = new Random(seed);
  const x = Float64Array.from({ length: 2 * rows }, (_, at) => {
    const [t, j] = [at >> 1, at & 1];
    return (j + 1) * Math.sin((2 * Math.PI * t) / 24 + j) + t / 200 + 0.1 * (j + 1) * random.normal();
  });
  return matrix(x, rows, 2);
}

describe("stl", () => {
  it("finds the period, and a value that is off its season", () => {
    const model = stl().fitSync(days(480, 1));
    expect(model.state.period).toBe(24);
    const test = days(240, 2);
    // Within the range of the sensor, at the wrong time.
    test.data[2 * 100] = (test.data[2 * 100 + 24] as number) - 0.2;
    test.data[2 * 100] = 2.2;
    const scores = model.scoreSync(test);
    expect(scores.indexOf(Math.max(...scores))).toBe(100);
    const { data } = model.contributionsSync(test);
    expect(data[200]).toBe(scores[100]);
    expect(data[201]).toBeLessThan(data[200] as number);
  });

  it("scores normal rows around 1", () => {
    const x = days(960, 3);
    const scores = stl({ period: 24, aggregate: "mean" }).fitSync(x).scoreSync(x);
    expect(scores.reduce((a, b) => a + b) / 960).toBeCloseTo(0.9, 0.5);
  });

  it("tells series that are too short from the median of the training values", () => {
    const x = days(480, 4);
    const model = stl({ period: 24, aggregate: "largest" }).fitSync(x);
    const { center, spread } = model.state;
    const scores = model.scoreSync(rowRange(x, 0, 47));
    const first = [0, 1].map((j) => Math.abs((x.data[j] as number) - (center[j] as number)) / (spread[j] as number));
    expect(scores[0]).toBe(Math.max(...first));
    expect(model.scoreSync(rowRange(x, 0, 48))[0]).not.toBe(scores[0]);
  });

  it("takes constant sensors, exact seasons and several series", () => {
    const exact = matrix(
      Float64Array.from({ length: 400 }, (_, at) => ((at & 1) === 0 ? (at >> 1) % 8 : 5)),
      200,
      2,
    );
    const model = stl({ period: 8 }).fitSync(exact, { starts: Int32Array.of(0, 100, 190) });
    const scores = model.scoreSync(exact);
    expect(Math.max(...scores)).toBeLessThan(1e-9);
    expect(model.state.unit[1]).toBe(1);
  });

  it("refuses windows that cannot be", () => {
    expect(() => stl({ seasonal: 8 }).fitSync(days(100, 1))).toThrow(ParamError);
    expect(() => stl({ trend: 10 }).fitSync(days(100, 1))).toThrow(/trend: expected an odd number/);
    expect(() => stl({ period: 24, trend: 23 }).fitSync(days(100, 1))).toThrow(/more rows than the period/);
  });
});
