import { describe, expect, it } from "vitest";
import {
  forwardFolds,
  groupFolds,
  kFolds,
  leaveOneGroupOut,
  purgedFolds,
  type Split,
  stratifiedFolds,
  timeSplit,
} from "./index.js";

const labels = Uint8Array.from({ length: 103 }, (_, i) => (i % 9 === 4 ? 1 : 0));
const count = (rows: Int32Array, label: number) => rows.filter((row) => labels[row] === label).length;

/** Every row is tested once, and learned from in all other folds. */
function partition(splits: readonly Split[], rows: number): void {
  expect(splits.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
  for (const { train, test } of splits) {
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
    expect([...train]).toEqual([...train].sort((a, b) => a - b));
  }
}

describe("folds", () => {
  it("test every row once, in folds of the same size", () => {
    for (const shuffle of [true, false]) {
      const splits = kFolds(103, { folds: 4, shuffle });
      partition(splits, 103);
      expect(splits.map(({ test }) => test.length).sort()).toEqual([25, 26, 26, 26]);
    }
    expect(kFolds(20, { seed: 1 })).toEqual(kFolds(20, { seed: 1 }));
    expect(kFolds(20, { seed: 1 })).not.toEqual(kFolds(20, { seed: 2 }));
    expect([...(kFolds(6, { folds: 2, shuffle: false })[0]?.test ?? [])]).toEqual([0, 1, 2]);
  });

  it("have their share of each class when stratified", () => {
    for (const shuffle of [true, false]) {
      const splits = stratifiedFolds(labels, { folds: 5, shuffle });
      partition(splits, 103);
      for (const label of [0, 1]) {
        const counts = splits.map(({ test }) => count(test, label));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }
    const sizes = stratifiedFolds(labels, { folds: 5 }).map(({ test }) => test.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(() => stratifiedFolds([0, 0, 0, 1], { folds: 2 })).toThrow(/class 1 has 1/);
  });

  it("keep groups whole and about the same size", () => {
    const groups = [..."aaaaaaaabbbbbccccddde"];
    const splits = groupFolds(groups, { folds: 3 });
    partition(splits, groups.length);
    for (const { train, test } of splits) {
      const tested = new Set([...test].map((row) => groups[row]));
      expect([...train].some((row) => tested.has(groups[row]))).toBe(false);
    }
    // Largest first, each to the emptiest fold: a | b e | c d
    expect(splits.map(({ test }) => [...new Set([...test].map((row) => groups[row]))].join(""))).toEqual([
      "a",
      "be",
      "cd",
    ]);
    expect(() => groupFolds(["a", "a"], { folds: 2 })).toThrow(/2 folds need at least as many groups; found 1 groups/);
  });

  it("leave one group out each", () => {
    const groups = ["v1", "v2", "v1", "v3"];
    const splits = leaveOneGroupOut(groups);
    partition(splits, 4);
    expect(splits.map(({ name, test }) => [name, ...test])).toEqual([
      ["v1", 0, 2],
      ["v2", 1],
      ["v3", 3],
    ]);
    expect(() => leaveOneGroupOut(["a", "a"])).toThrow(expect.objectContaining({ code: "SHAPE_TOO_FEW_ROWS" }));
  });
});

describe("splits in time", () => {
  it("learn from the past alone", () => {
    const { train, test } = timeSplit(100, { test: 0.2, gap: 5 });
    expect([train.length, train.at(-1), test[0], test.length]).toEqual([75, 74, 80, 20]);
    for (const fold of forwardFolds(103, { folds: 4, gap: 3, most: 30 })) {
      expect((fold.test[0] as number) - (fold.train.at(-1) as number)).toBe(4);
      expect(fold.train.length).toBeLessThanOrEqual(30);
      expect(fold.test).toHaveLength(20);
    }
    expect(forwardFolds(103, { folds: 4 }).at(-1)?.test.at(-1)).toBe(102);
    expect(() => timeSplit(10, { test: 0.9, gap: 1 })).toThrow(/no row to learn from/);
    expect(() => timeSplit(10, { test: 1 })).toThrow(expect.objectContaining({ code: "PARAM_RANGE" }));
    expect(() => forwardFolds(3, { folds: 5 })).toThrow(expect.objectContaining({ code: "SHAPE_TOO_FEW_ROWS" }));
  });

  it("purge what is close to the test rows, and more after them", () => {
    const splits = purgedFolds(100, { folds: 5, purge: 4, embargo: 6 });
    expect(splits.flatMap(({ test }) => [...test])).toEqual([...Array(100).keys()]);
    for (const { train, test } of splits) {
      const [first, last] = [test[0] as number, test.at(-1) as number];
      for (const row of train) expect(row < first - 4 || row > last + 10).toBe(true);
      expect(train.length).toBe(100 - test.length - Math.min(4, first) - Math.min(10, 99 - last));
    }
    expect(() => purgedFolds(10, { folds: 2, purge: 5 })).toThrow(/leave no row to learn from/);
    expect(() => purgedFolds(10, { purge: -1 })).toThrow(expect.objectContaining({ code: "PARAM_RANGE" }));
  });
});
