import { describe, expect, it } from "vitest";
import { fromRows, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { halfSpaceTrees } from "./half-space-trees.js";

const uniform = (rows: number, seed: number, shift = 0) => {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * 2 }, () => random.uniform() + shift),
    rows,
    2,
  );
};

describe("half-space trees", () => {
  it("tell the share of rows in a node times 2^depth, by hand for one tree", () => {
    const train = fromRows([[0], [0], [0], [4]]);
    const model = halfSpaceTrees({ trees: 1, height: 1, window: 4, seed: 5 }).fitSync(train);
    const split = model.state.split[0] as number;
    expect([...model.state.mass]).toEqual([4, ...(split > 4 ? [4, 0] : split > 0 ? [3, 1] : [0, 4])]);
    const [left, right] = [model.state.mass[1] as number, model.state.mass[2] as number];
    const found = model.scoreSync(fromRows([[split - 1], [split + 1]]));
    expect([...found]).toEqual([1 / (1 + (2 * left) / 4), 1 / (1 + (2 * right) / 4)]);
  });

  it("halve the box that the paper draws around the training range", () => {
    const { split, feature } = halfSpaceTrees({ trees: 200, height: 1, seed: 3 }).fitSync(uniform(300, 1)).state;
    // The first halving is at a random point of the range.
    expect(Math.min(...split)).toBeGreaterThan(-0.01);
    expect(Math.max(...split)).toBeLessThan(1.01);
    expect(feature.some((j) => j === 0) && feature.some((j) => j === 1)).toBe(true);
  });

  it("learn what is usual anew after each window, and begin every series with training", () => {
    const model = halfSpaceTrees({ window: 100, seed: 2 }).fitSync(uniform(300, 1));
    const moved = uniform(300, 4, 1.4);
    const scores = model.scoreSync(moved);
    const mean = (from: number) => scores.subarray(from, from + 100).reduce((a, b) => a + b) / 100;
    expect(mean(0)).toBeGreaterThan(mean(100) + 0.2);
    expect(model.scoreSync(moved)).toEqual(scores);
  });

  it("count the end of the last series, or of all rows when that is short", () => {
    const x = uniform(60, 1);
    const root = (starts: Int32Array) => halfSpaceTrees({ window: 20 }).fitSync(x, { starts }).state.mass[0];
    expect(root(Int32Array.of(0, 30))).toBe(20);
    expect(root(Int32Array.of(0, 55))).toBe(20);
    expect(halfSpaceTrees().fitSync(x).state.mass[0]).toBe(60);
  });
});
