import { type Matrix, matrix, smote } from "@telltale/core";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

/** imbalanced-learn with its own search for neighbours, that of scikit-learn, and with that of scikit-learn-intelex. */
type SmoteLibrary = "imbalanced-learn" | "imbalanced-learn, intelex";

const NAME = "resample, smote, 50,000 × 32 beside 200,000";

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
async function runSmoteCase(given: PeerRun): Promise<PeerResult> {
  const file = dataFile("gaussian", FEW + MANY, COLS);
  const x = matrix(readDataFile(file).x, FEW + MANY, COLS);
  const rows = { file: file.file, rows: x.rows, cols: COLS, few: FEW };
  const { peer } = given;
  const peers =
    peer === undefined
      ? []
      : librariesOf(given.packages).map((library): Contestant => {
          const options = { neighbours: NEIGHBOURS, seed: SEED };
          const run = async () => {
            const request = { library, ...rows, ...options };
            type Answer = { readonly seconds: number; readonly made: number };
            const { seconds, made } = await peer.ask<Answer>("resampling.resample", request);
            requireBalanced(library, made);
            return seconds;
          };
          return { name: library, run };
        });
  const result = { name: NAME, task: "resample", unit: "synthetic rows", work: MANY - FEW } as const;
  return compare(result, [...ours(x), ...peers], GOALS, given);
}

export const SMOTE_CASE: PeerCase = { names: [NAME], run: async (run) => [await runSmoteCase(run)] };

/** Every instruction set on one thread; the reference when there is nothing else. */
function ours(x: Matrix): Contestant[] {
  const labels = Uint8Array.from({ length: x.rows }, (_, i) => (i < FEW ? 1 : 0));
  return singleThreaded().map(({ isa, kernels }) => ({
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

function librariesOf(packages: ReadonlySet<string>): SmoteLibrary[] {
  if (!packages.has("imbalanced-learn")) return [];
  return [
    "imbalanced-learn",
    ...(packages.has("scikit-learn-intelex") ? (["imbalanced-learn, intelex"] as const) : []),
  ];
}

function requireBalanced(name: string, rows: number): void {
  if (rows !== 2 * MANY) throw new WrongResult(`${NAME}: ${name} gives ${rows} rows, not ${2 * MANY}`);
}
