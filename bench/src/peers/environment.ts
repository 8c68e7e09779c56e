import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { platform } from "node:process";
import { BENCH } from "../record/results.js";

/** The folder with the Python side: requirements, scripts and the virtual environment. */
export const PEERS = join(BENCH, "peers");

/** A virtual environment: its folder and the requirements it is made of. */
interface EnvironmentPlan {
  readonly folder: string;
  readonly requirements: string;
  /** Peers that ask for more, or for older packages, than what is used of them needs. */
  readonly withoutDependencies?: string;
}

const PEERS_PLAN: EnvironmentPlan = {
  folder: join(PEERS, ".venv"),
  requirements: join(PEERS, "requirements.txt"),
  withoutDependencies: join(PEERS, "requirements-without-dependencies.txt"),
};

/** TensorFlow wants older packages than the other peers. */
export const KERAS_PLAN: EnvironmentPlan = {
  folder: join(PEERS, ".venv-keras"),
  requirements: join(PEERS, "requirements-keras.txt"),
};

/** A Python that has the peers, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly absent: string };

/**
 * Makes the virtual environment with the pinned peers, unless it is there already. The first time takes minutes, since
 * isotree is compiled. Never throws.
 */
export function pythonEnvironment(
  progress: (text: string) => void,
  { folder, requirements, withoutDependencies }: EnvironmentPlan = PEERS_PLAN,
): PythonEnvironment {
  const python = join(folder, ...(platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
  const installed = join(folder, "requirements.sha256");
  const hash = createHash("sha256").update(readFileSync(requirements));
  if (withoutDependencies !== undefined) hash.update(readFileSync(withoutDependencies));
  const wanted = hash.digest("hex");
  if (existsSync(python) && existsSync(installed) && readFileSync(installed, "utf8") === wanted) return { python };
  const system = systemPython();
  if (system === undefined) return { absent: "there is no python3 on the path" };
  try {
    progress(`installing the pinned peers into ${relative(PEERS, folder)} (which may take minutes)`);
    if (!existsSync(python)) run(system, ["-m", "venv", folder]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(python, [...install, "--requirement", requirements]);
    if (withoutDependencies !== undefined) {
      run(python, [...install, "--no-deps", "--requirement", withoutDependencies]);
    }
    writeFileSync(installed, wanted);
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
