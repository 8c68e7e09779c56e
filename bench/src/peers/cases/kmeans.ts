import { lloyd, matrix, syncRun } from "@telltale/core";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

const NAME = "k-means, 200,000 × 16, 16 clusters, 20 iterations";

const ROWS = 200_000;
const COLS = 16;
const CLUSTERS = 16;
const ITERATIONS = 20;
const RUNS_PER_ROUND = 5;

export const KMEANS_CASE: PeerCase = { names: [NAME], run: async (run) => [await runKmeansCase(run)] };

const GOALS: readonly RatioGoal[] = ["avx512", "avx2"].map((isa) => ({
  ours: `telltale ${isa}`,
  theirs: "scikit-learn",
  atLeast: 4,
}));

/** Lloyd's iterations from the same centroids, one thread each; all must end with the same sum of squared distances. */
async function runKmeansCase(given: PeerRun): Promise<PeerResult> {
  const file = dataFile("gaussian", ROWS, COLS);
  const x = matrix(readDataFile(file).x, ROWS, COLS);
  const initial = x.data.slice(0, CLUSTERS * COLS);
  let expected: number | undefined;
  const check = (name: string, inertia: number, iterations: number) => {
    expected ??= inertia;
    const same = Math.abs(inertia - expected) <= 1e-9 * expected;
    if (same && iterations === ITERATIONS) return;
    throw new WrongResult(`${NAME}: ${name} ends with ${inertia} after ${iterations}; expected ${expected}`);
  };
  const contestants = singleThreaded().map(({ isa, kernels }): Contestant => {
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
  const { peer } = given;
  if (peer !== undefined) {
    const request = { file: file.file, rows: ROWS, cols: COLS, k: CLUSTERS, iterations: ITERATIONS };
    const run = async () => {
      const { seconds, inertia, iterations } = await peer.ask<Ended>("k_means.fit", request);
      check("scikit-learn", inertia, iterations);
      return seconds;
    };
    contestants.push({ name: "scikit-learn", run });
  }
  const rounds = given.rounds * RUNS_PER_ROUND;
  return compare({ name: NAME, task: "fit", unit: "fits", work: 1 }, contestants, GOALS, { ...given, rounds });
}

interface Ended {
  readonly seconds: number;
  readonly inertia: number;
  readonly iterations: number;
}
