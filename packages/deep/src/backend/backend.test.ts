import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { backendNotice, loadBackend } from "./backend.js";

const built = join(import.meta.dirname, "..", "..", "dist", "backend", "backend.js");
const tfjs = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json"));
const hasTensorflow = existsSync(join(tfjs, "lib", "napi-v8", "tfjs_binding.node"));
if (!hasTensorflow) console.log("skipped in part: TensorFlow's library is not installed under @tensorflow/tfjs-node");

/** What a process of its own says of the backend it gets. */
function inProcess(asked: string) {
  const code = `
    const { loadBackend, requireBackend, backendNotice } = await import(${JSON.stringify(pathToFileURL(built).href)});
    const early = (() => { try { requireBackend(); } catch (error) { return error.code; } })();
    try {
      const backend = await loadBackend();
      const { tf } = backend;
      const sum = tf.tidy(() => tf.matMul(tf.ones([2, 5]), tf.ones([5, 2])).sum().dataSync()[0]);
      const left = tf.memory().numTensors;
      console.log(JSON.stringify({ early, name: backend.name, sum, left, notice: backendNotice(backend) }));
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message }));
    }`;
  const env = { ...process.env, TELLTALE_DEEP: asked };
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    env,
  });
  return { ...(JSON.parse(stdout) as Record<string, unknown>), stderr };
}

describe("the backend", () => {
  it.each(["wasm", "cpu", ...(hasTensorflow ? ["node", "auto"] : [])])("computes on %s, and says nothing", (asked) => {
    expect(inProcess(asked)).toEqual({
      ...{ early: "KERNEL_UNAVAILABLE", name: asked === "auto" ? "node" : asked, sum: 20, left: 0, stderr: "" },
    });
  });

  it("is refused when it is switched off, or no such thing", () => {
    expect(inProcess("off")).toMatchObject({ code: "KERNEL_UNAVAILABLE" });
    expect(inProcess("gpu")).toMatchObject({
      code: "PARAM_RANGE",
      message: expect.stringContaining("node, wasm, cpu"),
    });
  });

  it("is loaded once, and tells what is missed with a remedy", async () => {
    const backend = await loadBackend();
    expect(await loadBackend()).toBe(backend);
    const attempts = [{ name: "node" as const, problem: "its library is not there" }];
    expect(backendNotice({ ...backend, name: "wasm", attempts })).toMatch(/WebAssembly.*not there.*install-tensorflow/);
    expect(backendNotice({ ...backend, attempts: [] })).toBeUndefined();
  });
});
