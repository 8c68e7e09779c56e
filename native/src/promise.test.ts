import { setTimeout as pause } from "node:timers/promises";
import { isolationForest, KernelError, type Matrix, matrix, Random } from "@telltale/core";
import { describe, expect, test } from "vitest";
import { kernelsFor, nativeStatus } from "./index.js";

const available = nativeStatus().available;
if (!available) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

function table(rows: number, cols: number, seed = 1): Matrix {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => random.uniform()),
    rows,
    cols,
  );
}

/** A buffer that can be resized: newer than the library types that this is compiled with. */
function resizable(bytes: number): ArrayBuffer {
  return Reflect.construct(ArrayBuffer, [bytes, { maxByteLength: 2 * bytes }]) as ArrayBuffer;
}

/** What the promise forms of the native kernels do beyond their results. */
describe.skipIf(!available)("promises of native kernels", () => {
  const kernels = kernelsFor({ threads: 2 });
  const wide = 2 ** 23 / 4; // so many columns that four rows are a slice
  const train = table(1000, 4);
  const fit = () => isolationForest({ trees: 50, seed: 3 }).fit(train, { kernels });

  test("same result as the synchronous form", async () => {
    const model = await fit();
    const now = isolationForest({ trees: 50, seed: 3 }).fitSync(train, { kernels });
    expect(model.state).toEqual(now.state);
    expect(await model.score(train, { kernels })).toEqual(now.scoreSync(train, { kernels }));
    expect(await model.contributions(train, { kernels })).toEqual(now.contributionsSync(train, { kernels }));
  });

  test("many at once on one model", async () => {
    const model = await fit();
    const expected = model.scoreSync(train, { kernels });
    const all = await Promise.all(Array.from({ length: 40 }, () => model.score(train, { kernels })));
    for (const scores of all) expect(scores).toEqual(expected);
  });

  test("progress rises to 1, once a slice", async () => {
    const x = table(10, wide);
    const model = await isolationForest({ trees: 3, samples: 4 }).fit(x, { kernels });
    const seen: number[] = [];
    await model.score(x, { kernels, progress: (done) => seen.push(done) });
    expect(seen).toEqual([1 / 3, 2 / 3, 1]);
    const told: number[] = [];
    await isolationForest({ trees: 7 * 4096 + 1, samples: 256, maxDepth: 1 }).fit(train, {
      kernels,
      progress: (done) => told.push(done),
    });
    expect(told.length).toBe(8);
    expect(told.at(-1)).toBe(1);
  });

  test("aborting rejects with the signal's reason", async () => {
    const x = table(10, wide);
    const model = await isolationForest({ trees: 3, samples: 4 }).fit(x, { kernels });
    const stop = new AbortController();
    const reason = new Error("enough");
    const scores = model.score(x, { kernels, signal: stop.signal, progress: () => stop.abort(reason) });
    await expect(scores).rejects.toBe(reason);
    await expect(isolationForest().fit(train, { kernels, signal: stop.signal })).rejects.toBe(reason);
  });

  test("the main thread goes on meanwhile", async () => {
    const x = table(200_000, 8);
    const model = await fit8();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await model.score(x, { kernels });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);

    function fit8() {
      return isolationForest({ trees: 100 }).fit(x, { kernels });
    }
  });

  test("inputs that nobody else holds outlive the call", async () => {
    const model = await fit();
    const expected = model.scoreSync(table(20_000, 4, 5), { kernels });
    const promises = Array.from({ length: 6 }, () => model.score(table(20_000, 4, 5), { kernels }));
    for (let i = 0; i < 20; i++) {
      globalThis.gc?.();
      new Float64Array(1_000_000).fill(i); // pressure, and other numbers where freed memory is used again
    }
    for (const scores of await Promise.all(promises)) expect(scores).toEqual(expected);
  });

  test("a buffer transferred meanwhile: an error, no crash", async () => {
    const model = await fit();
    const x = table(300_000, 4);
    const scores = model.score(x, { kernels });
    const moved = structuredClone(x.data.buffer, { transfer: [x.data.buffer as ArrayBuffer] });
    await expect(scores).rejects.toThrow(/transferred to somebody else during the call/);
    expect(moved.byteLength).toBe(300_000 * 4 * 8);
  });

  test("a buffer that shrinks meanwhile: the call has its own copy", async () => {
    const model = await fit();
    const buffer = resizable(train.data.byteLength);
    new Float64Array(buffer).set(train.data);
    const data = new Float64Array(buffer, 0, train.data.length);
    const scores = model.score(matrix(data, train.rows, train.cols), { kernels });
    (buffer as unknown as { resize(bytes: number): void }).resize(0);
    expect(await scores).toEqual(model.scoreSync(train, { kernels }));
  });

  test("an output that can shrink is refused", async () => {
    const model = await fit();
    const buffer = resizable(8000);
    const { rows, cols, data: x } = train;
    const call = { forest: model.state, x, rows, cols, normalizer: 1, threads: 1, scores: new Float64Array(buffer) };
    await expect(kernels.promise.isolationForestScore(call)).rejects.toThrow(KernelError);
  });

  test("shared memory is read where it is", async () => {
    const model = await fit();
    const shared = new Float64Array(new SharedArrayBuffer(train.data.byteLength));
    shared.set(train.data);
    const x = matrix(shared as unknown as Float64Array, train.rows, train.cols);
    const expected = model.scoreSync(train, { kernels });
    expect(model.scoreSync(x, { kernels })).toEqual(expected);
    expect(await model.score(x, { kernels })).toEqual(expected);
  });

  test("a worker thread loads the same addon", async () => {
    const { Worker } = await import("node:worker_threads");
    const code = `
      import { parentPort } from "node:worker_threads";
      import { nativeStatus } from "@telltale/native";
      parentPort.postMessage(nativeStatus().isa);`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(code.replace("@telltale/native", built()))}`);
    const worker = new Worker(url);
    const isa = await Promise.race([
      new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      }),
      pause(20_000, "no answer"),
    ]);
    await worker.terminate();
    expect(isa).toBe(nativeStatus().isa);

    function built(): string {
      return new URL("../dist/index.js", import.meta.url).href;
    }
  });
});
