import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isolationForest, type Matrix, matrix, rocAuc } from "@telltale/core";
import { firstDifference } from "../cases/bits.js";
import { DATA, type DataFile, dataFile, readDataFile, readDoubles } from "../data/binary-files.js";
import type { Distribution } from "../data/generators.js";
import { WrongResult } from "../failures.js";
import type { PeerEntry, PeerResult } from "../record/results.js";
import { type Contestant, timeInTurn } from "../timing/in-turn.js";
import type { Timing } from "../timing/statistics.js";
import { kernelVariants, REFERENCE, type Variant } from "../variants.js";
import { judgeGoals, type RatioGoal } from "./goals.js";
import type { Library, PeerRun, PythonPeer } from "./python-peer.js";

export interface ForestCase {
  readonly task: "score" | "fit";
  readonly distribution: Distribution;
  readonly rows: number;
  readonly cols: number;
  readonly goals: readonly RatioGoal[];
}

export interface ForestRun extends PeerRun {
  readonly libraries: readonly Library[];
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

export const forestCases: readonly ForestCase[] = [
  { task: "score", distribution: "gaussian", rows: 1_000_000, cols: 32, goals: GAUSSIAN },
  { task: "score", distribution: "gaussian", rows: 1_000_000, cols: 8, goals: GAUSSIAN },
  { task: "score", distribution: "heavy-tailed", rows: 1_000_000, cols: 32, goals: HEAVY_TAILED },
  { task: "score", distribution: "heavy-tailed", rows: 1_000_000, cols: 8, goals: HEAVY_TAILED },
  { task: "fit", distribution: "gaussian", rows: 100_000, cols: 32, goals: FIT },
  { task: "fit", distribution: "gaussian", rows: 1_000_000, cols: 8, goals: FIT },
];

export function nameOf({ task, distribution, rows, cols }: ForestCase): string {
  return `${task}, ${distribution}, ${rows} × ${cols}`;
}

/** One comparison: our kernels on each instruction set, and the peers, in turn on the same bytes. */
export async function runForestCase(each: ForestCase, run: ForestRun): Promise<PeerResult> {
  const file = dataFile(each.distribution, each.rows, each.cols);
  const { x, labels } = readDataFile(file);
  const rows = matrix(x, each.rows, each.cols);
  await run.peer?.load(file.file, each.rows, each.cols, { columnMajor: each.task === "fit" });
  const field = each.task === "score" ? await scorers(rows, file, run) : fitters(rows, run);
  const timings = await timeInTurn(field.contestants, run.rounds, (round) =>
    run.progress(`${nameOf(each)}: ${round === 0 ? "warm-up" : `round ${round} of ${run.rounds}`}`),
  );
  const entries: PeerEntry[] = field.contestants.map(({ name }) => {
    const scores = field.scoresOf(name);
    const seconds = timings.get(name) as Timing;
    return { contestant: name, seconds, ...(scores && { rocAuc: rocAuc(labels, scores) }) };
  });
  const { task } = each;
  const [unit, work] = task === "score" ? ["rows", each.rows] : ["fits", 1];
  return { name: nameOf(each), task, unit, work, entries, goals: judgeGoals(each.goals, entries) };
}

interface Field {
  readonly contestants: readonly Contestant[];
  scoresOf(name: string): Float64Array | undefined;
}

/** Every instruction set on one thread, and the best on all; the reference when there is nothing else. */
function variantsToTime(task: "score" | "fit"): Variant[] {
  const native = kernelVariants().filter((variant) => variant !== REFERENCE);
  if (native.length === 0) return [REFERENCE];
  const threads = Math.min(2, availableParallelism());
  const single = native.filter((variant) => variant.threads === 1);
  const several = task === "fit" || threads === 1 ? [] : single.map((variant) => ({ ...variant, threads }));
  return [...single, ...several];
}

async function scorers(x: Matrix, file: DataFile, { peer, libraries }: ForestRun): Promise<Field> {
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
  const scoresFile = (library: Library) => join(DATA, "scores", `${library}.f64`);
  mkdirSync(join(DATA, "scores"), { recursive: true });
  for (const library of libraries) await peer.fit(library, SEED, { columnMajor: false });
  const peers = libraries.map((library) => ({ name: library, run: () => peer.score(library, scoresFile(library)) }));
  return {
    contestants: [...telltale, ...peers],
    scoresOf: (name) => last.get(name) ?? readDoubles(scoresFile(name as Library)),
  };
}

function fitters(x: Matrix, { peer, libraries }: ForestRun): Field {
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
  const peers = (peer === undefined ? [] : libraries).flatMap((library): Contestant[] => {
    const fit = (columnMajor: boolean) => () => (peer as PythonPeer).fit(library, SEED, { columnMajor });
    const rowMajor = { name: library, run: fit(false) };
    return library === "isotree" ? [rowMajor, { name: COLUMN_MAJOR, run: fit(true) }] : [rowMajor];
  });
  return { contestants: [...telltale, ...peers], scoresOf: () => undefined };
}
