import { lloyd, matrix, syncRun } from "@telltale/core";
import { dataFile, readDataFile } from "../data/binary-files.js";
import { WrongResult } from "../failures.js";
import type { PeerEntry, PeerResult } from "../record/results.js";
import { type Contestant, timeInTurn } from "../timing/in-turn.js";
import type { Timing } from "../timing/statistics.js";
import { kernelVariants } from "../variants.js";
import { judgeGoals, type RatioGoal } from "./goals.js";
import type { PeerRun } from "./python-peer.js";

export const KMEANS_CASE = "k-means, 200,000 × 16, 16 clusters, 20 iterations";

const ROWS = 200_000;
const COLS = 16;
const CLUSTERS = 16;
const ITERATIONS = 20;

const GOALS: readonly RatioGoal[] = ["avx512", "avx2"].map((isa) => ({
  ours: `telltale ${isa}`,
  theirs: "scikit-learn",
  atLeast: 4,
}));

/** Lloyd's iterations from the same centroids, one thread each; all must end with the same sum of squared distances. */
export async function runKmeansCase({ rounds, peer, progress }: PeerRun): Promise<PeerResult> {
  const file = dataFile("gaussian", ROWS, COLS);
  const x = matrix(readDataFile(file).x, ROWS, COLS);
  const initial = x.data.slice(0, CLUSTERS * COLS);
  let expected: number | undefined;
  const check = (name: string, inertia: number, iterations: number) => {
    expected ??= inertia;
    const same = Math.abs(inertia - expected) <= 1e-9 * expected;
    if (same && iterations === ITERATIONS) return;
    throw new WrongResult(`${KMEANS_CASE}: ${name} ends with ${inertia} after ${iterations}; expected ${expected}`);
  };
  const single = kernelVariants().filter(({ threads }) => threads === 1);
  const native = single.filter(({ isa }) => isa !== "js");
  const contestants = (native.length === 0 ? single : native).map(({ isa, kernels }): Contestant => {
    const name = `telltale ${isa}`;
    const run = async () => {
      const start = performance.now();
      const options = { maxIterations: ITERATIONS, tolerance: 0 };
      const { inertia, iterations } = await lloyd(x, initial, options, syncRun(kernels, 1));
      const seconds = (performance.now() - start) / 1000;
      check(name, inertia, iterations);
      return seconds;
    };
    return { name, run };
  });
  if (peer !== undefined) {
    const request = { file: file.file, rows: ROWS, cols: COLS, k: CLUSTERS, iterations: ITERATIONS };
    const run = async () => {
      const { seconds, inertia, iterations } = await peer.kmeans(request);
      check("scikit-learn", inertia, iterations);
      return seconds;
    };
    contestants.push({ name: "scikit-learn", run });
  }
  const timings = await timeInTurn(contestants, rounds, (round) =>
    progress(`${KMEANS_CASE}: ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}`),
  );
  const entries: PeerEntry[] = contestants.map(({ name }) => {
    return { contestant: name, seconds: timings.get(name) as Timing };
  });
  return { name: KMEANS_CASE, task: "fit", unit: "fits", work: 1, entries, goals: judgeGoals(GOALS, entries) };
}
