import { type Matrix, matrix, smote } from "@telltale/core";
import { dataFile, readDataFile } from "../data/binary-files.js";
import { WrongResult } from "../failures.js";
import type { PeerEntry, PeerResult } from "../record/results.js";
import { type Contestant, timeInTurn } from "../timing/in-turn.js";
import type { Timing } from "../timing/statistics.js";
import { kernelVariants } from "../variants.js";
import { judgeGoals, type RatioGoal } from "./goals.js";
import type { PeerRun, PythonPeer, SmoteLibrary } from "./python-peer.js";

export const SMOTE_CASE = "resample, smote, 50,000 × 32 beside 200,000";

const FEW = 50_000;
const MANY = 200_000;
const COLS = 32;
const NEIGHBOURS = 5;
const SEED = 1;

const GOALS: readonly RatioGoal[] = [
  { ours: "telltale avx512", theirs: "imbalanced-learn, intelex", atLeast: 15 },
  { ours: "telltale avx512", theirs: "imbalanced-learn", atLeast: 15 },
];

/**
 * SMOTE from the call to the balanced table, one thread each. Nine tenths of our time are the search for neighbours; the rest
 * is memory: the balanced table is new, so that the system clears every page of it, and its rows are read in random order.
 */
export async function runSmoteCase({ rounds, peer, packages, progress }: PeerRun): Promise<PeerResult> {
  const file = dataFile("gaussian", FEW + MANY, COLS);
  const x = matrix(readDataFile(file).x, FEW + MANY, COLS);
  const rows = { file: file.file, rows: x.rows, cols: COLS, few: FEW };
  const peers = librariesOf(packages).map((library): Contestant => {
    const options = { neighbours: NEIGHBOURS, seed: SEED };
    const run = async () => {
      const { seconds, made } = await (peer as PythonPeer).resample(library, rows, options);
      requireBalanced(library, made);
      return seconds;
    };
    return { name: library, run };
  });
  const contestants = [...ours(x), ...(peer === undefined ? [] : peers)];
  const timings = await timeInTurn(contestants, rounds, (round) =>
    progress(`${SMOTE_CASE}: ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}`),
  );
  const entries: PeerEntry[] = contestants.map(({ name }) => {
    return { contestant: name, seconds: timings.get(name) as Timing };
  });
  const goals = judgeGoals(GOALS, entries);
  return { name: SMOTE_CASE, task: "resample", unit: "synthetic rows", work: MANY - FEW, entries, goals };
}

/** Every instruction set on one thread; the reference when there is nothing else. */
function ours(x: Matrix): Contestant[] {
  const labels = Uint8Array.from({ length: x.rows }, (_, i) => (i < FEW ? 1 : 0));
  const single = kernelVariants().filter(({ threads }) => threads === 1);
  const native = single.filter(({ isa }) => isa !== "js");
  return (native.length === 0 ? single : native).map(({ isa, kernels }) => ({
    name: `telltale ${isa}`,
    run() {
      const start = performance.now();
      const { x: balanced } = smote({ k: NEIGHBOURS, seed: SEED }).resampleSync(x, labels, { kernels, threads: 1 });
      const seconds = (performance.now() - start) / 1000;
      requireBalanced(`telltale ${isa}`, balanced.rows);
      return seconds;
    },
  }));
}

function librariesOf(packages: Readonly<Record<string, string>>): SmoteLibrary[] {
  if (!("imbalanced-learn" in packages)) return [];
  return ["imbalanced-learn", ...("scikit-learn-intelex" in packages ? (["imbalanced-learn, intelex"] as const) : [])];
}

function requireBalanced(name: string, rows: number): void {
  if (rows !== 2 * MANY) throw new WrongResult(`${SMOTE_CASE}: ${name} gives ${rows} rows, not ${2 * MANY}`);
}
