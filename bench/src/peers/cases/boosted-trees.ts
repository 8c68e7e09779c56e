import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Random, type TreeEnsemble, treeShapPaths, writeXgboost } from "@telltale/core";
import { DATA, type DataFile, dataFile, readDataFile } from "../../data/binary-files.js";
import { fullTrees } from "../../data/tree-ensembles.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import { REFERENCE, type Variant } from "../../variants.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";
import { silently } from "./javascript-libraries.js";

const SHAPE = { trees: 100, depth: 6, outputs: 1, thresholds: 255, cols: 32 };
const PREDICT = "boosted trees, predict, 1,000,000 × 32, 100 trees of depth 6";
const EXPLAIN = "boosted trees, contributions, 2,000 × 32, 100 trees of depth 6";
const JAVASCRIPT = "JavaScript, boosted trees, predict, 10,000 × 32, 100 trees of depth 6";
const ROWS = 1_000_000;
const EXPLAINED_ROWS = 2_000;
const JAVASCRIPT_ROWS = 10_000;

const PREDICT_GOALS: readonly RatioGoal[] = [
  { ours: "telltale avx512", theirs: "xgboost, array", atLeast: 10 },
  { ours: "telltale avx512", theirs: "xgboost, DMatrix", atLeast: 10 },
];
const EXPLAIN_GOALS: readonly RatioGoal[] = [{ ours: "telltale avx2", theirs: "xgboost", atLeast: 5 }];
const JAVASCRIPT_GOALS: readonly RatioGoal[] = ["xgboost-scorer", "ml-xgboost"].map((theirs) => ({
  ours: `telltale ${REFERENCE.isa}`,
  theirs,
  atLeast: 5,
}));

/** The same trees on both sides: XGBoost reads the file that is written of ours. */
export const BOOSTED_TREES_CASE: PeerCase = {
  names: [PREDICT, EXPLAIN],
  run: async (given) => [await runPredict(given), await runExplain(given)],
};

/** The packages of npm that predict with models of XGBoost, beside our own JavaScript. */
export const JAVASCRIPT_TREES_CASE: PeerCase = { names: [JAVASCRIPT], run: async (given) => [await runScorers(given)] };

interface Told {
  readonly seconds: number;
  readonly sum: number;
}

function modelFile(model: TreeEnsemble): string {
  const file = join(DATA, "boosted-trees-100x6.ubj");
  mkdirSync(DATA, { recursive: true });
  writeFileSync(
    file,
    writeXgboost({ trees: model, objective: "binary:logistic", cols: SHAPE.cols }, { format: "ubj" }),
  );
  return file;
}

/** Refuses a sum that is not that of the first contestant, but for the order in which it was made. */
function sameSums(name: string) {
  let expected: number | undefined;
  return (contestant: string, sum: number, tolerance = 1e-9) => {
    expected ??= sum;
    if (Math.abs(sum - expected) <= tolerance * Math.abs(expected)) return;
    throw new WrongResult(`${name}: ${contestant} gives a sum of ${sum}; expected ${expected}`);
  };
}

/** A contestant of ours: `call` is timed, then the sum of what it gives is checked. */
function ours(variant: Variant, call: () => ArrayLike<number>, check: (name: string, sum: number) => void): Contestant {
  const name = `telltale ${variant.isa}`;
  const run = () => {
    const start = performance.now();
    const values = call();
    const seconds = (performance.now() - start) / 1000;
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] as number;
    check(name, sum);
    return seconds;
  };
  return { name, run };
}

async function runPredict(given: PeerRun): Promise<PeerResult> {
  const rows = Math.min(ROWS, given.mostRows);
  const { cols, trees } = SHAPE;
  const file = dataFile("gaussian", rows, cols);
  const x = readDataFile(file).x;
  const model = fullTrees(SHAPE, 5);
  const check = sameSums(PREDICT);
  const margins = new Float32Array(rows);
  const contestants = singleThreaded().map((variant) =>
    ours(
      variant,
      () => {
        variant.kernels.boostedTreesPredict({ model, x, rows, cols, trees, threads: 1, margins });
        return margins;
      },
      check,
    ),
  );
  for (const from of ["array", "DMatrix"]) {
    contestants.push(...theirs(given, `xgboost, ${from}`, "predict", file, model, { from }, check));
  }
  return compare({ name: PREDICT, task: "score", unit: "rows", work: rows }, contestants, PREDICT_GOALS, given);
}

async function runExplain(given: PeerRun): Promise<PeerResult> {
  const { cols } = SHAPE;
  const rows = EXPLAINED_ROWS;
  const file = dataFile("gaussian", rows, cols);
  const x = readDataFile(file).x;
  const model = fullTrees(SHAPE, 5);
  const paths = treeShapPaths(model);
  const check = sameSums(EXPLAIN);
  const contributions = new Float64Array(rows * (cols + 1));
  const contestants = singleThreaded().map((variant) =>
    ours(
      variant,
      () => {
        variant.kernels.treeShap({ model, paths, x, rows, cols, threads: 1, contributions });
        return contributions.map(Math.abs);
      },
      check,
    ),
  );
  // Float32 there, double here.
  const near = (name: string, sum: number) => check(name, sum, 1e-4);
  contestants.push(...theirs(given, "xgboost", "contributions", file, model, {}, near));
  return compare({ name: EXPLAIN, task: "score", unit: "rows", work: rows }, contestants, EXPLAIN_GOALS, given);
}

