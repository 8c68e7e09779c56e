import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { KernelError, ParamError } from "@telltale/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Addon } from "./addon.js";
import { kernelsFor, nativeKernels, nativeStatus } from "./index.js";
import { loadAddon } from "./loader.js";
import { resolve } from "./native.js";

const anAddon = {
  isas: [
    { name: "avx2", number: 1 },
    { name: "scalar", number: 0 },
  ],
} as unknown as Addon;
const found = () => ({ addon: anAddon, attempts: [{ file: "there" }] });
const notFound = () => ({ addon: undefined, attempts: [{ file: "there", problem: "not there" }], remedy: "build it" });

describe("settings and addon together", () => {
  test("the best instruction set, unless another is asked for", () => {
    expect(resolve(found, {}).kernels?.name).toBe("native:avx2");
    const forced = resolve(found, { TELLTALE_ISA: "scalar", TELLTALE_THREADS: "3" });
    expect(forced.kernels?.name).toBe("native:scalar");
    expect(forced.status).toEqual({
      available: true,
      isa: "scalar",
      isas: ["avx2", "scalar"],
      threads: 3,
      attempts: [{ file: "there" }],
    });
  });

  test("without the addon: no kernels, and what to do", () => {
    const { kernels, status } = resolve(notFound, {});
    expect(kernels).toBeUndefined();
    expect(status).toMatchObject({ available: false, isas: [], remedy: "build it" });
    expect(status.misconfigured).toBeUndefined();
  });

  test("switched off: nothing is tried and nothing advised", () => {
    const { kernels, status } = resolve(() => expect.fail("it was loaded"), { TELLTALE_NATIVE: "off" });
    expect(kernels).toBeUndefined();
    expect(status.remedy).toBeUndefined();
  });

  test.each([
    [{ TELLTALE_ISA: "sse9" }, ParamError, /TELLTALE_ISA: expected avx512, avx2, neon, scalar; found "sse9"/],
    [{ TELLTALE_ISA: "avx512" }, KernelError, /does not run the instruction set avx512. It runs avx2, scalar/],
    [{ TELLTALE_THREADS: "0" }, ParamError, /TELLTALE_THREADS: expected an integer from 1 to 1024; found "0"/],
    [{ TELLTALE_THREADS: "many" }, ParamError, /found "many"/],
    [{ TELLTALE_NATIVE: "nope" }, ParamError, /TELLTALE_NATIVE: expected on or off; found "nope"/],
  ])("%o is an error with a remedy, told and not thrown", (variables, type, message) => {
    const { kernels, status } = resolve(found, variables);
    expect(kernels).toBeUndefined();
    expect(status.available).toBe(false);
    expect(status.misconfigured).toBeInstanceOf(type);
    expect(status.misconfigured?.message).toMatch(message);
  });
});

describe("the loader", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "telltale-loader-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("remembers that nothing is there", () => {
    const { addon, attempts, remedy } = loadAddon(join(folder, "empty"));
    expect(addon).toBeUndefined();
    expect(attempts.length).toBe(2);
    for (const attempt of attempts) expect(attempt.problem).toBe("not there");
    expect(remedy).toMatch(/no prebuilt addon for .*npm rebuild/);
  });

  test("remembers a file that is no addon", () => {
    mkdirSync(join(folder, "build", "Release"), { recursive: true });
    writeFileSync(join(folder, "build", "Release", "telltale_native.node"), "not a program");
    const { addon, attempts, remedy } = loadAddon(folder);
    expect(addon).toBeUndefined();
    expect(attempts[0]?.problem).toMatch(/./);
    expect(remedy).toContain("could not be loaded");
  });
});

