import { defineConfig } from "vitest/config";

const projects = {
  core: "packages/core",
  data: "packages/data",
  report: "packages/report",
  compare: "packages/compare",
  deep: "packages/deep",
  cli: "packages/cli",
  native: "native",
  datasets: "datasets",
  bench: "bench",
  examples: "examples",
  workspace: "scripts",
};

export default defineConfig({
  test: {
    projects: Object.entries(projects).map(([name, root]) => ({
      extends: true as const,
      test: { name, root, include: name === "workspace" ? ["*.test.mjs"] : ["src/**/*.test.ts"] },
    })),
    passWithNoTests: true,
    testTimeout: 30_000,
  },
});
