import { execFileSync } from "node:child_process";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { versions } from "node:process";
import { nativeStatus } from "@telltale/native";

/** Where, when and with what a result was measured: without it a number says nothing. */
export interface Environment {
  readonly date: string;
  /** Abbreviated hash; `+` behind it when the working tree had changes, `unknown` outside a repository. */
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** Instruction sets of the native kernels, best first; empty without the addon. */
  readonly isas: readonly string[];
  /** 1-minute load average before the first measurement. */
  readonly loadBefore: number;
}

export function recordEnvironment(): Environment {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: versions.node,
    v8: versions.v8,
    isas: nativeStatus().isas,
    loadBefore: load(),
  };
}

/** 1-minute load average now, with two digits. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const hash = git("rev-parse", "--short=10", "HEAD").trim();
    return git("status", "--porcelain", "--untracked-files=no").trim() === "" ? hash : `${hash}+`;
  } catch {
    return "unknown";
  }
}

/** One paragraph for a person. */
export function describeEnvironment(environment: Environment, loadAfter: number): string {
  const { cpu, cores, memoryGiB, system, node, commit, date, isas, loadBefore } = environment;
  const sets = isas.length > 0 ? isas.join(", ") : "no native kernels";
  const load = `load ${loadBefore} before, ${loadAfter} after`;
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; ${sets}; Node ${node}; commit ${commit}; ${date}; ${load}`;
}
