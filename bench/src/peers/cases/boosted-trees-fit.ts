import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { matrix, Random, trainBoostedTreesSync } from "@telltale/core";
import { DATA, dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

const NAME = "boosted trees, fit, 200,000 × 32, 100 rounds of depth 6, 256 bins";
const ROWS = 200_000;
const COLS = 32;
const ROUNDS = 100;
const BINS = 256;
/** How far the losses of the training rows may be apart. */
const TOLERANCE = 0.002;

const GOALS: readonly RatioGoal[] = ["avx512", "avx2"].map((isa) => ({
  ours: `telltale ${isa}`,
  theirs: "xgboost",
  atLeast: 1.5,
}));

/** Binning and boosting with the parameters that XGBoost has by default, one thread each. */
export const BOOSTED_TREES_FIT_CASE: PeerCase = { names: [NAME], run: async (given) => [await runFit(given)] };

/** 1 where a sum of products and a step, with noise, is above 1. */
function labelsOf(x: Float64Array, rows: number): Float64Array {
  const random = new Random(3);
  return Float64Array.from({ length: rows }, (_, i) => {
    const at = (j: number) => x[i * COLS + j] as number;
    const value = at(0) + at(1) * at(2) + (at(3) > 0.5 ? 1 : 0) - at(4) * at(4) + at(5) + 0.5 * at(6);
    return value + random.normal() > 0.5 ? 1 : 0;
  });
}

interface Fitted {
  readonly seconds: number;
  readonly loss: number;
}

async function runFit(given: PeerRun): Promise<PeerResult> {
  const rows = Math.min(ROWS, given.mostRows);
  const file = dataFile("gaussian", rows, COLS);
  const x = matrix(readDataFile(file).x, rows, COLS);
  const y = labelsOf(x.data, rows);
  let expected: number | undefined;
  const check = (name: string, loss: number) => {
    expected ??= loss;
    if (Math.abs(loss - expected) <= TOLERANCE) return;
    throw new WrongResult(`${NAME}: ${name} ends with a loss of ${loss}; expected ${expected}`);
  };
  const contestants = singleThreaded().map(({ isa, kernels }): Contestant => {
    const name = `telltale ${isa}`;
    const run = () => {
      const start = performance.now();
      const model = trainBoostedTreesSync(x, y, { rounds: ROUNDS, maxBin: BINS, kernels, threads: 1 });
      const seconds = (performance.now() - start) / 1000;
      const p = model.predictSync(x, { kernels });
      check(name, p.reduce((sum, v, i) => sum - Math.log(y[i] === 1 ? v : 1 - v), 0) / rows);
      return seconds;
    };
    return { name, run };
  });
  const { peer, packages } = given;
  if (peer !== undefined && packages.has("xgboost")) {
    const labels = join(DATA, `boosted-trees-labels-${rows}.f64`);
    writeFileSync(labels, y);
    const request = { file: file.file, rows, cols: COLS, labels, bins: BINS, rounds: ROUNDS };
    const run = async () => {
      const { seconds, loss } = await peer.ask<Fitted>("boosted_trees.fit", request);
      check("xgboost", loss);
      return seconds;
    };
    contestants.push({ name: "xgboost", run });
  }
  return compare({ name: NAME, task: "fit", unit: "rows", work: rows }, contestants, GOALS, given);
}
