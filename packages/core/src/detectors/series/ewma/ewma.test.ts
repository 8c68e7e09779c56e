import { describe, expect, it } from "vitest";
import { fromRows } from "../../../matrix.js";
import { ewma } from "./ewma.js";

const train = fromRows([[1], [3], [1], [3]]); // level 2, spread 1

describe("EWMA chart", () => {
  it("is the average in its own standard deviations, by hand for three rows", () => {
    const model = ewma({ weight: 0.2, spread: "standard" }).fitSync(train);
    const scores = model.scoreSync(fromRows([[3], [2], [0]]));
    const limit = (t: number) => Math.sqrt((0.2 / 1.8) * (1 - 0.8 ** (2 * t)));
    expect(scores[0]).toBeCloseTo(0.2 / limit(1), 12); // one row: its own z
    expect(scores[1]).toBeCloseTo(0.16 / limit(2), 12);
    expect(scores[2]).toBeCloseTo(Math.abs(0.2 * -2 + 0.8 * 0.16) / limit(3), 12);
  });

  it("begins anew after a score above the limit", () => {
    const plain = ewma({ weight: 0.5, spread: "standard" }).fitSync(train);
    const model = ewma({ weight: 0.5, spread: "standard", reset: 5 }).fitSync(train);
    const scores = model.scoreSync(fromRows([[2], [14], [3], [2]]));
    const anew = plain.scoreSync(fromRows([[3], [2]]));
    expect(scores[1]).toBeGreaterThan(5);
    expect([...scores.subarray(2)]).toEqual([...anew]);
  });
});
