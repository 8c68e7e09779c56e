import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platform } from "node:process";
import { BENCH } from "../record/results.js";

/** The folder with the Python side: requirements, scripts and the virtual environment. */
export const PEERS = join(BENCH, "peers");
const REQUIREMENTS = join(PEERS, "requirements.txt");
/** Peers that ask for more, or for older packages, than what is used of them needs. */
const WITHOUT_DEPENDENCIES = join(PEERS, "requirements-without-dependencies.txt");
const ENVIRONMENT = join(PEERS, ".venv");
const INSTALLED = join(ENVIRONMENT, "requirements.sha256");

/** A Python that has the peers, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly absent: string };

/**
 * Makes the virtual environment with the pinned peers, unless it is there already. The first time takes minutes, since
 * isotree is compiled. Never throws.
 */
export function pythonEnvironment(progress: (text: string) => void): PythonEnvironment {
  const python = join(ENVIRONMENT, ...(platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
  const hash = createHash("sha256").update(readFileSync(REQUIREMENTS)).update(readFileSync(WITHOUT_DEPENDENCIES));
  const wanted = hash.digest("hex");
  if (existsSync(python) && existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === wanted) return { python };
  const system = systemPython();
  if (system === undefined) return { absent: "there is no python3 on the path" };
  try {
    progress("installing the pinned peers into peers/.venv (isotree is compiled, which takes minutes)");
    if (!existsSync(python)) run(system, ["-m", "venv", ENVIRONMENT]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(python, [...install, "--requirement", REQUIREMENTS]);
    run(python, [...install, "--no-deps", "--requirement", WITHOUT_DEPENDENCIES]);
    writeFileSync(INSTALLED, wanted);
    return { python };
  } catch (error) {
    return { absent: `the peers could not be installed: ${lastLine(error)}` };
  }
}

/** Any Python 3, without packages; undefined when there is none. */
export function systemPython(): string | undefined {
  const found = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim().split("\n").at(-1) ?? "";
}