/** Runs a module in a process of its own, with the built package. */
function run(code: string, env: Record<string, string>) {
  const packages = {
    "@telltale/native/register": new URL("../dist/register.js", import.meta.url).href,
    "@telltale/native": new URL("../dist/index.js", import.meta.url).href,
    "@telltale/core": new URL("../../packages/core/dist/index.js", import.meta.url).href,
  };
  let source = code;
  for (const [name, url] of Object.entries(packages)) {
    // In quotes, and in quotes within quotes.
    source = source.replaceAll(`"${name}"`, `"${url}"`).replaceAll(`\\"${name}\\"`, `\\"${url}\\"`);
  }
  const child = spawnSync(execPath, ["--input-type=module", "--eval", source], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  return { status: child.status, stdout: child.stdout.trim(), stderr: child.stderr.trim() };
}

const NAME = `import "@telltale/native/register"; import { currentKernels } from "@telltale/core"; console.log(currentKernels().name);`;

describe("register, in a process of its own", () => {
  test("off: networks in WebAssembly, all else on the reference kernels, and silence", () => {
    expect(run(NAME, { TELLTALE_NATIVE: "off" })).toEqual({ status: 0, stdout: "wasm:simd", stderr: "" });
  });

  test("a wrong name stops the program with a text that says what is right", () => {
    const { status, stdout, stderr } = run(NAME, { TELLTALE_ISA: "mmx" });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain('TELLTALE_ISA: expected avx512, avx2, neon, scalar; found "mmx"');
  });

  test("without the addon: what runs instead, in one line with what to do", () => {
    // The built package in a folder that has no build of the addon.
    const folder = mkdtempSync(join(tmpdir(), "telltale-bare-"));
    try {
      const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
      for (const part of ["dist", "package.json", "binding-options.cjs"]) {
        cpSync(at(`../${part}`), join(folder, "native", part), { recursive: true });
      }
      symlinkSync(at("../../node_modules"), join(folder, "node_modules"));
      const code = NAME.replace(
        "@telltale/native/register",
        pathToFileURL(join(folder, "native/dist/register.js")).href,
      );
      const { status, stdout, stderr } = run(code, {});
      expect({ status, stdout }).toEqual({ status: 0, stdout: "wasm:simd" });
      expect(stderr).toMatch(
        /^telltale: the C\+\+ kernels are not there, so neural networks run in WebAssembly .*npm rebuild @telltale\/native[^\n]*$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("importing the package alone never throws", () => {
    const code = `import { nativeStatus } from "@telltale/native"; console.log(nativeStatus().remedy);`;
    const { status, stdout } = run(code, { TELLTALE_THREADS: "-1" });
    expect(status).toBe(0);
    expect(stdout).toContain("TELLTALE_THREADS");
  });

  test.skipIf(!nativeStatus().available).each([...nativeStatus().isas])("TELLTALE_ISA=%s is obeyed", (isa) => {
    expect(run(NAME, { TELLTALE_ISA: isa })).toEqual({ status: 0, stdout: `native:${isa}`, stderr: "" });
  });

  test.skipIf(!nativeStatus().available)("by default the best", () => {
    expect(run(NAME, {})).toEqual({ status: 0, stdout: `native:${nativeStatus().isas[0]}`, stderr: "" });
  });
});

/** A long call, begun and not awaited. */
const LONG_CALL = `
  import { isolationForest, matrix } from "@telltale/core";
  import { kernelsFor } from "@telltale/native";
  const x = matrix(Float64Array.from({ length: 1_600_000 }, (_, i) => Math.sin(i * i)), 400_000, 4);
  const kernels = kernelsFor({ threads: 2 });
  const model = isolationForest({ samples: 4096 }).fitSync(x, { kernels });
  model.score(x, { kernels });`;

describe.skipIf(!nativeStatus().available)("a program that ends while a kernel runs", () => {
  test("process.exit keeps its status", () => {
    expect(run(`${LONG_CALL} setTimeout(() => process.exit(7), 5);`, {})).toEqual({
      status: 7,
      stdout: "",
      stderr: "",
    });
  });

  test("a worker can be terminated", () => {
    const body = `${LONG_CALL} (await import("node:worker_threads")).parentPort.postMessage("begun");`;
    const code = `
      import { Worker } from "node:worker_threads";
      const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(body)})));
      worker.once("message", async () => { await worker.terminate(); console.log("ended"); });`;
    expect(run(code, {})).toEqual({ status: 0, stdout: "ended", stderr: "" });
  });
});

describe.skipIf(!nativeStatus().available)("kernelsFor", () => {
  test("the default is what nativeKernels is", () => {
    expect(kernelsFor().name).toBe(nativeKernels?.name);
  });

  test("refuses what cannot be", () => {
    expect(() => kernelsFor({ threads: 0 })).toThrow(ParamError);
    expect(() => kernelsFor({ threads: 1.5 })).toThrow(ParamError);
    const absent = (["neon", "avx2"] as const).find((isa) => !nativeStatus().isas.includes(isa));
    if (absent !== undefined) expect(() => kernelsFor({ isa: absent })).toThrow(KernelError);
  });
});
