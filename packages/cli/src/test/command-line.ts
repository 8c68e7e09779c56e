import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PumpRigOptions, pumpRig, pumpRigCsv } from "@telltale/datasets";
import { vi } from "vitest";

// Every test starts programs, and several run at a time: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** The built program, as users run it. */
export const BIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Start {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the program. */
export function start(args: readonly string[], { cwd, env }: Start = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { cwd, env: { ...process.env, TELLTALE_DEBUG: "", ...env } });
}

/** Runs the program to its end. */
export async function telltale(args: readonly string[], options: Start = {}): Promise<Ended> {
  const child = start(args, options);
  const ended = end(child);
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input ?? "");
  return ended;
}

/** What a started program leaves behind. */
export function end(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** A folder of its own for the tests of one file. */
export async function temporaryFolder(): Promise<{
  path: string;
  file(name: string): string;
  remove(): Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), "telltale-test-"));
  return {
    path,
    file: (name) => join(path, name),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Writes a simulated rig as a CSV file. */
export async function writeRig(file: string, options: PumpRigOptions): Promise<void> {
  await writeFile(file, pumpRigCsv(pumpRig(options)));
}
