import { volumesUnderSurface } from "@telltale/core";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun } from "../peer-case.js";

const NAME = "volumes under the surface, 10,000 rows, fringe 100";

const ROWS = 10_000;
const WINDOW = 100;
/** The last so many rows of every thousand are an episode. */
const EPISODES = { every: 1000, length: 50 };

const GOALS: readonly RatioGoal[] = [{ ours: "telltale", theirs: "TSB-AD", atLeast: 50 }];

interface Found {
  readonly roc: number;
  readonly pr: number;
}

/** VUS-ROC and VUS-PR of the same scores, one thread each; the values must agree. There is no kernel in it. */
async function runVolumesCase(given: PeerRun): Promise<PeerResult> {
  const file = dataFile("gaussian", ROWS, 1);
  const { x: scores } = readDataFile(file);
  const { every, length } = EPISODES;
  const labels = Uint8Array.from({ length: ROWS }, (_, i) => (i % every >= every - length ? 1 : 0));
  const expected = volumesUnderSurface(labels, scores, { window: WINDOW });
  const check = (name: string, { roc, pr }: Found) => {
    if (Math.abs(roc - expected.roc) < 1e-9 && Math.abs(pr - expected.pr) < 1e-9) return;
    throw new WrongResult(`${NAME}: ${name} gives ${roc} and ${pr}; expected ${expected.roc} and ${expected.pr}`);
  };
  const ours: Contestant = {
    name: "telltale",
    run() {
      const start = performance.now();
      const found = volumesUnderSurface(labels, scores, { window: WINDOW });
      const seconds = (performance.now() - start) / 1000;
      check("telltale", found);
      return seconds;
    },
  };
  const { peer } = given;
  const contestants = [ours];
  if (peer !== undefined && given.packages.has("TSB-AD")) {
    const request = { file: file.file, rows: ROWS, window: WINDOW, ...EPISODES };
    const run = async () => {
      const { seconds, ...found } = await peer.ask<Found & { seconds: number }>("volumes.under_surface", request);
      check("TSB-AD", found);
      return seconds;
    };
    contestants.push({ name: "TSB-AD", run });
  }
  return compare({ name: NAME, task: "measure", unit: "rows", work: ROWS }, contestants, GOALS, given);
}

export const VOLUMES_CASE: PeerCase = { names: [NAME], run: async (run) => [await runVolumesCase(run)] };
