import { expect, test } from "vitest";
import type { Environment } from "../record/environment.js";
import { duration, ratio, scaled, three } from "./numbers.js";
import { renderReport } from "./reports.js";
import { markdownTable } from "./table.js";

test("numbers keep three significant digits", () => {
  expect([0, 0.0051234, 51.234, 5123.4].map(three)).toEqual(["0", "0.00512", "51.2", "5123"]);
  expect([24_300_000, 512_345, 999_999, 87, 0.5].map(scaled)).toEqual(["24.3 M", "512 k", "1.00 M", "87.0", "0.500"]);
  expect([4.56, 0.0123, 7.89e-4, 2e-8].map(duration)).toEqual(["4.56 s", "12.3 ms", "789 µs", "0.0200 µs"]);
  expect(ratio(57.16)).toBe("57.2 ×");
});

test("a table is padded, aligned and escaped", () => {
  const table = markdownTable(
    [{ head: "name" }, { head: "n", align: "right" }],
    [
      ["a|b", "1"],
      ["ü", "1000"],
    ],
  );
  expect(table.split("\n")).toEqual(["| name |    n |", "| ---- | ---: |", "| a\\|b |    1 |", "| ü    | 1000 |"]);
});

const environment: Environment = {
  date: "2026-01-02T03:04:05.000Z",
  commit: "0123456789",
  cpu: "Some CPU",
  cores: 2,
  memoryGiB: 24,
  system: "linux",
  node: "24.0.0",
  v8: "13",
  isas: ["avx2"],
  loadBefore: 0,
};
const timing = (median: number) => ({ median, fastest: median, slowest: median, samples: 3 });

test("kernels are compared with the reference, and defects shown", () => {
  const text = renderReport({
    format: "telltale-bench-kernels/1",
    environment,
    loadAfter: 0,
    defects: ["avx2 is slower than scalar"],
    results: [
      {
        kernel: "isolationForestScore",
        variant: "axis-parallel",
        shape: "1000 × 8",
        unit: "rows",
        work: 1000,
        entries: [
          { kernels: "reference", isa: "js", threads: 1, seconds: timing(0.01) },
          { kernels: "native:avx2", isa: "avx2", threads: 1, seconds: timing(0.0005) },
        ],
      },
    ],
  });
  expect(text).toMatch(/\| avx2 +\| +1 \| +500 µs \| +2.00 M rows\/s \| +20.0 × \|/);
  expect(text).toContain("- defect: avx2 is slower than scalar");
  expect(text).toContain("Measured on: Some CPU, 2 cores");
});

test("peers are compared with the first row; a goal that was missed stands out", () => {
  const text = renderReport({
    format: "telltale-bench-peers/1",
    environment,
    loadAfter: 0,
    peers: { "scikit-learn": "1.9.1" },
    notes: ["isotree: not installed"],
    results: [
      {
        name: "score",
        task: "score",
        unit: "rows",
        work: 1e6,
        entries: [
          { contestant: "telltale avx2", seconds: timing(0.1), rocAuc: 0.91 },
          { contestant: "scikit-learn", seconds: timing(3), rocAuc: 0.9 },
        ],
        goals: [{ what: "against scikit-learn", bound: "≥ 40 ×", measured: "30.0 ×", met: false }],
      },
    ],
  });
  expect(text).toMatch(/\| scikit-learn +\| +3.00 s \|.*\| +30.0 × \| +0.9000 \|/);
  expect(text).toMatch(/≥ 40 × \| +30.0 × \| NO/);
  expect(text).toContain("- left out: isotree: not installed");
  expect(text).toContain("Peers: scikit-learn 1.9.1");
  expect(text).not.toContain("peak memory");
});

test("a whole process shows its memory, processor time and own amount of work", () => {
  const entry = { contestant: "longer", seconds: timing(4), peakMiB: 346.2, processorSeconds: 6, work: 2000 };
  const result = {
    name: "whole",
    task: "whole-process" as const,
    unit: "rows",
    work: 200,
    entries: [entry],
    goals: [],
  };
  const text = renderReport({
    format: "telltale-bench-peers/1",
    environment,
    loadAfter: 0,
    peers: {},
    notes: [],
    results: [result],
  });
  expect(text).toMatch(/\| longer \| +4.00 s \|.*\| +500 rows\/s \|.*\| +6.00 s \| +346 MiB \|/);
});