/** XGBoost, where Python has it. */
function theirs(
  { peer, packages }: PeerRun,
  name: string,
  operation: string,
  { file, rows, cols }: DataFile,
  model: TreeEnsemble,
  more: object,
  check: (name: string, sum: number) => void,
): Contestant[] {
  if (peer === undefined || !packages.has("xgboost")) return [];
  const request = { file, rows, cols, model: modelFile(model), ...more };
  const run = async () => {
    const { seconds, sum } = await peer.ask<Told>(`boosted_trees.${operation}`, request);
    check(name, sum);
    return seconds;
  };
  return [{ name, run }];
}

const require = createRequire(import.meta.url);

async function runScorers(given: PeerRun): Promise<PeerResult> {
  const { cols, trees } = SHAPE;
  const rows = JAVASCRIPT_ROWS;
  const x = readDataFile(dataFile("gaussian", rows, cols)).x;
  const model = fullTrees(SHAPE, 5);
  const check = sameSums(JAVASCRIPT);
  const margins = new Float32Array(rows);
  const contestants = [...singleThreaded(), REFERENCE].map((variant) =>
    ours(
      variant,
      () => {
        variant.kernels.boostedTreesPredict({ model, x, rows, cols, trees, threads: 1, margins });
        return Float64Array.from(margins, (margin) => 1 / (1 + Math.exp(-margin)));
      },
      check,
    ),
  );
  contestants.push(await scorer(model, x, check), await wasm(x));
  return compare({ name: JAVASCRIPT, task: "score", unit: "rows", work: rows }, contestants, JAVASCRIPT_GOALS, given);
}

type Features = Record<string, number>;

/** xgboost-scorer walks the nested nodes of XGBoost's dump, a row after the other, each an object by feature names. */
async function scorer(model: TreeEnsemble, x: Float64Array, check: (name: string, sum: number, t: number) => void) {
  const name = "xgboost-scorer";
  const { default: Scorer } = require(name) as typeof import("xgboost-scorer");
  const machine = await Scorer.create(Array.from(model.treeOutput, (_, t) => dump(model, t, 0)));
  const { cols } = SHAPE;
  const rows = Array.from({ length: x.length / cols }, (_, i) => {
    const row: Features = {};
    for (let j = 0; j < cols; j++) row[`f${j}`] = Math.fround(x[i * cols + j] as number);
    return row;
  });
  const run = async () => {
    const start = performance.now();
    const scores = (await machine.score(rows)) as number[];
    const seconds = (performance.now() - start) / 1000;
    check(
      name,
      scores.reduce((a, b) => a + b),
      1e-6,
    ); // it sums in double
    return seconds;
  };
  return { name, run };
}

function dump(model: TreeEnsemble, t: number, place: number): object {
  const node = (model.treeStart[t] as number) + place;
  const [yes, no] = [model.left[node] as number, model.right[node] as number];
  if (yes < 0) return { nodeid: place, leaf: model.threshold[node] };
  return {
    nodeid: place,
    split: `f${model.feature[node]}`,
    split_condition: model.threshold[node],
    ...{ yes, no, missing: model.defaultLeft[node] === 1 ? yes : no },
    children: [dump(model, t, yes), dump(model, t, no)],
  };
}

/** What ml-xgboost has of XGBoost 0.7 in WebAssembly; it reads no model of others, so it has one of its own of that shape. */
async function wasm(x: Float64Array): Promise<Contestant> {
  interface Machine {
    train(rows: readonly number[][], labels: readonly number[]): void;
    predict(rows: readonly number[][]): number[];
  }
  type Package = new (options: object) => Machine;
  const { cols, trees, depth } = SHAPE;
  let Xgboost: Package | undefined;
  // It says that it cannot fetch its file, and reads it.
  await silently(async () => {
    Xgboost = await (require("ml-xgboost") as Promise<Package>);
  });
  if (Xgboost === undefined) throw new Error("ml-xgboost did not load");
  const rows = Array.from({ length: x.length / cols }, (_, i) => Array.from(x.subarray(i * cols, (i + 1) * cols)));
  // Labels that nothing explains: trees of as many nodes as the others.
  const random = new Random(9);
  const train = rows.slice(0, 4_000);
  const labels = train.map(() => random.below(2));
  const machine = new Xgboost({ objective: "binary:logistic", max_depth: depth, iterations: trees, silent: 1 });
  machine.train(train, labels);
  const run = () => {
    const start = performance.now();
    const scores = machine.predict(rows);
    const seconds = (performance.now() - start) / 1000;
    if (scores.length !== rows.length) throw new WrongResult(`${JAVASCRIPT}: ml-xgboost gives ${scores.length} scores`);
    return seconds;
  };
  return { name: "ml-xgboost", run };
}
