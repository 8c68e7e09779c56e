import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SuiteResult } from "@telltale/compare";
import { loadNative } from "@telltale/native";
import { describe, expect, it } from "vitest";
import { telltale } from "../../test/command-line.js";

const DATA = join(import.meta.dirname, "../../../../../../shared/datasets/skab");
const missing = [
  ...(existsSync(DATA) ? [] : [`${DATA} is not there`]),
  ...(loadNative() === undefined ? ["networks take minutes without the C++ kernels"] : []),
];
if (missing.length > 0)
  console.log(`skipped: published neural methods on a file of SKAB, since ${missing.join(" and ")}`);

describe.skipIf(missing.length > 0)("published neural methods of SKAB on one of its files", () => {
  it("have the counts that go into docs/benchmarks.md, on any machine and in any number of threads", async () => {
    const args = [
      "--files",
      "valve1/0.csv",
      "--detectors",
      "published-neural",
      "--seed",
      "0",
      "--threads",
      "2",
      "--json",
    ];
    const { code, stdout, stderr } = await telltale(["benchmark", "skab", DATA, ...args]);
    expect(code, stderr).toBe(0);
    const { rows, notes } = JSON.parse(stdout) as SuiteResult;
    const found = (name: string) => rows.find((row) => row.name === name)?.parts[0]?.measures;
    expect(found("Conv-AE")).toMatchObject({ tp: 322, fp: 55, fn: 79, tn: 291 });
    expect(found("LSTM-AE")).toMatchObject({ tp: 332, fp: 155 });
    expect(found("LSTM-VAE")).toMatchObject({ tp: 331, fp: 165 });
    expect(found("vanilla LSTM")).toMatchObject({ tp: 294, fp: 173 });
    expect(rows.filter(({ kind }) => kind === "method").map(({ failures }) => failures)).toEqual(Array(5).fill([]));
    expect(rows.some(({ kind }) => kind === "detector")).toBe(false);
    expect(notes.at(-1)).toMatch(/Not all 34 files/);
  });
});
