import { describe, expect, it } from "vitest";
import { KernelError, ParamError } from "../../../errors.js";
import { fromRows, type Matrix, matrix, rowRange } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { isolationForest } from "./isolation-forest.js";
import { averagePathLength } from "./path-length.js";
import { expectedPaths } from "./trees.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);
const { NaN: NONE, POSITIVE_INFINITY: UP, NEGATIVE_INFINITY: DOWN } = Number;

function noise(rows: number, cols: number, seed = 1): Matrix {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => random.normal()),
    rows,
    cols,
  );
}

/** Depth and training rows of every leaf of a tree. */
function leaves({ state }: ReturnType<ReturnType<typeof isolationForest>["fitSync"]>, tree: number) {
  const found: { depth: number; count: number; path: number }[] = [];
  const visit = (node: number, depth: number): void => {
    const step = state.right[node] as number;
    if (step === 0) {
      found.push({ depth, count: state.count[node] as number, path: state.value[node] as number });
      return;
    }
    visit(node + 1, depth + 1);
    visit(node + step, depth + 1);
  };
  visit(state.treeStart[tree] as number, 0);
  return found;
}

describe("isolation forest by hand", () => {
  it("scores 2^(−path / c(n)) where every tree must be the same", () => {
    // Any threshold parts 10 from the two equal rows: one step to it; one step and c(2) = 1 to them.
    const scores = isolationForest({ seed: 4 })
      .fitSync(column(0, 0, 10))
      .scoreSync(column(0, 10, -3, 99));
    const c = averagePathLength(3);
    const [near, far] = [2 ** (-2 / c), 2 ** (-1 / c)];
    [near, far, near, far].forEach((expected, i) => {
      expect(scores[i]).toBeCloseTo(expected, 14);
    });
  });

  it("scores ½ where nothing can be told apart", () => {
    expect([
      ...isolationForest()
        .fitSync(column(3))
        .scoreSync(column(3, 7, NONE)),
    ]).toEqual([0.5, 0.5, 0.5]);
    expect([...isolationForest().fitSync(column(0, 1)).scoreSync(column(0, 1))]).toEqual([0.5, 0.5]);
    const scores = isolationForest()
      .fitSync(column(5, 5, 5, 5))
      .scoreSync(column(5, 9));
    expect(scores[0]).toBeCloseTo(0.5, 14); // a hundred equal path lengths are added up
    expect(scores[1]).toBe(scores[0]);
  });

  it("sends a missing value with most of the training rows", () => {
    const model = isolationForest({ seed: 2 }).fitSync(column(0, 0, 0, 10));
    const [zero, ten, none] = model.scoreSync(column(0, 10, NONE));
    expect(none).toBe(zero);
    expect(ten).toBeGreaterThan(none as number);
    const other = isolationForest({ seed: 2 }).fitSync(column(10, 10, 10, 0));
    expect(other.scoreSync(column(NONE))[0]).toBe(other.scoreSync(column(10))[0]);
  });

  it("does not split on a column without values, and keeps rows with missing ones", () => {
    const empty = fromRows([
      [NONE, 1],
      [NONE, 2],
      [NONE, 3],
      [NONE, NONE],
    ]);
    const { state } = isolationForest({ trees: 30 }).fitSync(empty);
    const used = new Set(state.features);
    expect([...used].sort()).toEqual([-1, 1]);
    expect(state.treeStart.slice(0, -1).every((root) => state.count[root] === 4)).toBe(true);
  });

  it("orders infinite values like others", () => {
    const model = isolationForest({ seed: 1 }).fitSync(column(1, 2, 3, UP));
    const [three, up, down, one] = model.scoreSync(column(3, UP, DOWN, 1));
    expect(up).toBeGreaterThan(three as number);
    expect(down).toBe(one);
  });

  it.each([
    [UP, DOWN],
    [DOWN, UP],
  ])("isolates a training value of %d, and saves the forest", (odd, opposite) => {
    const x = matrix(
      Float64Array.from({ length: 100 }, (_, i) => (i === 0 ? odd : i % 10)),
      100,
      1,
    );
    for (const ndim of [1, 2]) {
      const wide = ndim === 1 ? x : matrix(Float64Array.from([...x.data, ...x.data]), 100, 2);
      const model = isolationForest({ ndim }).fitSync(wide);
      const scores = model.scoreSync(wide);
      if (ndim === 1) expect(scores.indexOf(Math.max(...scores))).toBe(0);
      const { spec, params, state } = model;
      expect(spec.restore(state, params, wide.cols)).toEqual(state);
    }
    const both = column(odd, 1, 2, opposite, -Number.MAX_VALUE, Number.MAX_VALUE);
    const { spec, params, state } = isolationForest({ maxDepth: 100 }).fitSync(both);
    expect(spec.restore(state, params, 1)).toEqual(state);
    expect(state.treeStart.every((start) => start % 11 === 0)).toBe(true); // six leaves: all are told apart
  });

  it("sends a value equal to a threshold to the left", () => {
    const { state } = isolationForest({ trees: 50 }).fitSync(column(0, 0, 7));
    expect(state.value[0]).toBeGreaterThanOrEqual(0);
    expect(state.value[0]).toBeLessThan(7);
    const model = isolationForest({ trees: 1 }).fitSync(column(0, 0, 7));
    const [at, left, right] = model.scoreSync(column(model.state.value[0] as number, 0, 7));
    expect(at).toBe(left);
    expect(at).not.toBe(right);
  });
});

