import { type Kernels, referenceKernels } from "@telltale/core";
import { expect, test } from "vitest";
import { NoSuchCase, WrongResult } from "./failures.js";
import { benchKernels } from "./kernels.js";
import { REFERENCE } from "./variants.js";

const options = { smoke: true, filter: "isolationForestFit, axis", progress: () => {} };

test("reports every variant, with rates that can be computed", () => {
  const report = benchKernels(options, [REFERENCE, { ...REFERENCE, name: "again", isa: "scalar" }]);
  expect(report.results).toHaveLength(1);
  expect(report.results[0]?.entries.map(({ isa }) => isa)).toEqual(["js", "scalar"]);
  for (const { seconds } of report.results[0]?.entries ?? []) {
    expect(seconds.median).toBeGreaterThan(0);
    expect(seconds.samples).toBeGreaterThanOrEqual(4);
  }
});

test("a kernel with other bits than the reference stops the run", () => {
  const wrong: Kernels = { ...referenceKernels, isolationForestFit: () => {} };
  const run = () => benchKernels(options, [REFERENCE, { ...REFERENCE, name: "avx9 × 1", kernels: wrong }]);
  expect(run).toThrow(WrongResult);
  expect(run).toThrow(/isolationForestFit, axis-parallel, 5000 × 8, avx9 × 1: nodeCount\[0\]: expected \d+ .* found 0/);
});

test("a filter that fits nothing lists what there is", () => {
  const run = () => benchKernels({ ...options, filter: "nothing" });
  expect(run).toThrow(NoSuchCase);
  expect(run).toThrow("isolationForestScore, axis-parallel;");
});
