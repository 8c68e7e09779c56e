import { availableParallelism } from "node:os";
import { isolationForest, type Matrix, matrix, rocAuc } from "@telltale/core";
import { firstDifference } from "../../cases/bits.js";
import { type DataFile, dataFile, readDataFile, readDoubles, scoresFile } from "../../data/binary-files.js";
import type { Distribution } from "../../data/generators.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import { REFERENCE, type Variant } from "../../variants.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

type Library = "scikit-learn" | "isotree";
const LIBRARIES: readonly Library[] = ["scikit-learn", "isotree"];
/** Fits are short. */
const FITS_PER_ROUND = 5;

interface ForestCase {
  readonly task: "score" | "fit";
  readonly distribution: Distribution;
  readonly rows: number;
  readonly cols: number;
  readonly goals: readonly RatioGoal[];
}

const SEED = 1;
const ours = (isa: string, threads = 1) => `telltale ${isa}${threads > 1 ? `, ${threads} threads` : ""}`;
const COLUMN_MAJOR = "isotree (column-major)";

function scoreGoals(atLeast: Readonly<Record<string, number>>): RatioGoal[] {
  const ratios = Object.entries(atLeast).map(([isa, times]) => ({
    ours: ours(isa),
    theirs: "scikit-learn",
    atLeast: times,
  }));
  const twice = Object.keys(atLeast).map((isa) => ({ ours: ours(isa, 2), theirs: ours(isa), atLeast: 1.8 }));
  return [...ratios, ...twice];
}

const GAUSSIAN = scoreGoals({ avx512: 40, avx2: 12 });
const HEAVY_TAILED = scoreGoals({ avx512: 15 });
const FIT = ["avx512", "avx2"].map((isa) => ({ ours: ours(isa), theirs: COLUMN_MAJOR, atLeast: 1.5 }));

const CASES: readonly ForestCase[] = [
  { task: "score", distribution: "gaussian", rows: 1_000_000, cols: 32, goals: GAUSSIAN },
  { task: "score", distribution: "gaussian", rows: 1_000_000, cols: 8, goals: GAUSSIAN },
  { task: "score", distribution: "heavy-tailed", rows: 1_000_000, cols: 32, goals: HEAVY_TAILED },
  { task: "score", distribution: "heavy-tailed", rows: 1_000_000, cols: 8, goals: HEAVY_TAILED },
  { task: "fit", distribution: "gaussian", rows: 100_000, cols: 32, goals: FIT },
  { task: "fit", distribution: "gaussian", rows: 1_000_000, cols: 8, goals: FIT },
];

export const FOREST_CASES: readonly PeerCase[] = CASES.map((each) => ({
  names: [nameOf(each)],
  run: async (run) => [await runForestCase({ ...each, rows: Math.min(run.mostRows, each.rows) }, run)],
}));

function nameOf({ task, distribution, rows, cols }: ForestCase): string {
  return `${task}, ${distribution}, ${rows} × ${cols}`;
}

/** One comparison: our kernels on each instruction set, and the peers, in turn on the same bytes. */
async function runForestCase(each: ForestCase, run: PeerRun): Promise<PeerResult> {
  const file = dataFile(each.distribution, each.rows, each.cols);
  const { x, labels } = readDataFile(file);
  const rows = matrix(x, each.rows, each.cols);
  const { task } = each;
  await run.peer?.ask("isolation_forests.load", { ...file, columnMajor: task === "fit" });
  const field = task === "score" ? await scorers(rows, file, run) : fitters(rows, run);
  const [unit, work] = task === "score" ? ["rows", each.rows] : ["fits", 1];
  return compare(
    { name: nameOf(each), task, unit, work },
    field.contestants,
    each.goals,
    { ...run, rounds: run.rounds * (task === "fit" ? FITS_PER_ROUND : 1) },
    (name) => {
      const scores = field.scoresOf(name);
      return scores === undefined ? {} : { rocAuc: rocAuc(labels, scores) };
    },
  );
}

interface Field {
  readonly contestants: readonly Contestant[];
  scoresOf(name: string): Float64Array | undefined;
}

/** Every instruction set on one thread, and the best on all; the reference when there is nothing else. */
function variantsToTime(task: "score" | "fit"): Variant[] {
  const single = singleThreaded();
  const threads = Math.min(2, availableParallelism());
  const several =
    task === "fit" || threads === 1 || single[0] === REFERENCE
      ? []
      : single.map((variant) => ({ ...variant, threads }));
  return [...single, ...several];
}

async function scorers(x: Matrix, file: DataFile, { peer, packages }: PeerRun): Promise<Field> {
  const model = isolationForest({ seed: SEED }).fitSync(x);
  const last = new Map<string, Float64Array>();
  let first: Float64Array | undefined;
  const telltale = variantsToTime("score").map(({ isa, kernels, threads }): Contestant => {
    const name = ours(isa, threads);
    return {
      name,
      run() {
        const start = performance.now();
        const scores = model.scoreSync(x, { kernels, threads });
        const seconds = (performance.now() - start) / 1000;
        first ??= scores;
        const at = firstDifference(first, scores);
        if (at >= 0) throw new WrongResult(`${file.file}: ${name} scores row ${at} unlike the others`);
        last.set(name, scores);
        return seconds;
      },
    };
  });
  if (peer === undefined) return { contestants: telltale, scoresOf: (name) => last.get(name) };
  const libraries = LIBRARIES.filter((library) => packages.has(library));
  const ask = async (step: "fit" | "score", request: object) => {
    const { seconds } = await peer.ask<{ readonly seconds: number }>(`isolation_forests.${step}`, request);
    return seconds;
  };
  for (const library of libraries) await ask("fit", { library, seed: SEED, columnMajor: false });
  const peers = libraries.map((library) => ({
    name: library,
    run: () => ask("score", { library, scores: scoresFile(library) }),
  }));
  return {
    contestants: [...telltale, ...peers],
    scoresOf: (name) => last.get(name) ?? readDoubles(scoresFile(name)),
  };
}

function fitters(x: Matrix, { peer, packages }: PeerRun): Field {
  const telltale = variantsToTime("fit").map(({ isa, kernels, threads }): Contestant => {
    const detector = isolationForest({ seed: SEED });
    return {
      name: ours(isa, threads),
      run() {
        const start = performance.now();
        detector.fitSync(x, { kernels, threads });
        return (performance.now() - start) / 1000;
      },
    };
  });
  if (peer === undefined) return { contestants: telltale, scoresOf: () => undefined };
  const peers = LIBRARIES.filter((library) => packages.has(library)).flatMap((library): Contestant[] => {
    const fit = (columnMajor: boolean) => async () => {
      const request = { library, seed: SEED, columnMajor };
      const { seconds } = await peer.ask<{ readonly seconds: number }>("isolation_forests.fit", request);
      return seconds;
    };
    const rowMajor = { name: library, run: fit(false) };
    return library === "isotree" ? [rowMajor, { name: COLUMN_MAJOR, run: fit(true) }] : [rowMajor];
  });
  return { contestants: [...telltale, ...peers], scoresOf: () => undefined };
}
