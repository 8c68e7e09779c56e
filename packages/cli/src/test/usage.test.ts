import { thresholdRules } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { run } from "../run.js";
import { VERSION } from "../version.js";
import { telltale } from "./command-line.js";

async function said(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: "", stderr: "" };
  const output = (name: keyof typeof texts) => ({
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const code = await run(args, { stdout: output("stdout"), stderr: output("stderr") });
  return { code, ...texts };
}

describe("a command line that cannot be meant", () => {
  it.each([
    [["fit", "forest", "a.csv", "--model", "m"], /there is no detector "forest". Detectors: isolation-forest/],
    [["fit", "isolation-forest", "a.csv"], /required option '--model <file>' not specified/],
    [["fit", "isolation-forest", "--model", "m"], /missing required argument 'files'/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--tree", "5"], /unknown option '--tree'.*\n?.*--trees/],
    [
      ["fit", "isolation-forest", "a.csv", "--model", "m", "--trees", "0"],
      /--trees: expected a whole number ≥ 1 .*; found 0/,
    ],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--trees", "many"], /--trees: .*found "many"/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--max-depth", "-1"], /--max-depth/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--scale", "log"], /--scale: expected one of standard/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--threshold", "top:5"], /Choose one of quantile:0.995/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--threshold", "quantile:2"], /from 0 to 1; found 2/],
    [
      ["fit", "isolation-forest", "a.csv", "--model", "m", "--kernels", "gpu"],
      /--kernels: expected one of auto, native, wasm, js/,
    ],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--threads", "0"], /--threads/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--drop", "a,,b"], /A column name is empty/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--delimiter", "ab"], /one character/],
    [["fit", "isolation-forest", "a.csv", "--model", "m", "--threshold", "cost:5"], /from labels. .*--label/],
    [["score", "m"], /missing required argument 'files'/],
    [["score", "m", "a.csv", "--format", "xlsx"], /Allowed choices are csv/],
    [["score", "m", "a.csv", "--explain", "0"], /--explain/],
    [["sore", "m"], /unknown command 'sore'.*\n?.*score/],
    [["list", "forest"], /there is no detector "forest"/],
  ])("%j ends with 2 and says why", async (args, says) => {
    const { code, stdout, stderr } = await said(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^telltale: /);
    expect(stdout).toBe("");
  });

  it("shows the help when nothing was asked", async () => {
    const { code, stderr } = await said();
    expect(code).toBe(2);
    expect(stderr).toMatch(/Usage: telltale/);
  });

  it("is reported as JSON to a program", async () => {
    const { code, stderr } = await said("fit", "isolation-forest", "a.csv", "--model", "m", "--trees", "0", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: "PARAM_RANGE", message: expect.stringContaining("--trees"), where: {} },
    });
    const unknown = await said("score", "m", "a.csv", "--nothing", "--json");
    expect(JSON.parse(unknown.stderr).error.code).toBe("USAGE");
  });
});

describe("help and version", () => {
  it("are printed on standard output and end with 0", async () => {
    for (const args of [
      ["--help"],
      ["help", "score"],
      ["score", "--help"],
      ["fit", "--help"],
      ["fit", "iforest", "-h"],
    ]) {
      const { code, stdout, stderr } = await said(...args);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^Usage: telltale/);
    }
    expect(await said("-V")).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  it("come from the built program, too, the version without loading the rest", async () => {
    expect(await telltale(["--version"])).toEqual({ code: 0, signal: null, stdout: `${VERSION}\n`, stderr: "" });
    const { code, stdout } = await telltale(["fit", "isolation-forest", "--help"]);
    expect(code).toBe(0);
    for (const flag of ["--trees", "--max-depth", "--ndim", "--window", "--threshold"]) expect(stdout).toContain(flag);
  });
});

describe("list", () => {
  it("describes every parameter to a program", async () => {
    const { code, stdout } = await said("list", "--json");
    expect(code).toBe(0);
    const { detectors } = JSON.parse(stdout);
    const forest = detectors.find(({ name }: { name: string }) => name === "isolation-forest");
    expect(forest.aliases).toContain("iforest");
    expect(forest.params[0]).toEqual({
      name: "trees",
      flag: "--trees",
      kind: "integer",
      default: 100,
      min: 1,
      max: 100_000,
      help: expect.any(String),
    });
    expect(forest.params.find(({ name }: { name: string }) => name === "maxDepth")).toMatchObject({
      flag: "--max-depth",
      word: "auto",
    });
    const one = await said("list", "iforest", "--json");
    expect(JSON.parse(one.stdout)).toEqual(forest);
  });

  it("describes the threshold rules", async () => {
    const { stdout } = await said("list", "thresholds", "--json");
    const { thresholds } = JSON.parse(stdout);
    expect(thresholds.map(({ name }: { name: string }) => name)).toEqual(thresholdRules.map(({ name }) => name));
    expect(thresholds.find(({ name }: { name: string }) => name === "best-f1-oracle")).toMatchObject({
      oracle: true,
      needs: "labels",
    });
    expect((await said("list", "thresholds")).stdout).toMatch(/^pot:0\.001\n.*extremes/m);
  });

  it("shows them to people", async () => {
    const { stdout } = await said("list");
    expect(stdout).toMatch(/^isolation-forest \(also iforest/m);
    expect(stdout).toMatch(/--max-depth +auto +a whole number/);
  });
});
