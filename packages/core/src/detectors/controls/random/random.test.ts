import { describe, expect, it } from "vitest";
import { matrix } from "../../../matrix.js";
import { constant } from "../constant/constant.js";
import { randomScore } from "./random.js";

const rows = 4000;
const x = matrix(
  Float64Array.from({ length: rows * 2 }, (_, i) => i / 7),
  rows,
  2,
);

describe("random", () => {
  it("is uniform in [0, 1)", () => {
    const counts = new Int32Array(10);
    for (const score of randomScore().fitSync(x).scoreSync(x))
      counts[Math.floor(score * 10)] = (counts[Math.floor(score * 10)] as number) + 1;
    // 400 expected with a standard deviation of 19
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(95);
  });

  it("differs by seed and by value, not by the sign of zero or the bits of a missing value", () => {
    const score = (seed: number, ...values: number[]) =>
      randomScore({ seed })
        .fitSync(x)
        .scoreSync(matrix(Float64Array.from(values), 1, 2))[0];
    expect(score(1, 3, 4)).not.toBe(score(2, 3, 4));
    expect(score(1, 3, 4)).not.toBe(score(1, 4, 3));
    expect(score(1, 0, 4)).toBe(score(1, -0, 4));
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer)[0] as number;
    expect(score(1, odd, 4)).toBe(score(1, Number.NaN, 4));
  });
});

describe("constant", () => {
  it("says the same of every row, whatever it holds", () => {
    const odd = matrix(Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY), 3, 1);
    const model = constant({ value: 0.5 }).fitSync(odd);
    expect([...model.scoreSync(odd)]).toEqual([0.5, 0.5, 0.5]);
  });
});
