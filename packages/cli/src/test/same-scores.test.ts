import { readFile, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../run.js";
import { telltale, temporaryFolder, writeRig } from "./command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const LEFT_OUT = "anomaly,changepoint,fault";

async function quietly(...args: string[]): Promise<void> {
  let stderr = "";
  const code = await run([...args, "--quiet"], {
    stdout: { write: () => {} },
    stderr: {
      write: (text: string) => {
        stderr += text;
      },
    },
  });
  expect(code, stderr).toBe(0);
}

/** Scores two files with these flags and gives the bytes written. */
async function scores(model: string, ...flags: string[]): Promise<string> {
  const out = folder.file("out.csv");
  await quietly("score", folder.file(model), folder.file("1.csv"), folder.file("2.csv"), "--out", out, ...flags);
  return readFile(out, "utf8");
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRig(folder.file("1.csv"), { seed: 1, rows: 700 });
  await writeRig(folder.file("2.csv"), { seed: 2, rows: 450 });
  // A gap that imputation has to bridge, across any cut.
  const lines = (await readFile(folder.file("2.csv"), "utf8")).split("\r\n");
  for (const i of [100, 101, 102, 300]) {
    lines[i] = (lines[i] as string)
      .split(";")
      .map((cell, j) => (j === 4 ? "" : cell))
      .join(";");
  }
  await writeFile(folder.file("2.csv"), lines.join("\r\n"));
  const fit = [
    "fit",
    "iforest",
    folder.file("1.csv"),
    "--drop",
    LEFT_OUT,
    "--time",
    "datetime",
    "--trees",
    "25",
    "--missing",
    "previous",
  ];
  await quietly(...fit, "--model", folder.file("plain.safetensors"));
  const shape = ["--scale", "robust", "--window", "6", "--window-summary", "statistics", "--lags", "2"];
  await quietly(...fit, ...shape, "--model", folder.file("windows.safetensors"));
});
afterAll(() => folder.remove());

describe("the scores that are written", () => {
  it.each(["plain.safetensors", "windows.safetensors"])("by %s are the same however the file is cut", async (model) => {
    const whole = await scores(model, "--explain", "3");
    expect(whole.split("\n")).toHaveLength(1152);
    const sizes = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 800 }));
    await fc.assert(
      fc.asyncProperty(sizes, async (rows) => {
        expect(await scores(model, "--explain", "3", "--chunk-rows", String(rows))).toBe(whole);
      }),
      { numRuns: 6, seed: 5, examples: [[1], [699], [700]] },
    );
  });

  it("are the same on every path and number of threads", async () => {
    const native = await scores("windows.safetensors");
    expect(await scores("windows.safetensors", "--kernels", "js")).toBe(native);
    for (const threads of ["1", "2", "3"])
      expect(await scores("windows.safetensors", "--threads", threads)).toBe(native);
  });

  it("of one file do not depend on the files beside it", async () => {
    const both = (await scores("windows.safetensors")).split("\n").filter((line) => line.includes("2.csv"));
    const out = folder.file("alone.csv");
    await quietly("score", folder.file("windows.safetensors"), folder.file("2.csv"), "--out", out);
    const alone = (await readFile(out, "utf8")).trimEnd().split("\n").slice(1);
    expect(both.map((line) => line.slice(line.indexOf(",") + 1))).toEqual(alone);
  });

  it("name a column first whose change made the row stand out", async () => {
    const rows = (await readFile(folder.file("1.csv"), "utf8")).split("\r\n").slice(0, 4);
    const cells = (rows[2] as string).split(";");
    rows[2] = cells.map((cell, j) => (j === 8 ? "0.1" : cell)).join(";");
    await writeFile(folder.file("strange.csv"), rows.join("\r\n"));
    const out = folder.file("strange.out.csv");
    await quietly(
      "score",
      folder.file("plain.safetensors"),
      folder.file("strange.csv"),
      "--explain",
      "1",
      "--out",
      out,
    );
    expect((await readFile(out, "utf8")).split("\n")[2]).toContain(",Volume Flow RateRMS,");
  });
});

describe("the same seed", () => {
  it("gives the same model bytes, on the C++ and the JavaScript path", async () => {
    const fit = async (name: string, ...flags: string[]) => {
      const model = folder.file(name);
      await quietly(
        "fit",
        "iforest",
        folder.file("1.csv"),
        "--drop",
        LEFT_OUT,
        "--time",
        "datetime",
        "--seed",
        "9",
        ...flags,
        "--model",
        model,
      );
      return readFile(model);
    };
    const first = await fit("first.safetensors");
    expect((await fit("second.safetensors", "--threads", "1")).equals(first)).toBe(true);
    expect((await fit("third.safetensors", "--kernels", "js")).equals(first)).toBe(true);
    expect((await fit("other.safetensors", "--trees", "99")).equals(first)).toBe(false);
  });
});

describe("kernels", () => {
  it("that are asked for and not there are an error; auto does without", async () => {
    const args = ["score", "plain.safetensors", "1.csv", "--out", "k.csv"];
    const options = { cwd: folder.path, env: { TELLTALE_NATIVE: "off" } };
    const forced = await telltale([...args, "--kernels", "native"], options);
    expect(forced.code).toBe(1);
    expect(forced.stderr).toMatch(/the C\+\+ kernels are not there\. Unset the environment variable TELLTALE_NATIVE/);
    const auto = await telltale([...args, "--json"], options);
    expect(auto.code).toBe(0);
    expect(JSON.parse(auto.stdout).kernels).toBe("wasm:simd");
    const plain = await telltale([...args, "--json", "--kernels", "js"], options);
    expect(JSON.parse(plain.stdout).kernels).toBe("reference");
  });

  it("that an environment variable misnames are an error", async () => {
    const { code, stderr } = await telltale(["score", "plain.safetensors", "1.csv"], {
      cwd: folder.path,
      env: { TELLTALE_ISA: "abacus" },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/TELLTALE_ISA: expected .*found "abacus"/);
  });
});

describe("detectors of series", () => {
  it.each([
    ["that look back", ["mean-z"]],
    ["that must see a file whole", ["sub-knn", "--window", "12", "--aggregate", "mean"]],
  ])("%s: the same bytes in any chunks, each file a series of its own, change points too", async (_name, detector) => {
    const [name = "", ...flags] = detector;
    const common = [
      "--time",
      "datetime",
      "--drop",
      LEFT_OUT,
      "--missing",
      "previous",
      "--model",
      folder.file("series.model"),
    ];
    await quietly("fit", name, folder.file("1.csv"), folder.file("2.csv"), ...flags, ...common);
    const whole = await scores("series.model", "--changepoints");
    expect(await scores("series.model", "--changepoints", "--chunk-rows", "37")).toBe(whole);
    const [header = "", ...lines] = whole.trimEnd().split("\n");
    const at = header.trim().split(",").indexOf("changepoint");
    const rows = lines.map((line) => line.trim().split(","));
    rows.forEach((row, i) => {
      const before = i > 0 && rows[i - 1]?.[0] === row[0] ? rows[i - 1]?.[at - 1] : "0";
      expect(row[at], `row ${i}`).toBe(row[at - 1] === before ? "0" : "1");
    });
  });
});
