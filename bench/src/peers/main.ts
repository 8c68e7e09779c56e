import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { NoSuchCase, WrongResult } from "../failures.js";
import { load, recordEnvironment } from "../record/environment.js";
import { LOCAL_RESULTS, type PeerReport, type PeerResult, writeReport } from "../record/results.js";
import { renderReport } from "../render/reports.js";
import { PEER_CASES } from "./cases/cases.js";
import { pythonEnvironment } from "./environment.js";
import { CannotRun, type PeerCase } from "./peer-case.js";
import { PythonPeer } from "./python-peer.js";

const HELP = `Compares with scikit-learn, isotree, imbalanced-learn, PyOD, pandas and others, in turn, on the same bytes, one
thread each.

  --case <text>        only cases whose name contains this text: score, fit, heavy, smote, whole …; may be repeated
  --list               prints the names of the cases
  --rounds <n>         timed rounds; cases of short calls take several times as many. Default: 3
  --rows <n>           at most so many rows in the cases of the isolation forest, for a quick look
  --long               also the memory of telltale score on a ten times longer file (needs 2 GB of disk)
  --without-peers      only ours
  --out <file>         where the JSON goes; default: results/local/peers.json
`;

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true, default: [""] },
    list: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    rows: { type: "string", default: "1000000" },
    long: { type: "boolean", default: false },
    "without-peers": { type: "boolean", default: false },
    out: { type: "string", default: join(LOCAL_RESULTS, "peers.json") },
    help: { type: "boolean", default: false },
  },
});

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name}: expected an integer from 1; found ${text}`);
  process.exit(2);
}

/** The cases with a name that contains one of the texts; each text has to find one. */
function wanted(texts: readonly string[]): PeerCase[] {
  const names = PEER_CASES.flatMap((each) => each.names);
  const lost = texts.find((text) => !names.some((name) => name.includes(text)));
  if (lost !== undefined) throw new NoSuchCase(lost, names);
  return PEER_CASES.filter((each) => each.names.some((name) => texts.some((text) => name.includes(text))));
}

async function main(): Promise<PeerReport> {
  const cases = wanted(values.case);
  const progress = (text: string) => console.error(text);
  const rounds = count("rounds", values.rounds);
  const mostRows = count("rows", values.rows);
  const notes: string[] = [];
  const found = values["without-peers"] ? { absent: "--without-peers" } : pythonEnvironment(progress);
  if ("absent" in found) notes.push(`libraries of Python: ${found.absent}`);
  const environment = recordEnvironment();
  const python = "python" in found ? found.python : undefined;
  const peer = python === undefined ? undefined : new PythonPeer(python);
  const { versions: peers, unusable } = (await peer?.versions()) ?? { versions: {}, unusable: {} };
  for (const [name, reason] of Object.entries(unusable)) notes.push(`${name}: ${reason}`);
  const packages = new Set(Object.keys(peers).filter((name) => !(name in unusable)));
  const results: PeerResult[] = [];
  try {
    for (const each of cases) {
      try {
        const made = await each.run({ rounds, mostRows, long: values.long, peer, python, packages, progress });
        results.push(...made);
      } catch (error) {
        if (!(error instanceof CannotRun)) throw error;
        notes.push(`${each.names.join("; ")}: ${error.message}`);
      }
    }
  } finally {
    peer?.stop();
  }
  return { format: "telltale-bench-peers/1", environment, loadAfter: load(), peers, results, notes };
}

if (values.help) {
  console.log(HELP);
} else if (values.list) {
  console.log(PEER_CASES.flatMap(({ names }) => names).join("\n"));
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
