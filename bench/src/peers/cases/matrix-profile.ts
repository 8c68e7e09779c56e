import { matrix, matrixProfile } from "@telltale/core";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

const NAME = "matrix profile, 50,000 values, windows of 100";

const ROWS = 50_000;
const WINDOW = 100;
/** STUMPY's running products lose digits where distances are near 0. */
const TOLERANCE = 1e-6;

export const MATRIX_PROFILE_CASE: PeerCase = { names: [NAME], run: async (run) => [await runProfileCase(run)] };

const GOALS: readonly RatioGoal[] = ["avx512", "avx2"].map((isa) => ({
  ours: `telltale ${isa}`,
  theirs: "STUMPY",
  atLeast: 1,
}));

/** The profile of a random walk against itself, one thread each; all must have the same sum of distances. */
async function runProfileCase(given: PeerRun): Promise<PeerResult> {
  const file = dataFile("gaussian", ROWS, 1);
  let level = 0;
  const walk = readDataFile(file).x.map((step) => {
    level += step;
    return level;
  });
  const x = matrix(walk, ROWS, 1);
  let expected: number | undefined;
  const check = (name: string, total: number) => {
    expected ??= total;
    if (Math.abs(total - expected) <= TOLERANCE * expected) return;
    throw new WrongResult(`${NAME}: the distances of ${name} sum up to ${total}; expected ${expected}`);
  };
  const contestants = singleThreaded().map(({ isa, kernels }): Contestant => {
    const name = `telltale ${isa}`;
    const run = async () => {
      const start = performance.now();
      const { profile } = matrixProfile({ window: WINDOW }).fitSync(x, { kernels, threads: 1 }).state;
      const seconds = (performance.now() - start) / 1000;
      check(
        name,
        profile.subarray(WINDOW - 1).reduce((a, b) => a + b),
      );
      return seconds;
    };
    return { name, run };
  });
  const { peer } = given;
  if (peer !== undefined) {
    const request = { file: file.file, rows: ROWS, window: WINDOW };
    const run = async () => {
      const { seconds, total } = await peer.ask<{ readonly seconds: number; readonly total: number }>(
        "matrix_profile.profile",
        request,
      );
      check("STUMPY", total);
      return seconds;
    };
    contestants.push({ name: "STUMPY", run });
  }
  return compare({ name: NAME, task: "fit", unit: "fits", work: 1 }, contestants, GOALS, given);
}
