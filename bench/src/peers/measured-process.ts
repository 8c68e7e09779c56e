import { spawn } from "node:child_process";
import { join } from "node:path";
import { PEERS } from "./environment.js";

/** What a whole process used, from its start to its end. */
export interface MeasuredProcess {
  readonly seconds: number;
  /** User and system time of all its threads. */
  readonly processorSeconds: number;
  /** Largest resident memory. */
  readonly peakMiB: number;
}

/**
 * Runs a command to its end under `peers/measure.py`.
 *
 * @param python  any Python 3; it needs no packages
 * @throws an error with the command's last words when it fails
 */
export async function measureProcess(python: string, command: readonly string[]): Promise<MeasuredProcess> {
  const child = spawn(python, [join(PEERS, "measure.py"), ...command], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout) output += text;
  const { exitCode, errors, ...used } = JSON.parse(output) as MeasuredProcess & { exitCode: number; errors: string };
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${errors.trim()}`);
  return used;
}
