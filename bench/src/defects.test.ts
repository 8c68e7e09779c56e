import { expect, test } from "vitest";
import { slowerOnNewer } from "./defects.js";
import type { KernelEntry, KernelResult } from "./record/results.js";

function entry(isa: string, threads: number, seconds: number): KernelEntry {
  return {
    kernels: `native:${isa}`,
    isa,
    threads,
    seconds: { median: seconds, fastest: seconds, slowest: seconds, samples: 3 },
  };
}

function result(...entries: KernelEntry[]): KernelResult {
  return { kernel: "score", variant: "plain", shape: "10 × 2", unit: "rows", work: 10, entries };
}

test("a newer instruction set that is slower than an older one is named", () => {
  const slow = result(entry("js", 1, 9), entry("avx512", 1, 2), entry("avx2", 1, 1), entry("scalar", 1, 1.5));
  expect(slowerOnNewer([slow])).toEqual([
    "score, plain, 10 × 2: avx512 takes 1.33 times as long as scalar",
    "score, plain, 10 × 2: avx512 takes 2.00 times as long as avx2",
  ]);
});

test("noise, several threads and the reference do not count", () => {
  expect(slowerOnNewer([result(entry("scalar", 1, 1), entry("avx2", 1, 1.05), entry("neon", 1, 1.05))])).toEqual([]);
  expect(
    slowerOnNewer([result(entry("scalar", 2, 1), entry("avx2", 2, 2), entry("avx512", 1, 2), entry("js", 1, 0.1))]),
  ).toEqual([]);
});
