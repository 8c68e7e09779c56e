import { describe, expect, it } from "vitest";
import { fromRows } from "../../../matrix.js";
import { meanZ } from "./mean-z.js";

describe("mean z", () => {
  const train = fromRows([
    [1, 10],
    [3, 10],
    [1, 14],
    [3, 14],
  ]); // levels 2 and 12, spreads 1 and 2

  it("is the mean distance in spreads over window and sensors", () => {
    const model = meanZ({ window: 2 }).fitSync(train);
    const scores = model.scoreSync(
      fromRows([
        [2, 16],
        [5, 12],
        [2, 12],
      ]),
    );
    expect([...scores]).toEqual([1, 1.25, 0.75]);
  });

  it("takes the sensor that is farthest, and says which", () => {
    const model = meanZ({ window: 1, combine: "max" }).fitSync(train);
    const x = fromRows([[4, 14]]);
    expect([...model.scoreSync(x)]).toEqual([2]);
    expect([...model.contributionsSync(x).data]).toEqual([2, 0]);
  });
});