describe("the trees of an isolation forest", () => {
  const x = noise(2000, 4);
  const model = isolationForest({ trees: 60, samples: 128, seed: 9 }).fitSync(x);

  it("part their sample into leaves no deeper than the binary logarithm of it", () => {
    for (let t = 0; t < 60; t++) {
      const all = leaves(model, t);
      expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(128);
      for (const { depth, count, path } of all) {
        expect(depth).toBeLessThanOrEqual(7);
        expect(path).toBe(depth + averagePathLength(count));
        if (depth < 7) expect(count).toBe(1);
      }
    }
  });

  it("grow to full depth when asked", () => {
    const deep = isolationForest({ trees: 5, samples: 64, maxDepth: 1024 }).fitSync(x);
    for (let t = 0; t < 5; t++) expect(leaves(deep, t).every(({ count }) => count === 1)).toBe(true);
    const shallow = isolationForest({ trees: 5, maxDepth: 1 }).fitSync(x);
    for (let t = 0; t < 5; t++) expect(leaves(shallow, t)).toHaveLength(2);
  });

  it("draw features and thresholds uniformly", () => {
    const random = new Random(5);
    const flat = matrix(
      Float64Array.from({ length: 4000 }, () => random.uniform()),
      1000,
      4,
    );
    const { state } = isolationForest({ trees: 4000, samples: 1000, maxDepth: 1, seed: 3 }).fitSync(flat);
    const features = new Float64Array(4);
    const tenths = new Float64Array(10);
    for (const root of state.treeStart.slice(0, -1)) {
      const feature = state.features[root] as number;
      const tenth = Math.min(9, Math.floor((state.value[root] as number) * 10));
      features[feature] = (features[feature] as number) + 1;
      tenths[tenth] = (tenths[tenth] as number) + 1;
    }
    const chi = (cells: Float64Array) => {
      const mean = 4000 / cells.length;
      return cells.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    };
    expect(chi(features)).toBeLessThan(16.3); // 0.1 % quantile, 3 degrees of freedom
    expect(chi(tenths)).toBeLessThan(27.9); // 9 degrees of freedom
  });

  it("draw every row equally often, and none twice", () => {
    // With one row in two drawn and full depth, every sampled row has a leaf of its own.
    const rows = column(...Array.from({ length: 20 }, (_, i) => i));
    const { state } = isolationForest({ trees: 2000, samples: 10, maxDepth: 100, seed: 8 }).fitSync(rows);
    for (let t = 0; t < 2000; t++) {
      const nodes = (state.treeStart[t + 1] as number) - (state.treeStart[t] as number);
      expect(nodes).toBe(19); // ten leaves of different rows
    }
  });

  it("do not depend on how many others there are", () => {
    const few = isolationForest({ trees: 7, samples: 128, seed: 9 }).fitSync(x).state;
    const nodes = few.right.length;
    expect(model.state.value.subarray(0, nodes)).toEqual(few.value);
    expect(model.state.features.subarray(0, nodes)).toEqual(few.features);
  });

  it("are others for another seed", () => {
    const other = isolationForest({ trees: 60, samples: 128, seed: 10 }).fitSync(x);
    expect(other.state.value).not.toEqual(model.state.value);
  });
});

