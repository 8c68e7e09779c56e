import { describe, expect, it } from "vitest";
import { fromRows } from "../../matrix.js";
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

  it("begins anew after a score above the limit", () => {
    const model = cusum({ spread: "standard", reset: 2 }).fitSync(train);
    expect([...model.scoreSync(fromRows([[4], [4], [4], [4]]))]).toEqual([1.5, 3, 1.5, 3]);
  });
});
