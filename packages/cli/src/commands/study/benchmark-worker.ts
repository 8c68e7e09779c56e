import { parentPort, workerData } from "node:worker_threads";
import "@telltale/deep/register";
import type { Suite } from "@telltale/compare";
import { TelltaleError } from "@telltale/core";
import { chooseKernels } from "../../kernels.js";
import { Session } from "../../session.js";
import type { WorkerAnswer, WorkerQuestion, WorkerTask } from "./benchmark-workers.js";

// A thread of a benchmark: reads its files once, then answers questions about them.
const { suite: name, folder, options, kernels } = workerData as WorkerTask;
const quiet = new Session();
quiet.quiet = true;

async function begin() {
  const compare = await import("@telltale/compare");
  const suites: readonly Suite<never>[] = [compare.skab];
  const suite = suites.find((each) => each.name === name);
  if (suite?.worker === undefined) throw new TypeError(`the benchmark ${name} runs in one thread`);
  return suite.worker(folder, { ...options, threads: 1, kernels: await chooseKernels(kernels, quiet) } as never);
}

const ready = begin();

parentPort?.on("message", async ({ id, entry, part }: WorkerQuestion) => {
  let answer: WorkerAnswer;
  try {
    answer = { id, value: await (await ready).decide(entry, part) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer = { id, error: { code: error instanceof TelltaleError ? error.code : "UNEXPECTED", message } };
  }
  parentPort?.postMessage(answer);
});
