import { evaluate, isolationForest, lof, matrix, pipeline, quantile, Random, standardize } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { runTrial, watchMemory } from "./index.js";

const random = new Random(3);
const x = matrix(
  Float64Array.from({ length: 800 }, () => random.normal()),
  400,
  2,
);
const test = matrix(Float64Array.of(0, 0, 9, 9, 0.1, -0.1), 3, 2);

describe("runTrial", () => {
  it("gives the scores and flags that the detector gives, and what they cost", async () => {
    const trial = await runTrial(isolationForest({ trees: 30 }), { train: x, test });
    if (trial.status !== "done") throw new Error(trial.message);
    const model = isolationForest({ trees: 30 }).fitSync(x);
    expect(trial.scores).toEqual(model.scoreSync(test));
    expect(trial.flags).toEqual(quantile(0.995).fit(model.scoreSync(x)).apply(trial.scores));
    expect(evaluate([0, 1, 0], trial.scores, trial.flags as Uint8Array).metrics.rocAuc).toBe(1);
    expect(trial.cost.fitSeconds).toBeGreaterThan(0);
    expect(trial.cost.scoreSeconds).toBeGreaterThan(0);
    expect(trial.cost.memoryBytes).toBeGreaterThanOrEqual(0);
  });

  it("takes a pipeline, which may have no threshold", async () => {
    const trial = await runTrial(pipeline({ steps: [standardize()], detector: lof({ k: 5 }) }), { train: x, test });
    expect(trial).toMatchObject({ status: "done", flags: undefined });
  });

  it("makes a row of a failure, with the stage it happened in", async () => {
    const wide = matrix(new Float64Array(3), 1, 3);
    expect(await runTrial(lof({ k: 5 }), { train: x, test: wide })).toMatchObject({
      ...{ status: "failed", code: "COLUMN_COUNT", stage: "score" },
    });
    const one = matrix(new Float64Array(2), 1, 2);
    expect(await runTrial(lof({ k: 5 }), { train: one, test })).toMatchObject({ status: "failed", stage: "fit" });
    const broken = { ...lof(), fit: () => Promise.reject(new TypeError("undefined is not a function")) };
    expect(await runTrial(broken, { train: x, test })).toMatchObject({
      ...{ code: "UNEXPECTED", message: "undefined is not a function" },
    });
  });

  it("stops at its time limit, whether or not the detector obeys a signal", async () => {
    const late = (milliseconds: number, obeys: boolean) => ({
      ...lof(),
      fit: (_: unknown, { signal }: { readonly signal?: AbortSignal } = {}) =>
        new Promise<never>((resolve, reject) => {
          setTimeout(() => resolve(lof().fitSync(x) as never), milliseconds);
          if (obeys) signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    const began = performance.now();
    expect(await runTrial(late(5000, true), { train: x, test }, { maxSeconds: 0.02 })).toMatchObject({
      ...{ code: "TIME_LIMIT", message: expect.stringContaining("0.02 s") },
    });
    expect(performance.now() - began).toBeLessThan(2000);
    expect(await runTrial(late(40, false), { train: x, test }, { maxSeconds: 0.01 })).toMatchObject({
      code: "TIME_LIMIT",
    });
    await expect(runTrial(lof(), { train: x, test }, { maxSeconds: 0 })).rejects.toThrow(/maxSeconds/);
  });

  it("rejects when its caller aborts, and tells progress", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(runTrial(lof(), { train: x, test }, { signal: controller.signal })).rejects.toThrow("enough");
    const told: number[] = [];
    await runTrial(lof(), { train: x, test }, { progress: (done) => told.push(done) });
    expect(told.at(-1)).toBe(1);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });
});

describe("watchMemory", () => {
  it("sees what was there for a moment only", () => {
    const watched = watchMemory();
    let held: Uint8Array | undefined = new Uint8Array(200 << 20).fill(1);
    expect(held.length).toBe(200 << 20);
    held = undefined;
    const { bytes, method } = watched();
    expect(bytes).toBeGreaterThan(150 << 20);
    expect(method === "peak" || method === "sampled").toBe(true);
  });
});
