import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { FileError, registry } from "@telltale/core";
import { writeFileAtomic } from "@telltale/data";
import { pumpRig, pumpRigCsv } from "@telltale/datasets";
import type { RunFlags } from "../options/common-flags.js";
import type { Session } from "../session.js";
import { evaluate } from "./model/evaluate.js";
import { fit } from "./model/fit.js";
import { score } from "./model/score.js";

export interface DemoFlags extends RunFlags {
  readonly dir: string;
  readonly seed: number;
}

/** Two hours of a healthy rig to learn from. */
const TRAINING_ROWS = 7200;
/** Somewhat more than an hour with each of the faults. */
const TEST_ROWS = 4000;
const LABELS = ["anomaly", "changepoint", "fault"];

/** Makes data, fits, scores and evaluates, with the commands that a user would type, and says so. */
export async function demo(flags: DemoFlags, session: Session): Promise<void> {
  const { dir, seed, kernels, threads } = flags;
  const run = { kernels, ...(threads === undefined ? {} : { threads }) };
  // Each of the commands reports for itself; as parts of this one only the last speaks JSON, and nothing else is said.
  const { json } = session;
  session.json = false;
  session.quiet ||= json;
  await makeFolder(dir);
  const [train, test] = [join(dir, "normal.csv"), join(dir, "faulty.csv")];
  const [model, scores, report] = [join(dir, "rig.safetensors"), join(dir, "scores.csv"), join(dir, "report.html")];

  session.say(
    `A pump rig with eight sensors, simulated (seed ${seed}): ${shown(train)}, ${TRAINING_ROWS} healthy rows to learn from;`,
  );
  session.say(`${shown(test)}, ${TEST_ROWS} rows with a closing valve, a leak, cavitation and an imbalance.\n`);
  await writeText(train, pumpRigCsv(pumpRig({ seed, rows: TRAINING_ROWS, faults: [] })));
  await writeText(test, pumpRigCsv(pumpRig({ seed: seed + 1, rows: TEST_ROWS })));
  session.signal.throwIfAborted();

  const detector = registry.get("isolation-forest");
  step(
    session,
    `telltale fit isolation-forest ${shown(train)} --drop ${LABELS.join(",")} --time datetime --trees 200 --seed ${seed} --scale standard --threshold quantile:0.995 --model ${shown(model)}`,
  );
  await fit(
    detector,
    { trees: 200, seed },
    [train],
    { ...run, model, drop: LABELS, time: "datetime", threshold: "quantile:0.995", scale: "standard" } as never,
    session,
  );
  step(session, `telltale score ${shown(model)} ${shown(test)} --explain 2 --out ${shown(scores)}`);
  await score(model, [test], { ...run, out: scores, explain: 2 }, session);
  step(session, `telltale evaluate ${shown(model)} ${shown(test)} --label anomaly --report ${shown(report)}`);
  session.json = json;
  await evaluate(model, [test], { ...run, label: "anomaly", report }, session);
  session.say(`\nOpen ${shown(report)} in a browser to see it.`);
  session.say(
    `The data, the model and the scores are in ${shown(dir)}${dir.endsWith("/") ? "" : "/"}; ${shown(scores)} says which sensors made each score.`,
  );
}

function step(session: Session, command: string): void {
  session.say(`\n$ ${command}`);
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === "" ? "." : near.startsWith("..") ? path : near;
}

async function writeText(file: string, text: string): Promise<void> {
  await writeFileAtomic(file, new TextEncoder().encode(text));
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    throw new FileError("FILE_UNWRITABLE", `the folder cannot be made: ${(cause as Error).message}`, {
      where: { file: dir },
      remedy: "Choose another one with --dir",
      cause,
    });
  }
}
