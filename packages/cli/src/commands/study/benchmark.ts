import { realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { Suite, SuiteResult } from "@telltale/compare";
import type { Kernels } from "@telltale/core";
import { writeFileAtomic } from "@telltale/data";
import { UsageError } from "../../failure.js";
import { chooseKernels } from "../../kernels.js";
import type { RunFlags } from "../../options/common-flags.js";
import { benchmarkText } from "../../output/benchmark-text.js";
import { Progress } from "../../output/progress.js";
import type { Session } from "../../session.js";
import { BenchmarkWorkers, type WorkerTask } from "./benchmark-workers.js";

/** Each thread holds the benchmark's files: more than this gain little. */
const MOST_THREADS = 16;

export interface BenchmarkFlags extends RunFlags {
  readonly detectors?: string;
  readonly seed: number;
  readonly out?: string;
  readonly report?: string;
}

/** A benchmark to run, and where its files are. */
export interface BenchmarkCall {
  readonly folder: string;
  readonly flags: BenchmarkFlags;
  suite(): Promise<Suite<never>>;
}

/** Runs a benchmark, prints its table and writes what was asked for. */
export async function benchmark({ folder, flags, suite }: BenchmarkCall, session: Session): Promise<void> {
  const { detectors, seed, out, report, kernels: asked, threads, ...own } = flags;
  for (const [flag, file] of [
    ["--out", out],
    ["--report", report],
  ] as const) {
    if (file !== undefined) await requireOutside(flag, file, folder);
  }
  const { runSuite, splitDetectors, stableJson } = await import("@telltale/compare");
  const names = detectors === undefined ? undefined : splitDetectors(detectors);
  const kernels = await chooseKernels(asked, session);
  const progress = new Progress(session, "running", { eta: true });
  const told = { ...own, ...(names === undefined ? {} : { detectors: names }), seed };
  const chosen = await suite();
  const workers = threadsOf(chosen, { folder, options: told, kernels, threads });
  let result: SuiteResult;
  try {
    result = await runSuite(chosen, folder, {
      ...told,
      ...(threads === undefined ? {} : { threads }),
      ...(workers === undefined ? {} : { elsewhere: workers }),
      kernels,
      signal: session.signal,
      progress: (done: number, doing: string) => progress.to(done, undefined, doing),
    } as never);
  } finally {
    progress.end();
    await workers?.end();
  }
  const text = stableJson(result);
  if (out !== undefined) await writeFileAtomic(out, new TextEncoder().encode(text));
  if (report !== undefined) {
    const { writeBenchmarkPage } = await import("../../output/pages/benchmark-page.js");
    await writeBenchmarkPage(report, result);
  }
  if (session.json) session.print(text.trimEnd());
  else session.print(benchmarkText(result, session));
  if (out !== undefined) session.say(`result written to ${out}`);
  if (report !== undefined) session.say(`report written to ${report}`);
}

/** Threads for a benchmark that can use them, where there is more than one core. */
function threadsOf(
  { name, worker }: Suite<never>,
  run: {
    readonly folder: string;
    readonly options: WorkerTask["options"];
    readonly kernels: Kernels;
    readonly threads: number | undefined;
  },
): BenchmarkWorkers | undefined {
  const count = Math.min(run.threads ?? availableParallelism(), MOST_THREADS);
  if (worker === undefined || count < 2) return undefined;
  const [family] = run.kernels.name.split(":");
  const kernels = family === "native" || family === "wasm" ? family : "js";
  return new BenchmarkWorkers({ suite: name, folder: run.folder, options: run.options, kernels }, count);
}

/** Refuses to write over what is read: a file of the benchmark would be gone for good. */
async function requireOutside(flag: string, file: string, folder: string): Promise<void> {
  const target = await realpath(file).catch(() => undefined);
  if (target === undefined || !(await stat(target)).isFile()) return;
  const inside = relative(await realpath(folder).catch(() => folder), target);
  if (inside !== "" && (inside.startsWith("..") || inside === target)) return;
  throw new UsageError("USAGE", `${flag} ${file} is a file of the benchmark`, {
    remedy: `Name another file to write, outside of ${join(folder, "/")}`,
  });
}
