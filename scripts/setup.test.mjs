import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";

const native = join(import.meta.dirname, "..", "native");

/** Runs a script of the addon's with nothing on the path but Node. */
function withoutTools(script, ...args) {
  const path = mkdtempSync(join(tmpdir(), "telltale-path-"));
  try {
    mkdirSync(join(path, "bin"));
    symlinkSync(process.execPath, join(path, "bin", "node"));
    const env = { ...process.env, PATH: join(path, "bin") };
    return spawnSync(process.execPath, [join(native, "scripts", script), ...args], { encoding: "utf8", env });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

describe.skipIf(process.platform === "win32")("a machine without a compiler", () => {
  it("skips the addon, says once what is missing and what to do, and does not fail", () => {
    const { status, stdout, stderr } = withoutTools("build.mjs");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(stdout).toContain("cmake, a C++ compiler, make or ninja");
    expect(stdout).toContain("JavaScript path");
    expect(stdout).toMatch(/install/);
  });

  it("has another cache key than a machine with one", () => {
    const { stdout } = withoutTools("toolchain.mjs");
    expect(stdout).toContain("without cmake, a C++ compiler");
  });
});

describe("the pinned Node", () => {
  it("runs the scripts and the tests", async () => {
    const { default: lock } = await import("../package-lock.json", { with: { type: "json" } });
    expect(process.version).toBe(`v${lock.packages["node_modules/node"].version}`);
  });

  it("is installed from a lock file that names no registry", async () => {
    const { default: lock } = await import("../package-lock.json", { with: { type: "json" } });
    const named = Object.entries(lock.packages).filter(([, entry]) => /^https?:/.test(entry.resolved ?? ""));
    expect(named).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("the command", () => {
  // npm makes it while it installs, which in a fresh checkout is before it is built.
  it("can be run by its name", () => {
    const command = join(import.meta.dirname, "..", "node_modules", ".bin", "telltale");
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe("the installer of TensorFlow", () => {
  const script = join(import.meta.dirname, "..", "packages", "deep", "scripts", "install-tensorflow.mjs");
  const installed = (env) =>
    spawnSync(process.execPath, [script], { encoding: "utf8", env: { ...process.env, ...env } });

  it("is never fatal, and has nothing to do the second time", () => {
    installed({});
    const again = installed({});
    expect(again.status).toBe(0);
    expect(again.stderr).toBe("");
  });

  it("is left out on demand", () => {
    const { status, stdout } = installed({ TELLTALE_TENSORFLOW: "off" });
    expect(status).toBe(0);
    expect(stdout).toContain("TELLTALE_TENSORFLOW");
  });
});
