import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ParamError } from "../../../errors.js";
import { fromRows, matrix, rowRange } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { matrixProfile } from "./matrix-profile.js";

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly window: number;
    readonly values: readonly number[];
    readonly profile: readonly number[];
    readonly left: readonly (number | null)[];
    readonly test: readonly number[];
    readonly join: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;
const column = (values: readonly number[]) => matrix(Float64Array.from(values), values.length, 1);
/** STUMPY's running products lose digits, half of them where a distance is near 0. */
const TOLERANCE = 2e-5;

function expectClose(found: Float64Array, expected: readonly (number | null)[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((v, i) => {
    if (v !== null) expect(Math.abs((found[i] as number) - v), `window ${i}`).toBeLessThan(TOLERANCE);
  });
}

describe("matrix profile and STUMPY", () => {
  it.each(golden.cases)("$name: against itself, its past and another series", (given) => {
    const { window } = given;
    const x = column(given.values);
    const model = matrixProfile({ window }).fitSync(x);
    expectClose(model.trainingScoresSync(x).subarray(window - 1), given.profile);
    expectClose(model.scoreSync(column(given.test)).subarray(window - 1), given.join);
    const past = matrixProfile({ window, compare: "past" }).fitSync(x);
    expectClose(past.scoreSync(x).subarray(window - 1), given.left);
    expectClose(past.trainingScoresSync(x).subarray(window - 1), given.left);
  });
});

describe("matrix profile", () => {
  const random = new Random(4);
  const noise = matrix(
    Float64Array.from({ length: 400 }, (_, i) => Math.abs((i % 37) - 18) + random.normal()),
    200,
    2,
  );

  it("has exact distances: a repeated stretch is at 0, a scaled one too", () => {
    const model = matrixProfile({ window: 8 }).fitSync(noise);
    const again = rowRange(noise, 50, 90);
    expect(Math.max(...model.scoreSync(again).subarray(7))).toBeLessThan(1e-6);
    const scaled = { ...again, data: again.data.map((v) => 5 * v - 1000) };
    expect(Math.max(...model.scoreSync(scaled).subarray(7))).toBeLessThan(1e-5);
  });

  it("knows an anomaly from then on when it looks at the past, too", () => {
    const beat = (t: number) => [Math.abs((t % 10) - 5)];
    const fault = [9, 0, 9, 9, 0, 9, 0, 0, 9, 9];
    const train = fromRows(Array.from({ length: 100 }, (_, t) => beat(t)));
    const rows = Array.from({ length: 90 }, (_, t) => beat(t));
    for (const at of [30, 60]) rows.splice(at, fault.length, ...fault.map((v) => [v]));
    const score = (compare: "training" | "both") =>
      matrixProfile({ window: 10, compare }).fitSync(train).scoreSync(fromRows(rows));
    expect(score("training")[69]).toBeCloseTo(score("training")[39] as number, 9);
    expect(score("both")[39]).toBeGreaterThan(2);
    expect(score("both")[69]).toBeLessThan(1e-6);
  });

  it("gives rows of which nothing is known the median of training", () => {
    const model = matrixProfile({ window: 8 }).fitSync(noise);
    const { typical } = model.state;
    expect([...model.scoreSync(noise).subarray(0, 7)]).toEqual(new Array(7).fill(typical));
    expect([...matrixProfile({ window: 150 }).fitSync(noise).state.profile].every(Number.isFinite)).toBe(true);
  });

  it("lets no window span two training series, and holds a window against all of them", () => {
    const starts = Int32Array.of(0, 100);
    const model = matrixProfile({ window: 8 }).fitSync(noise, { starts });
    const seam = rowRange(noise, 96, 104);
    expect(model.scoreSync(seam)[7]).toBeGreaterThan(0.1);
    expect(model.scoreSync(rowRange(noise, 100, 108))[7]).toBeLessThan(1e-6);
    expect(model.trainingScoresSync(noise, { starts })[103]).toBe(model.state.typical);
  });

  it("says which sensor it was", () => {
    const model = matrixProfile({ window: 8 }).fitSync(noise);
    const odd = { ...noise, data: noise.data.map((v, i) => (i > 200 && i < 240 && i % 2 === 1 ? (i * i) % 31 : v)) };
    const { data } = model.contributionsSync(odd);
    expect(data[2 * 115 + 1]).toBeGreaterThan(10 * (data[2 * 115] as number));
  });

  it("refuses a window longer than every series", () => {
    expect(() => matrixProfile({ window: 201 }).fitSync(noise)).toThrow(ParamError);
    expect(() => matrixProfile({ window: 2 })).toThrow(ParamError);
  });
});
