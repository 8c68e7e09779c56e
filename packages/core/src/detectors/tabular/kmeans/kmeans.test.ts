import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DataError, ParamError } from "../../../errors.js";
import { syncRun } from "../../../kernels/kernels.js";
import { lloyd, meanVariance } from "../../../kernels/kmeans/clustering.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, type Matrix, matrix, rowRange } from "../../../matrix.js";
import { meanOverWindows } from "../../../prepare/window-mean.js";
import { windows } from "../../../prepare/windows.js";
import { Random } from "../../../random.js";
import { table } from "../../testing/golden.js";
import { kmeans } from "./kmeans.js";

interface Golden {
  readonly scikitLearn: readonly {
    readonly name: string;
    readonly cols: number;
    readonly x: readonly number[];
    readonly initial: readonly number[];
    readonly options: { readonly max_iter: number; readonly tol: number };
    readonly centroids: readonly number[];
    readonly inertia: number;
    readonly iterations: number;
    readonly labels: readonly number[];
    readonly probe: readonly number[];
    readonly distances: readonly number[];
  }[];
  readonly darts: readonly {
    readonly window: number;
    readonly train: readonly number[];
    readonly test: readonly number[];
    readonly initial: readonly number[];
    readonly scores: readonly number[];
    readonly aggregated: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;
const run = syncRun(referenceKernels);

function expectClose(found: ArrayLike<number>, expected: readonly number[], relative: number): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((v, i) => {
    expect(Math.abs((found[i] as number) - v), `value ${i}`).toBeLessThanOrEqual(relative * scale);
  });
}

/** The nearest centroids of the rows and the distances to them. */
function nearest(centroids: Float64Array, x: Matrix) {
  const labels = new Int32Array(x.rows);
  const distances = new Float64Array(x.rows);
  const { rows, cols } = x;
  const k = centroids.length / cols;
  referenceKernels.nearestCentroid({ centroids, k, x: x.data, rows, cols, threads: 1, labels, distances });
  return { labels, distances };
}

describe("k-means and scikit-learn", () => {
  it.each(golden.scikitLearn)("$name: the same from the same centroids", (given) => {
    const x = table(given.x, given.cols);
    const options = { maxIterations: given.options.max_iter, tolerance: given.options.tol * meanVariance(x) };
    const found = lloyd(x, Float64Array.from(given.initial), options, run);
    if (found instanceof Promise) throw new Error("a synchronous run gave a promise");
    expectClose(found.centroids, given.centroids, 1e-12);
    expect(found.iterations).toBe(given.iterations);
    expect(Math.abs(found.inertia - given.inertia)).toBeLessThanOrEqual(1e-9 * given.inertia);
    expect([...nearest(found.centroids, x).labels]).toEqual(given.labels);
    // Against a large offset scikit-learn's own distances lose digits: it expands the square.
    const digits = given.name === "a large offset" ? 1e-3 : 1e-12;
    expectClose(nearest(found.centroids, table(given.probe, given.cols)).distances, given.distances, digits);
  });
});

describe("k-means and the KMeansScorer of Darts", () => {
  it.each(golden.darts)("windows of $window rows: scores of windows, and of the rows they cover", (given) => {
    const { window: size } = given;
    const windowsOf = (values: readonly number[]) => {
      const x = table(values, 2);
      return rowRange(windows({ size }).fit(x).transform(x), size - 1, x.rows);
    };
    const train = windowsOf(given.train);
    const found = lloyd(
      train,
      Float64Array.from(given.initial),
      { maxIterations: 300, tolerance: 1e-4 * meanVariance(train) },
      run,
    );
    if (found instanceof Promise) throw new Error("a synchronous run gave a promise");
    const scores = nearest(found.centroids, windowsOf(given.test)).distances;
    expectClose(scores, given.scores, 1e-9);
    expectClose(meanOverWindows(scores, size), given.aggregated, 1e-9);
  });
});

describe("k-means by hand", () => {
  it("finds two pairs", () => {
    const x = fromRows([[0], [2], [10], [14]]);
    const model = kmeans({ k: 2 }).fitSync(x);
    expect([...model.state.centroids].sort((a, b) => a - b)).toEqual([1, 12]);
    expect(model.state.inertia).toBe(1 + 1 + 4 + 4);
    expect([...model.scoreSync(fromRows([[1], [12.5], [100]]))]).toEqual([0, 0.5, 88]);
  });

  it("keeps the best of its starts", () => {
    const x = noise(200, 2, 3);
    const alone = Array.from({ length: 30 }, (_, seed) => kmeans({ k: 6, starts: 1, seed }).fitSync(x).state.inertia);
    const several = kmeans({ k: 6, starts: 30 }).fitSync(x).state.inertia;
    expect(several).toBeLessThanOrEqual(alone[0] as number);
    expect(several).toBeLessThan(Math.max(...alone));
    expect(kmeans({ k: 6, starts: 30 }).fitSync(x).state.inertia).toBe(several);
  });

  it("gives a tie to the first centroid", () => {
    const { labels } = nearest(Float64Array.of(-1, 1, 1), fromRows([[0], [1]]));
    expect([...labels]).toEqual([0, 1]);
  });

  it("moves a centroid without rows to the farthest row, the next one to the next", () => {
    const x = fromRows([[0], [1], [9], [5]]);
    const found = lloyd(x, Float64Array.of(0, 100, 200), { maxIterations: 1, tolerance: 0 }, run);
    expect(found).toMatchObject({ centroids: Float64Array.of(0.5, 9, 5), inertia: 0.5, converged: false });
  });

  it("leaves a centroid without rows where no row is at a distance", () => {
    const x = fromRows([[3], [3], [3]]);
    const found = lloyd(x, Float64Array.of(3, 7), { maxIterations: 5, tolerance: 0 }, run);
    expect(found).toMatchObject({ centroids: Float64Array.of(3, 7), inertia: 0, converged: true });
  });
});

describe("k-means at the edges", () => {
  it("makes as many clusters as there are distinct rows, and says so", () => {
    const x = fromRows([[1], [5], [1], [5], [1]]);
    const model = kmeans({ k: 4 }).fitSync(x);
    expect([...model.state.centroids].sort((a, b) => a - b)).toEqual([1, 5]);
    expect(model.state.inertia).toBe(0);
    expect(kmeans.spec.remarks?.(model.state)).toEqual([
      "The training rows have 2 distinct values, so there are 2 clusters",
    ]);
  });

  it("has one cluster of one row, and of equal rows", () => {
    const one = kmeans({ k: 1 }).fitSync(fromRows([[2, 3]]));
    expect([
      ...one.scoreSync(
        fromRows([
          [2, 3],
          [5, 7],
        ]),
      ),
    ]).toEqual([0, 5]);
    const equal = kmeans().fitSync(matrix(new Float64Array(40).fill(7), 20, 2));
    expect([...equal.state.centroids]).toEqual([7, 7]);
  });

  it("refuses more clusters than rows, and none", () => {
    expect(() => kmeans({ k: 3 }).fitSync(fromRows([[1], [2]]))).toThrow(/k: 3 clusters asked of 2 training rows/);
    expect(() => kmeans({ k: 3 }).fitSync(fromRows([[1], [2]]))).toThrow(ParamError);
    expect(() => kmeans({ k: 0 })).toThrow(ParamError);
  });

  it("refuses distances beyond the range of doubles", () => {
    expect(() => kmeans({ k: 1 }).fitSync(fromRows([[1e200], [-1e200]]))).toThrow(DataError);
    expect(() => kmeans({ k: 1 }).fitSync(fromRows([[1.7e308], [1.7e308]]))).toThrow(DataError);
    expect([
      ...kmeans({ k: 1 })
        .fitSync(fromRows([[0], [2]]))
        .scoreSync(fromRows([[1e200]])),
    ]).toEqual([Number.POSITIVE_INFINITY]);
  });

  it("says that it has not converged", () => {
    const model = kmeans({ k: 5, maxIterations: 1, starts: 1 }).fitSync(noise(300, 3, 1));
    expect(model.state.converged).toBe(false);
    expect(kmeans.spec.remarks?.(model.state).join()).toMatch(/not converged after 1 iterations/);
  });

  it("draws every row that is at a distance, and no other", () => {
    // One row in a thousand is elsewhere; k-means++ finds it although a uniform draw would not.
    const x = matrix(
      Float64Array.from({ length: 5000 }, (_, i) => (i === 4321 ? 1 : 0)),
      5000,
      1,
    );
    for (let seed = 0; seed < 20; seed++) {
      expect([...kmeans({ k: 2, starts: 1, seed }).fitSync(x).state.centroids].sort()).toEqual([0, 1]);
    }
  });

  it("is the same in promised rounds as at once", async () => {
    const x = noise(40_000, 4, 9);
    const told: number[] = [];
    const detector = kmeans({ k: 12, starts: 2, maxIterations: 40, tolerance: 0 });
    const promised = await detector.fit(x, { kernels: referenceKernels, progress: (done) => told.push(done) });
    expect(promised.save()).toEqual(detector.fitSync(x, { kernels: referenceKernels }).save());
    expect(told.length).toBeGreaterThan(10);
  });
});

describe("mean over windows", () => {
  it("is that of the windows that contain a row", () => {
    expect([...meanOverWindows(Float64Array.of(1, 2, 3, 6), 3)]).toEqual([2, 11 / 3, 4.5, 6]);
    expect([...meanOverWindows(Float64Array.of(1, 2), 1)]).toEqual([1, 2]);
    expect(meanOverWindows(new Float64Array(0), 4).length).toBe(0);
    expect(() => meanOverWindows(Float64Array.of(1), 0)).toThrow(ParamError);
  });
});

function noise(rows: number, cols: number, seed: number): Matrix {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => random.normal()),
    rows,
    cols,
  );
}
