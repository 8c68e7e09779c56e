import { describe, expect, it } from "vitest";
import { currentKernels, useKernels, withKernels } from "./current.js";
import type { IsolationForestFitArgs } from "./isolation-forest.js";
import { isolationNodeCapacity } from "./isolation-forest.js";
import { chain, promiseRun, runSlices, syncRun } from "./kernels.js";
import { referenceKernels } from "./reference/reference.js";
import { rowSlices, treeSlices } from "./slices.js";

describe("rowSlices", () => {
  const args = {
    x: Float64Array.from({ length: 21 }, (_, i) => i),
    rows: 7,
    cols: 3,
    out: new Float64Array(14),
    other: "kept",
  };

  it("cuts input and output as views that cover every row once", () => {
    const slices = rowSlices(args, "out", 3);
    expect(slices.map(({ rows }) => rows)).toEqual([3, 3, 1]);
    expect(slices.flatMap(({ x }) => [...x])).toEqual([...args.x]);
    for (const slice of slices) {
      expect(slice.out.buffer).toBe(args.out.buffer);
      expect(slice.out).toHaveLength(slice.rows * 2);
      expect(slice.other).toBe("kept");
    }
    expect(slices[2]?.out.byteOffset).toBe(6 * 2 * 8);
  });

  it("makes one slice of few rows and none of no row", () => {
    expect(rowSlices(args, "out", 100)).toHaveLength(1);
    expect(rowSlices({ ...args, rows: 0, x: new Float64Array(0), out: new Float64Array(0) }, "out", 3)).toEqual([]);
  });
});

describe("treeSlices", () => {
  it.each([1, 2])("grows the same forest in slices, ndim %d", (ndim) => {
    const x = Float64Array.from({ length: 200 }, (_, i) => (i * 7919) % 101);
    const make = (): IsolationForestFitArgs => {
      const splits = { ndim, pooledGain: 0.5, averagedGain: 0.25, standardize: true, density: true };
      const nodeCapacity = isolationNodeCapacity(16, 4, splits);
      const places = 5 * nodeCapacity;
      return {
        ...{ x, rows: 50, cols: 4, trees: 5, firstTree: 2, sampleSize: 16, maxDepth: 4, seed: 9, threads: 1 },
        ...{ ...splits, candidates: 2 },
        averagePath: Float64Array.from({ length: 17 }, (_, i) => i / 2),
        nodeCapacity,
        nodeCount: new Int32Array(5),
        right: new Int32Array(places),
        value: new Float64Array(places),
        count: new Int32Array(places),
        missingLeft: new Uint8Array(places),
        features: new Int32Array(places * ndim),
        coefficients: new Float64Array(ndim === 1 ? 0 : places * ndim),
      };
    };
    const whole = make();
    referenceKernels.isolationForestFit(whole);
    const cut = make();
    const slices = treeSlices(cut, 2);
    expect(slices.map(({ firstTree, trees }) => [firstTree, trees])).toEqual([
      [2, 2],
      [4, 2],
      [6, 1],
    ]);
    for (const slice of slices) referenceKernels.isolationForestFit(slice);
    expect(cut).toEqual(whole);
    expect(whole.nodeCount.every((count) => count > 1)).toBe(true);
  });
});

describe("runSlices", () => {
  it("tells progress after every slice and lets others have their turn", async () => {
    const told: number[] = [];
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const busy = () => {
      const end = performance.now() + 5;
      while (performance.now() < end);
    };
    await runSlices([1, 2, 3, 4], busy, { progress: (done) => told.push(done) });
    clearInterval(timer);
    expect(told).toEqual([0.25, 0.5, 0.75, 1]);
    expect(turns).toBeGreaterThan(0);
  });

  it("stops between slices when aborted", async () => {
    const controller = new AbortController();
    let done = 0;
    const run = runSlices([1, 2, 3], () => void (++done === 2 && controller.abort(new Error("enough"))), controller);
    await expect(run).rejects.toThrow("enough");
    expect(done).toBe(2);
    await expect(runSlices([], () => undefined, controller)).rejects.toThrow("enough");
  });
});

describe("parts of work in plain TypeScript", () => {
  it("covers the whole count once, at once and as promises, with progress and a signal", async () => {
    const seen: [number, number][] = [];
    const note = (from: number, to: number) => void seen.push([from, to]);
    expect(syncRun(referenceKernels).parts(7, 3, note)).toBeUndefined();
    expect(seen.splice(0)).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ]);
    const told: number[] = [];
    const control = new AbortController();
    const run = promiseRun(referenceKernels, 0, { progress: (done) => told.push(done), signal: control.signal });
    await run.within(0.5, 1).parts(2, 0.5, note);
    expect([seen.splice(0), told]).toEqual([
      [
        [0, 1],
        [1, 2],
      ],
      [0.75, 1],
    ]);
    control.abort(new Error("enough"));
    await expect(run.parts(2, 1, note)).rejects.toThrow("enough");
    expect(seen).toEqual([]);
  });
});

describe("the kernels in use", () => {
  it("are put back after withKernels, even when it throws", () => {
    const other = { ...referenceKernels, name: "other" };
    const before = currentKernels();
    expect(withKernels(other, () => currentKernels().name)).toBe("other");
    expect(() =>
      withKernels(other, () => {
        throw new Error("x");
      }),
    ).toThrow("x");
    expect(currentKernels()).toBe(before);
    expect(useKernels(other)).toBe(before);
    expect(useKernels(before)).toBe(other);
  });
});

describe("chain", () => {
  it("goes on now with a value, later with a promise", async () => {
    expect(chain(2, (v) => v + 1)).toBe(3);
    await expect(chain(Promise.resolve(2), (v) => v + 1)).resolves.toBe(3);
  });
});
