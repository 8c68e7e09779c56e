import { describe, expect, it } from "vitest";
import { ParamError } from "../../../errors.js";
import { GainSearch } from "../../../kernels/reference/isolation-forest/gain.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, type Matrix, matrix } from "../../../matrix.js";
import { rocAuc } from "../../../metrics/index.js";
import { Random } from "../../../random.js";
import { isolationForest } from "./isolation-forest.js";
import { expectedPaths } from "./trees.js";
import { extendedIsolationForest, fairCutForest, sciForest } from "./variants.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

function noise(rows: number, cols: number, seed = 1): Matrix {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => random.normal()),
    rows,
    cols,
  );
}

function gainOf(values: number[], averaged: boolean) {
  const found = { gain: 0, threshold: 0 };
  const search = new GainSearch(values.length);
  search.largest(Float64Array.from(values), Math.min(...values), Math.max(...values), averaged, found);
  return found;
}

describe("the largest gain", () => {
  const deviation = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  };

  it("is the best of all thresholds, by the definitions of the papers", () => {
    const random = new Random(3);
    for (let round = 0; round < 300; round++) {
      const n = 2 + random.below(round < 200 ? 12 : 60);
      const values = Array.from({ length: n }, () => (random.below(3) === 0 ? random.below(4) : 100 + random.normal()));
      if (new Set(values).size < 2) continue;
      const sorted = [...values].sort((a, b) => a - b);
      for (const averaged of [false, true]) {
        const gains = sorted.flatMap((value, k) => {
          if (k === 0 || value === sorted[k - 1]) return [];
          const left = sorted.slice(0, k);
          const right = sorted.slice(k);
          if (averaged) return [1 - (deviation(left) + deviation(right)) / 2 / deviation(sorted)];
          const rest = k * deviation(left) ** 2 + (n - k) * deviation(right) ** 2;
          return [1 - rest / (n * deviation(sorted) ** 2)];
        });
        const { gain, threshold } = gainOf(values, averaged);
        expect(gain).toBeCloseTo(Math.max(...gains), 7);
        const k = sorted.filter((value) => value <= threshold).length;
        expect(threshold).toBeCloseTo(((sorted[k - 1] as number) + (sorted[k] as number)) / 2, 9);
      }
    }
  });

  it("parts two clusters in the middle when pooled; one odd value off when averaged", () => {
    expect(gainOf([0, 0.1, 0.2, 9.8, 9.9, 10], false).threshold).toBe(5);
    const tail = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14];
    expect(gainOf(tail, true).threshold).toBe(11.5);
    expect(gainOf(tail, false).threshold).toBeLessThan(9);
  });

  it("takes values of any size", () => {
    const { MAX_VALUE, POSITIVE_INFINITY: UP, NEGATIVE_INFINITY: DOWN, MIN_VALUE } = Number;
    expect(gainOf([DOWN, -1, 0, UP], false).threshold).toBeLessThan(UP);
    expect(gainOf([-MAX_VALUE, MAX_VALUE], true)).toEqual({ gain: 1, threshold: 0 });
    expect(gainOf([0, MIN_VALUE], true)).toEqual({ gain: 0, threshold: 0 });
    expect(gainOf([MAX_VALUE, UP], true).threshold).toBe(MAX_VALUE);
    expect(gainOf([DOWN, -MAX_VALUE], true).threshold).toBe(DOWN);
  });
});

