import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const projects = {
  core: "packages/core",
  data: "packages/data",
  report: "packages/report",
  compare: "packages/compare",
  deep: "packages/deep",
  cli: "packages/cli",
  wasm: "packages/wasm",
  native: "native",
  datasets: "datasets",
  bench: "bench",
  examples: "examples",
  workspace: "scripts",
};

/** Their tests open pages in Chromium, which is installed first where it is missing and can be. */
const inBrowser = ["report", "examples"];
const chromium = fileURLToPath(new URL("scripts/chromium.mjs", import.meta.url));

export default defineConfig({
  test: {
    projects: Object.entries(projects).map(([name, root]) => ({
      extends: true as const,
      test: {
        name,
        root,
        include: name === "workspace" ? ["*.test.mjs"] : ["src/**/*.test.ts"],
        globalSetup: inBrowser.includes(name) ? [chromium] : [],
      },
    })),
    passWithNoTests: true,
    testTimeout: 30_000,
  },
});
