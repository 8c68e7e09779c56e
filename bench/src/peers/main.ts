import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { NoSuchCase, WrongResult } from "../failures.js";
import { load, recordEnvironment } from "../record/environment.js";
import { LOCAL_RESULTS, type PeerReport, type PeerResult, writeReport } from "../record/results.js";
import { renderReport } from "../render/reports.js";
import { pythonEnvironment, systemPython } from "./environment.js";
import { forestCases, nameOf, runForestCase } from "./forest.js";
import { KMEANS_CASE, runKmeansCase } from "./kmeans.js";
import { NEIGHBOUR_CASES, runNeighbourCases } from "./neighbours.js";
import { runSvmCases, SVM_CASES } from "./one-class-svm.js";
import { LIBRARIES, PythonPeer } from "./python-peer.js";
import { runSmoteCase, SMOTE_CASE } from "./smote.js";
import { missingForWholeProcess, runWholeProcess } from "./whole-process.js";

const HELP = `Compares with scikit-learn, isotree, imbalanced-learn and pandas, in turn, on the same bytes, one thread each.

  --case <text>        only cases whose name contains this text: score, fit, heavy, smote, whole …
  --rounds <n>         timed rounds of scoring cases and whole processes; fitting takes five times as many. Default: 3
  --rows <n>           at most so many rows in scoring and fitting, for a quick look
  --long               also the memory of telltale score on a ten times longer file (needs 2 GB of disk)
  --without-peers      only ours
  --out <file>         where the JSON goes; default: results/local/peers.json
`;

const { values } = parseArgs({
  options: {
    case: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    rows: { type: "string", default: "1000000" },
    long: { type: "boolean", default: false },
    "without-peers": { type: "boolean", default: false },
    out: { type: "string", default: join(LOCAL_RESULTS, "peers.json") },
    help: { type: "boolean", default: false },
  },
});
const FITS_PER_ROUND = 5;

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name}: expected an integer from 1; found ${text}`);
  process.exit(2);
}

async function main(): Promise<PeerReport> {
  const progress = (text: string) => console.error(text);
  const rounds = count("rounds", values.rounds);
  const rows = count("rows", values.rows);
  const notes: string[] = [];
  const python = values["without-peers"] ? { absent: "--without-peers" } : pythonEnvironment(progress);
  if ("absent" in python) notes.push(`scikit-learn, isotree, pandas: ${python.absent}`);
  const environment = recordEnvironment();
  const peer = "python" in python ? new PythonPeer(python.python) : undefined;
  const { versions: peers, unusable } = (await peer?.versions()) ?? { versions: {}, unusable: {} };
  for (const [name, reason] of Object.entries(unusable)) notes.push(`${name}: ${reason}`);
  const libraries = LIBRARIES.filter((library) => library in peers && !(library in unusable));
  const results: PeerResult[] = [];
  const run = { rounds, peer, packages: peers, progress };
  try {
    for (const each of forestCases.map((forest) => ({ ...forest, rows: Math.min(rows, forest.rows) }))) {
      if (!nameOf(each).includes(values.case)) continue;
      const times = each.task === "fit" ? rounds * FITS_PER_ROUND : rounds;
      results.push(await runForestCase(each, { ...run, rounds: times, libraries }));
    }
    if (SVM_CASES.some((name) => name.includes(values.case))) {
      results.push(...(await runSvmCases(run)));
    }
    results.push(...(await runNeighbourCases({ ...run, wanted: values.case })));
    if (KMEANS_CASE.includes(values.case)) {
      results.push(await runKmeansCase({ ...run, rounds: rounds * FITS_PER_ROUND }));
    }
    if (SMOTE_CASE.includes(values.case)) {
      results.push(await runSmoteCase(run));
    }
  } finally {
    peer?.stop();
  }
  if ("whole process".includes(values.case)) {
    const measuring = systemPython();
    const missing = measuring === undefined ? "there is no python3 to measure with" : missingForWholeProcess();
    if (measuring === undefined || missing !== undefined) notes.push(`whole process: ${missing}`);
    else {
      const installed = "python" in python ? python.python : undefined;
      results.push(await runWholeProcess({ rounds, peers: installed, measuring, long: values.long, progress }));
    }
  }
  if (results.length === 0 && notes.length === 0)
    throw new NoSuchCase(values.case, [
      ...forestCases.map(nameOf),
      SMOTE_CASE,
      KMEANS_CASE,
      ...SVM_CASES,
      ...NEIGHBOUR_CASES,
      "whole process",
    ]);
  return { format: "telltale-bench-peers/1", environment, loadAfter: load(), peers, results, notes };
}

if (values.help) {
  console.log(HELP);
} else {
  try {
    const report = await main();
    writeReport(values.out, report);
    console.log(renderReport(report));
    console.log(values.out);
  } catch (error) {
    if (!(error instanceof WrongResult || error instanceof NoSuchCase)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof NoSuchCase ? 2 : 1;
  }
}
