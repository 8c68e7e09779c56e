import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { load } from "@telltale/core";
import { autoencoder } from "@telltale/deep";
import "@telltale/deep/register";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { end, start, telltale, temporaryFolder, writeRig } from "./command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(args, { cwd: folder.path });
const FIT = ["fit", "autoencoder", "1.csv", "--drop", "changepoint,fault", "--label", "anomaly", "--time", "datetime"];
const NETWORK = ["--scale", "standard", "--hidden", "16,2,16", "--patience", "off", "--seed", "3"];

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const seed of [1, 2]) await writeRig(folder.file(`${seed}.csv`), { seed, rows: 1500 });
});
afterAll(() => folder.remove());

describe("neural detectors on the command line", () => {
  it("are fitted, inspected, and evaluated on another file, without TensorFlow being loaded", async () => {
    const fit = await telltale([...FIT, ...NETWORK, "--epochs", "8", "--model", "m.safetensors"], {
      cwd: folder.path,
      env: { TELLTALE_DEEP: "off" },
    });
    expect(fit.code, fit.stderr).toBe(0);
    const inspected = await run("inspect", "m.safetensors");
    expect(inspected.stdout).toContain("16,2,16");
    const evaluated = await run("evaluate", "m.safetensors", "2.csv", "--series", "never", "--json");
    expect(evaluated.code, evaluated.stderr).toBe(0);
    expect(JSON.parse(evaluated.stdout).metrics.rocAuc).toBeGreaterThan(0.6);
  });

  it("go on from a checkpoint after they were stopped, to the same model", async () => {
    const long = [...FIT, ...NETWORK, "--epochs", "300", "--checkpoint", "c.ckpt"];
    const child = start([...long, "--model", "stopped.safetensors"], { cwd: folder.path });
    const ended = end(child);
    while (!existsSync(folder.file("c.ckpt")) && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGTERM");
    const stopped = await ended;
    expect(stopped.code).not.toBe(0);
    expect(stopped.stderr).toContain("stopped; c.ckpt has what was learned: the same command goes on from there");
    expect(existsSync(folder.file("stopped.safetensors"))).toBe(false);
    const resumed = await run(...long, "--model", "resumed.safetensors");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain("going on from the checkpoint c.ckpt");
    // The model is there, so that the next training begins anew.
    expect(existsSync(folder.file("c.ckpt"))).toBe(false);
    const whole = await run(...FIT, ...NETWORK, "--epochs", "300", "--model", "whole.safetensors");
    expect(whole.code, whole.stderr).toBe(0);
    const bytes = (name: string) => readFileSync(folder.file(name));
    expect(bytes("resumed.safetensors").equals(bytes("whole.safetensors"))).toBe(true);
    expect(load(bytes("whole.safetensors")).detector.spec).toBe(autoencoder.spec);
  });

  it("say once what they learn on, when it is not the kernels, and refuse what is not there before they read", async () => {
    const learn = (value: string, ...more: string[]) =>
      telltale([...FIT, ...NETWORK, "--epochs", "1", "--model", "t.safetensors", ...more], {
        cwd: folder.path,
        env: { TELLTALE_DEEP: value },
      });
    const cpu = await learn("cpu");
    expect(cpu.code, cpu.stderr).toBe(0);
    expect(
      cpu.stderr.match(/TensorFlow\.js in plain JavaScript, as TELLTALE_DEEP asks.*unset TELLTALE_DEEP/g),
    ).toHaveLength(1);
    const wasm = JSON.parse((await learn("wasm", "--json")).stdout);
    expect(wasm.learnedOn).toBe("tensorflow.js:wasm");
    expect(wasm.warnings).toEqual([expect.stringContaining("TensorFlow.js in WebAssembly")]);
    const none = await learn("");
    expect(none.stderr).not.toContain("TensorFlow");
    const wrong = await learn("nonsense");
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/^telltale: TELLTALE_DEEP: expected node, wasm, cpu/),
    ]);
    const inspect = await telltale(["inspect", "t.safetensors", "--json"], {
      cwd: folder.path,
      env: { TELLTALE_DEEP: "nonsense" },
    });
    expect(JSON.parse(inspect.stdout).runsOn).toMatchObject({
      learning: expect.stringContaining("not here: TELLTALE_DEEP"),
    });
    expect((await run("inspect", "t.safetensors")).stdout).toMatch(/runs on +scores: \S+; learning: kernels/);
    expect((await run("list", "lstm-vae")).stdout).toContain(
      "a neural network, which runs on the kernels; learns in epochs",
    );
  });

  it("say what is wrong with a checkpoint", async () => {
    writeFileSync(folder.file("wrong.ckpt"), "no checkpoint");
    const wrong = await run(
      ...FIT,
      ...NETWORK,
      "--epochs",
      "2",
      "--checkpoint",
      "wrong.ckpt",
      "--model",
      "n.safetensors",
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(
      /wrong\.ckpt\n.*wrong\.ckpt: the checkpoint cannot be read\. Begin the training anew: remove the file/,
    );
    const other = await run("fit", "lof", "1.csv", "--checkpoint", "c.ckpt", "--model", "n.safetensors");
    expect(other.code).toBe(2);
  });
});
