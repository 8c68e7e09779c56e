import { describe, expect, it } from "vitest";
import { ModelFileError } from "../../../errors.js";
import { fromRows } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { longRunZ } from "./long-run-z.js";

describe("long-run z", () => {
  const train = fromRows([
    [1, 10, 0],
    [3, 10, 0],
    [1, 14, 0],
    [3, 14, 0],
  ]); // levels 2, 12, 0

  it("by hand: the root mean square over the window, and the power mean of the sensors", () => {
    // b = 1: deviations 1 and 2, and 1 for the column that does not vary; mean squares 1, 1 and 0.
    const model = longRunZ({ windows: [2], bandwidth: 1, exponent: 2 }).fitSync(train);
    const x = fromRows([
      [2, 12, 0], // √((1 + 0) / 2) of two sensors, 0 of the third
      [4, 18, 1], // √((0 + 4) / 2), √((0 + 9) / 2), √((0 + 1) / 2)
    ]);
    const [first, second] = model.scoreSync(x) as unknown as [number, number];
    expect(first).toBeCloseTo(Math.sqrt((0.5 + 0.5) / 3), 12);
    expect(second).toBeCloseTo(Math.sqrt((2 + 4.5 + 0.5) / 3), 12);
    const parts = model.contributionsSync(x).data.subarray(3);
    for (const [j, square] of [2, 4.5, 0.5].entries()) expect(parts[j]).toBeCloseTo((second * square) / 7, 12);
  });

  it("is the mean over its windows", () => {
    const x = fromRows([
      [2, 15, 0],
      [9, 12, 0],
      [1, 13, 4],
    ]);
    const each = [1, 2, 3].map((window) =>
      longRunZ({ windows: [window] })
        .fitSync(train)
        .scoreSync(x),
    );
    const all = longRunZ({ windows: [1, 2, 3] })
      .fitSync(train)
      .scoreSync(x);
    for (const [i, score] of all.entries()) {
      expect(score).toBeCloseTo(each.reduce((sum, one) => sum + (one[i] as number), 0) / 3, 12);
    }
  });

  it("takes the long-run deviation: neighbours that say the same count for less", () => {
    const slow = Array.from({ length: 4000 }, (_, i) => [Math.floor(i / 20) % 2, i % 2]);
    const { spread } = longRunZ().fitSync(fromRows(slow)).state;
    // Means of 20 rows over a square wave of ±½ go up and down evenly between its levels: mean square 1/12, times 20. Those of
    // alternating rows hardly vary, so the floor of a thousandth of the variance counts.
    expect(spread[0] as number).toBeCloseTo(Math.sqrt(20 / 12), 1);
    expect(spread[1] as number).toBeCloseTo(0.5 * Math.sqrt(1e-3), 3);
  });

  it("finds a shift of one drifting sensor, and larger swings without a shift", () => {
    const random = new Random(11);
    let drift = 0;
    const rows = (n: number, shift: number, swing: number) =>
      Array.from({ length: n }, () => {
        drift = 0.9 * drift + random.normal();
        return [drift + shift, random.normal(), swing * random.normal(), random.normal()];
      });
    const model = longRunZ().fitSync(fromRows(rows(2000, 0, 1)));
    const usual = model.scoreSync(fromRows(rows(500, 0, 1)));
    expect(Math.max(...usual)).toBeLessThan(2);
    expect(model.scoreSync(fromRows(rows(200, 40, 1)))[199]).toBeGreaterThan(3);
    expect(model.scoreSync(fromRows(rows(200, 0, 6)))[199]).toBeGreaterThan(3);
  });

  it("trusts nothing that was read", () => {
    const { spec, params, state } = longRunZ().fitSync(train);
    const restore = (change: object) => () => spec.restore({ ...state, ...change } as never, params, 3);
    expect(restore({})()).toEqual(state);
    for (const usual of [Float64Array.of(1, 1), Float64Array.of(1, 1, -1), Float64Array.of(1, 1, 1e301), 3]) {
      expect(restore({ usual })).toThrow(ModelFileError);
    }
    expect(restore({ spread: Float64Array.of(1, 0, 1) })).toThrow(ModelFileError);
  });
});
