import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { exp2, log } from "./elementary.js";

const view = new DataView(new ArrayBuffer(8));
/** Place of a positive double among the doubles. */
const place = (v: number) => {
  view.setFloat64(0, v);
  return view.getBigInt64(0);
};
const ulps = (a: number, b: number) => Number(place(a) - place(b));

describe("exp2", () => {
  it("is within 1 unit in the last place of Math.pow, which is within 1 of the truth", () => {
    const random = new Random(1);
    let worst = 0;
    for (let i = 0; i < 200_000; i++) {
      const x = (random.uniform() * 2 - 1) * (i % 2 === 0 ? 1000 : 1);
      worst = Math.max(worst, Math.abs(ulps(exp2(x), 2 ** x)));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it("is exact for whole numbers", () => {
    for (let k = -1022; k <= 1023; k++) expect(exp2(k)).toBe(2 ** k);
  });

  it("has limits", () => {
    expect([exp2(-1022.5), exp2(-1e9), exp2(Number.NEGATIVE_INFINITY)]).toEqual([0, 0, 0]);
    expect([exp2(1023.5), exp2(1e9), exp2(Number.POSITIVE_INFINITY)]).toEqual(
      new Array(3).fill(Number.POSITIVE_INFINITY),
    );
    expect(exp2(Number.NaN)).toBeNaN();
    expect(Object.is(exp2(-0), 1)).toBe(true);
  });

  it("does not fall where its argument rises", () => {
    for (let x = -3, before = 0; x < 3; x += 1e-4) {
      expect(exp2(x)).toBeGreaterThanOrEqual(before);
      before = exp2(x);
    }
  });
});

describe("log", () => {
  it("is within 2 units in the last place of Math.log", () => {
    const random = new Random(2);
    let worst = 0;
    for (let i = 0; i < 200_000; i++) {
      const x = Math.exp((random.uniform() * 2 - 1) * (i % 2 === 0 ? 700 : 2));
      const [found, expected] = [log(x), Math.log(x)];
      expect(Math.sign(found)).toBe(Math.sign(expected));
      worst = Math.max(worst, Math.abs(ulps(Math.abs(found), Math.abs(expected))));
    }
    expect(worst).toBeLessThanOrEqual(2);
  });

  it("is exact at 1, near it and at the ends of its range", () => {
    expect(log(1)).toBe(0);
    expect(log(1 + Number.EPSILON)).toBe(Number.EPSILON);
    expect(log(2)).toBe(Math.LN2);
    for (const end of [2.2250738585072014e-308, Number.MAX_VALUE]) expect(log(end)).toBeCloseTo(Math.log(end), 11);
  });

  it("is NaN for anything that is not positive, finite and normal", () => {
    for (const x of [0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]) expect(log(x)).toBeNaN();
  });
});
