import { describe, expect, it } from "vitest";
import { ParamError } from "../../../errors.js";
import { fromRows } from "../../../matrix.js";
import { cusum } from "./cusum.js";

const train = fromRows([[1], [3], [1], [3]]); // level 2, spread 1

describe("CUSUM chart", () => {
  it("adds up what exceeds the allowance, above and below", () => {
    const model = cusum({ spread: "standard" }).fitSync(train);
    expect([...model.scoreSync(fromRows([[4], [4], [2], [0], [0], [0]]))]).toEqual([1.5, 3, 2.5, 1.5, 3, 4.5]);
    expect([
      ...cusum({ spread: "standard", allowance: 3 })
        .fitSync(train)
        .scoreSync(fromRows([[4]])),
    ]).toEqual([0]);
  });

  it("goes no higher than its ceiling, and without one on and on", () => {
    const long = fromRows(Array.from({ length: 50 }, () => [4]));
    expect(cusum({ spread: "standard" }).fitSync(train).scoreSync(long)[49]).toBe(20);
    expect(cusum({ spread: "standard", ceiling: "none" }).fitSync(train).scoreSync(long)[49]).toBe(75);
    expect(() => cusum({ ceiling: 4, reset: 5 }).fitSync(train)).toThrow(ParamError);
  });

  it("begins anew after a score above the limit", () => {
    const model = cusum({ spread: "standard", reset: 2 }).fitSync(train);
    expect([...model.scoreSync(fromRows([[4], [4], [4], [4]]))]).toEqual([1.5, 3, 1.5, 3]);
  });
});