describe("forests that choose their splits", () => {
  it("part clusters before anything else when pooled", () => {
    const x = matrix(
      noise(200, 2).data.map((v, i) => v + (i < 200 ? 0 : 40)),
      200,
      2,
    );
    const { state } = fairCutForest({ trees: 20, ndim: 1 }).fitSync(x);
    for (const root of state.treeStart.slice(0, -1)) expect(state.count[root + 1]).toBe(100);
  });

  it("take the best of several features", () => {
    const x = matrix(
      noise(128, 5, 2).data.map((v, i) => (i % 5 === 3 ? Math.sign(v) : v)),
      128,
      5,
    );
    const one = isolationForest({ pooledGain: 1, candidates: 5, trees: 20 }).fitSync(x).state;
    for (const root of one.treeStart.slice(0, -1)) {
      expect(one.features[root]).toBe(3);
      expect(one.value[root]).toBe(0);
    }
  });

  it("grow until every row stands alone", () => {
    for (const make of [sciForest, fairCutForest]) {
      const { state } = make({ trees: 5 }).fitSync(noise(100, 3));
      for (let i = 0; i < state.right.length; i++) if (state.right[i] === 0) expect(state.count[i]).toBe(1);
    }
  });

  it("do not depend on the units of the columns when standardized", () => {
    const x = noise(300, 3, 5);
    const other = { ...x, data: x.data.map((v, i) => v * ([1, 2 ** 20, 2 ** -30][i % 3] as number)) };
    for (const make of [sciForest, fairCutForest]) {
      expect(make({ trees: 4 }).fitSync(other).scoreSync(other)).toEqual(make({ trees: 4 }).fitSync(x).scoreSync(x));
    }
    const plain = extendedIsolationForest({ trees: 10 });
    expect(plain.fitSync(other).scoreSync(other)).not.toEqual(plain.fitSync(x).scoreSync(x));
  });

  it("find anomalies that lie in a cluster of their own", () => {
    const random = new Random(4);
    const labels = Uint8Array.from({ length: 300 }, (_, i) => (i % 20 === 0 ? 1 : 0));
    const x = fromRows(
      [...labels].map((label) => [0, 1, 2].map(() => (label === 1 ? 4 + 0.1 * random.normal() : random.normal()))),
    );
    for (const make of [sciForest, fairCutForest, extendedIsolationForest]) {
      expect(rocAuc(labels, make({ trees: 30 }).fitSync(x).scoreSync(x)), make.spec.name).toBeGreaterThan(0.95);
    }
  });

  it("take a table of one column, and mixed shares of splits", () => {
    for (const make of [sciForest, fairCutForest, extendedIsolationForest]) {
      const model = make({ trees: 30 }).fitSync(column(1, 2, 3, 4, 50));
      expect(model.state.ndim).toBe(1);
      const scores = model.scoreSync(column(3, 50));
      expect(scores[1]).toBeGreaterThan(scores[0] as number);
    }
    expect(() => isolationForest({ pooledGain: 0.7, averagedGain: 0.4 }).fitSync(noise(9, 2))).toThrow(ParamError);
  });

  it("leave a node whole when its hyperplane tells no rows apart", () => {
    // The coefficient is 0: the standard deviation is more than any double.
    const far = Number.MAX_VALUE;
    const x = fromRows([
      [far, far],
      [-far, -far],
      [far, -far],
    ]);
    const { state } = isolationForest({ ndim: 2, standardize: true, trees: 5 }).fitSync(x, {
      kernels: referenceKernels,
    });
    expect([...state.right]).toEqual([0, 0, 0, 0, 0]);
    expect(state.features.every((feature) => feature === -1)).toBe(true);
  });
});

describe("densities", () => {
  it("are the share of the rows over the share of the volume, by hand", () => {
    // Every tree cuts [0, 10] at 5, where the pooled gain is largest: half of the volume with 4 of 5 rows, half with 1.
    const x = column(0, 0, 0, 0, 10);
    const model = isolationForest({ pooledGain: 1, scoring: "density", trees: 3 }).fitSync(x);
    const [thick, thin, beyond] = model.scoreSync(column(0, 10, 99));
    expect(thick).toBeCloseTo(-Math.log2(4 / 5 / (1 / 2)), 13);
    expect(thin).toBeCloseTo(-Math.log2(1 / 5 / (1 / 2)), 13);
    expect(beyond).toBe(thin);
  });

  it("are about 0 where rows lie evenly, and integrate to 1", () => {
    const x = column(...Array.from({ length: 256 }, (_, i) => i));
    const model = isolationForest({ scoring: "density", trees: 300 }).fitSync(x);
    const scores = model.scoreSync(x);
    expect(scores.reduce((a, b) => a + b, 0) / 256).toBeCloseTo(0, 0);
    expect(isolationForest({ scoring: "density" }).fitSync(column(3)).scoreSync(column(3, 9))).toEqual(
      Float64Array.of(0, 0),
    );
  });

  it.each([1, 2])("contributions add up to the score, ndim %d", (ndim) => {
    const x = noise(300, 3, 9);
    const model = isolationForest({ scoring: "density", pooledGain: 0.25, ndim, trees: 40 }).fitSync(x);
    const expected = expectedPaths(model.state);
    const roots = model.state.treeStart.slice(0, -1);
    const base = -roots.reduce((sum, root) => sum + (expected[root] as number), 0) / roots.length;
    const scores = model.scoreSync(x);
    const { data } = model.contributionsSync(x);
    for (let i = 0; i < x.rows; i++) {
      const total = data.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0);
      expect(Math.abs(base + total - (scores[i] as number))).toBeLessThan(1e-9);
    }
  });
});
