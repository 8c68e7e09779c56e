import { expect, test } from "vitest";
import { describeEnvironment, type Environment, recordEnvironment } from "./environment.js";

test("records what a number depends on", () => {
  const environment = recordEnvironment();
  expect(environment.node).toBe(process.versions.node);
  expect(environment.cores).toBeGreaterThanOrEqual(1);
  expect(environment.commit).toMatch(/^([0-9a-f]{10,}\+?|unknown)$/);
  expect(Date.parse(environment.date)).toBeGreaterThan(0);
  expect(environment.loadBefore).toBeGreaterThanOrEqual(0);
});

test("is put in one paragraph, and says when there are no native kernels", () => {
  const environment: Environment = {
    date: "2026-01-02T03:04:05.000Z",
    commit: "0123456789+",
    cpu: "Some CPU",
    cores: 2,
    memoryGiB: 24,
    system: "linux 6.1 x64",
    node: "24.0.0",
    v8: "13",
    isas: [],
    loadBefore: 0.1,
  };
  expect(describeEnvironment(environment, 1.5)).toBe(
    "Some CPU, 2 cores, 24 GiB, linux 6.1 x64; no native kernels; Node 24.0.0; commit 0123456789+; " +
      "2026-01-02T03:04:05.000Z; load 0.1 before, 1.5 after",
  );
  expect(describeEnvironment({ ...environment, isas: ["avx2", "scalar"] }, 0)).toContain("; avx2, scalar; ");
});
