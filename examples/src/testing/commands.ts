import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const BIN = fileURLToPath(new URL("../../../packages/cli/dist/main.js", import.meta.url));

/** A folder of its own for a test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "telltale-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Runs the commands of a README (its `sh` blocks, one after the other) in a folder of their own, as a shell does; the first
 * that fails ends it.
 *
 * @returns what they printed
 */
export async function runCommands(readme: URL, folder: string): Promise<string> {
  const text = readFileSync(readme, "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? "");
  if (blocks.length === 0) throw new Error(`${readme} has no commands`);
  const script = join(folder, "commands.sh");
  writeFileSync(script, `set -eu\ntelltale() { "${process.execPath}" "${BIN}" "$@"; }\n${blocks.join("\n")}`);
  const { stdout, stderr } = await promisify(execFile)("bash", [script], { cwd: folder, maxBuffer: 64 << 20 });
  return stdout + stderr;
}