describe("the extended forest", () => {
  it("has no ghosts where clusters overlap on each axis only", () => {
    const random = new Random(6);
    const rows = Array.from({ length: 1000 }, (_, i) => {
      const at = i % 2 === 0 ? [0, 10] : [10, 0];
      return at.map((v) => v + random.normal());
    });
    const probe = fromRows([
      [0, 0],
      [10, 10],
      [0, 10],
      [10, 0],
    ]);
    const gap = (ndim: number) => {
      const [a, b, c, d] = isolationForest({ trees: 300, ndim, seed: 2 }).fitSync(fromRows(rows)).scoreSync(probe);
      return ((a as number) + (b as number)) / 2 - ((c as number) + (d as number)) / 2;
    };
    expect(gap(2)).toBeGreaterThan(gap(1) + 0.05);
  });

  it("takes up to as many features as there are columns, different ones in a split", () => {
    const { state } = isolationForest({ trees: 20, ndim: 3, seed: 1 }).fitSync(noise(300, 3));
    for (let node = 0; node < state.right.length; node++) {
      const features = [...state.features.subarray(node * 3, node * 3 + 3)];
      expect(features.toSorted()).toEqual(state.right[node] === 0 ? [-1, -1, -1] : [0, 1, 2]);
    }
    expect(() => isolationForest({ ndim: 4 }).fitSync(noise(9, 3))).toThrow(ParamError);
  });

  it("combines the columns that vary when others are constant", () => {
    const x = matrix(
      noise(200, 3, 4).data.map((v, i) => (i % 3 === 1 ? 5 : v)),
      200,
      3,
    );
    const { state } = isolationForest({ trees: 20, ndim: 3 }).fitSync(x);
    expect(state.features.includes(1)).toBe(false);
    expect(state.features.includes(2)).toBe(true);
  });

  it("scores rows with missing values", () => {
    const x = noise(200, 3);
    const model = isolationForest({ ndim: 2 }).fitSync(x);
    const scores = model.scoreSync(
      fromRows([
        [NONE, 0, 0],
        [NONE, NONE, NONE],
      ]),
    );
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true);
  });
});

describe("contributions", () => {
  it.each([1, 2, 3])("add up to the binary logarithm of the score, ndim %d", (ndim) => {
    const x = noise(500, 4, 3);
    const model = isolationForest({ trees: 40, ndim, seed: 5 }).fitSync(x);
    const expected = expectedPaths(model.state);
    const roots = model.state.treeStart.slice(0, -1);
    const mean = roots.reduce((sum, root) => sum + (expected[root] as number), 0) / roots.length;
    const base = -mean / averagePathLength(256);
    const probe = matrix(Float64Array.from([...x.data.subarray(0, 400), 9, 9, 9, 9, NONE, 0, 8, NONE]), 102, 4);
    const scores = model.scoreSync(probe);
    const found = model.contributionsSync(probe);
    for (let i = 0; i < probe.rows; i++) {
      const total = rowRange(found, i, i + 1).data.reduce((a, b) => a + b, 0);
      expect(Math.abs(base + total - Math.log2(scores[i] as number))).toBeLessThan(1e-9);
    }
  });

  it("point at the columns that stand out", () => {
    const model = isolationForest({ seed: 1 }).fitSync(noise(500, 4, 7));
    for (let j = 0; j < 4; j++) {
      const row = [0, 0, 0, 0].map((v, k) => (k === j ? 8 : v));
      const { data } = model.contributionsSync(fromRows([row]));
      expect(data.indexOf(Math.max(...data))).toBe(j);
    }
  });

  it("are 0 where nothing could be separated", () => {
    expect([...isolationForest().fitSync(column(3)).contributionsSync(column(9)).data]).toEqual([0]);
  });
});

describe("impossible forests", () => {
  it("are refused before memory is asked for", () => {
    const big = noise(20_000, 1);
    expect(() => isolationForest({ trees: 100_000, samples: 20_000 }).fitSync(big)).toThrow(KernelError);
    expect(() => isolationForest({ trees: 100_000, samples: 20_000 }).fitSync(big)).toThrow(/Ask for fewer trees/);
  });
});
