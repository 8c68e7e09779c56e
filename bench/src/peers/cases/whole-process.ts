import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { rocAuc } from "@telltale/core";
import { DATA } from "../../data/binary-files.js";
import { readCsvColumn, repeatCsv, writeCsv } from "../../data/csv-file.js";
import { plantedData } from "../../data/generators.js";
import { BENCH, type PeerEntry, type PeerResult } from "../../record/results.js";
import { timeInTurn } from "../../timing/in-turn.js";
import { median, type Timing, timingOf } from "../../timing/statistics.js";
import { PEERS, systemPython } from "../environment.js";
import { judgeGoals, judgeMemory } from "../goals.js";
import { type MeasuredProcess, measureProcess } from "../measured-process.js";
import { CannotRun, type PeerCase, type PeerRun } from "../peer-case.js";

const ROWS = 220_000;
const COLS = 52;
const LONGER = 10;
/** Peak memory that the project promises: 500 MB, however long the file. */
const PEAK_MIB = 500e6 / 2 ** 20;
/** Peak memory that counts as flat, against the shorter file's: garbage collection is not on time to the megabyte. */
const FLAT = 1.25;

const CLI = join(BENCH, "..", "packages", "cli", "dist", "main.js");
const TELLTALE = "telltale score";
const TELLTALE_SINGLE = "telltale score, 1 thread";
const PYTHON = "pandas + scikit-learn";

const NAME = `whole process, CSV, ${ROWS} × ${COLS}`;

export const WHOLE_PROCESS_CASE: PeerCase = { names: [NAME], run: async (run) => [await runWholeProcess(run)] };

/**
 * `telltale score model table.csv --out scores.csv` against the same job in pandas and scikit-learn, as whole processes:
 * start, reading, scoring, writing. The models are fitted before, untimed.
 */
async function runWholeProcess(run: PeerRun): Promise<PeerResult> {
  if (!existsSync(CLI)) throw new CannotRun("the telltale command is not built");
  const measuring = systemPython();
  if (measuring === undefined) throw new CannotRun("there is no python3 to measure with");
  const folder = join(DATA, "whole-process");
  mkdirSync(folder, { recursive: true });
  const table = join(folder, "table.csv");
  const data = plantedData("gaussian", ROWS, COLS, 3);
  if (!existsSync(table)) {
    run.progress("writing the CSV file");
    writeCsv(table, data, ROWS, COLS);
  }
  const megabytes = Math.round(statSync(table).size / 1e6);
  const model = join(folder, "model.safetensors");
  const pickled = join(folder, "model.joblib");
  const cli = (...args: string[]) => [process.execPath, CLI, ...args, "--quiet"];
  const script = (python: string, ...args: string[]) => [python, join(PEERS, "csv_scores.py"), ...args];
  const measure = (command: string[]) => measureProcess(measuring, command);

  run.progress("fitting the models");
  await measure(cli("fit", "isolation-forest", table, "--trees", "100", "--seed", "1", "--model", model));
  const commands = new Map<string, (from: string, to: string) => string[]>([
    [TELLTALE, (from, to) => cli("score", model, from, "--out", to)],
    [TELLTALE_SINGLE, (from, to) => cli("score", model, from, "--out", to, "--threads", "1")],
  ]);
  const { python } = run;
  if (python !== undefined) {
    await measure(script(python, "fit", table, pickled));
    commands.set(PYTHON, (from, to) => script(python, "score", pickled, from, to));
  }

  const used = new Map<string, MeasuredProcess[]>();
  const outputOf = (name: string) => join(folder, `${name.replaceAll(/\W+/g, "-")}.csv`);
  const scoreOnce = async (name: string, from: string) => {
    const output = outputOf(name);
    rmSync(output, { force: true });
    return measure(commands.get(name)?.(from, output) ?? []);
  };
  const contestants = [...commands.keys()].map((name) => ({
    name,
    run: async () => {
      const once = await scoreOnce(name, table);
      used.set(name, [...(used.get(name) ?? []), once]);
      return once.seconds;
    },
  }));
  const name = `${NAME}, ${megabytes} MB`;
  const timings = await timeInTurn(contestants, run.rounds, (round) =>
    run.progress(`${name}: ${round === 0 ? "warm-up" : `round ${round} of ${run.rounds}`}`),
  );
  const peakOf = (contestant: string) => Math.max(...(used.get(contestant) ?? []).map(({ peakMiB }) => peakMiB));
  const entries: PeerEntry[] = contestants.map(({ name: contestant }) => ({
    contestant,
    seconds: timings.get(contestant) as Timing,
    rocAuc: rocAuc(data.labels, readCsvColumn(outputOf(contestant), "score")),
    peakMiB: peakOf(contestant),
    processorSeconds: median((used.get(contestant) ?? []).map(({ processorSeconds }) => processorSeconds)),
  }));
  const goals = [
    ...judgeGoals([{ ours: TELLTALE, theirs: PYTHON, atLeast: 3 }], entries),
    judgeMemory("peak memory", peakOf(TELLTALE), PEAK_MIB),
  ];
  if (run.long) {
    const longer = join(folder, `table-${LONGER}-times.csv`);
    run.progress(`writing and scoring a file ${LONGER} times longer`);
    repeatCsv(longer, table, LONGER);
    const { seconds, ...rest } = await scoreOnce(TELLTALE, longer);
    const contestant = `${TELLTALE}, ${LONGER} × longer`;
    entries.push({ contestant, seconds: timingOf([seconds]), ...rest, work: ROWS * LONGER });
    goals.push(
      judgeMemory(`peak memory, ${LONGER} × longer`, rest.peakMiB, PEAK_MIB),
      judgeMemory(`the same, at most ${FLAT} × the shorter file's`, rest.peakMiB, FLAT * peakOf(TELLTALE)),
    );
  }
  return { name, task: "whole-process", unit: "rows", work: ROWS, entries, goals };
}
