import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { adbenchFiles, Journal, readAdbenchSet, splitAdbench, stableJson } from "@telltale/compare";
import { averagePrecision, type Matrix, registry, rocAuc } from "@telltale/core";
import { DATA, readDoubles, scoresFile } from "../data/binary-files.js";
import { recordEnvironment } from "../record/environment.js";
import { pythonEnvironment } from "./environment.js";
import { PYOD_PAIRS } from "./generated-data.js";
import { singleThreaded } from "./peer-case.js";
import { PythonPeer } from "./python-peer.js";

const HELP = `Runs PyOD's detectors and ours on the same bytes of ADBench, in turn, one thread each: quality, and how long all of it takes.

  node dist/peers/adbench.js <folder> [--seeds 1] [--journal file] [--out file]

  --seeds <n>       divisions of each set, by the seeds 1 … n. Default: 1
  --journal <file>  what is finished; a run that was stopped goes on from it. Default: .data/adbench.journal
  --out <file>      where the JSON goes. Default: results/local/adbench-peers.json
  --python <file>   a Python that has the peers. Default: that of peers/.venv
`;

/** One detector of one side on one division of one set. */
type Run =
  | { readonly status: "done"; readonly rocAuc: number; readonly averagePrecision: number; readonly seconds: number }
  | { readonly status: "failed"; readonly message: string };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1" },
    journal: { type: "string", default: join(DATA, "adbench.journal") },
    out: { type: "string", default: join("results", "local", "adbench-peers.json") },
    python: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

async function main(folder: string, seeds: number): Promise<void> {
  const found = values.python === undefined ? pythonEnvironment(console.error) : { python: values.python };
  if ("absent" in found) throw new Error(`PyOD cannot be run: ${found.absent}`);
  mkdirSync(DATA, { recursive: true });
  const files = await adbenchFiles(folder);
  const journal = await Journal.open<Run>(resolve(values.journal), { what: "adbench peers", files });
  const peer = new PythonPeer(found.python);
  try {
    const { versions } = await peer.versions();
    for (let seed = 1; seed <= seeds; seed++) {
      for (const file of files) await runSet(folder, file, seed, peer, journal);
    }
    const report = { environment: recordEnvironment(), versions, seeds, ...summary(files, seeds, journal.done) };
    writeFileSync(values.out, stableJson(report));
    console.log(stableJson({ total: report.total }));
  } finally {
    peer.stop();
    await journal.close();
  }
}

async function runSet(
  folder: string,
  file: string,
  seed: number,
  peer: PythonPeer,
  journal: Journal<Run>,
): Promise<void> {
  const sides = PYOD_PAIRS.flatMap(({ ours, theirs }) => [keyOf(ours, file, seed), keyOf(theirs, file, seed)]);
  if (sides.every((key) => journal.done.has(key))) return;
  const { train, test, labels } = splitAdbench(await readAdbenchSet(folder, file), seed);
  const [trainFile, testFile] = [fileOf("train", train), fileOf("test", test)];
  const once = async (who: string, run: () => Promise<{ scores: Float64Array; seconds: number }>) => {
    const key = keyOf(who, file, seed);
    if (journal.done.has(key)) return;
    const result = await run()
      .then(({ scores, seconds }): Run => {
        // Scores that are no numbers are a failure, too.
        const [area, precision] = [rocAuc(labels, scores), averagePrecision(labels, scores)];
        return { status: "done", rocAuc: area, averagePrecision: precision, seconds };
      })
      .catch((error: Error): Run => ({ status: "failed", message: error.message }));
    await journal.add(key, result);
  };
  const { kernels } = singleThreaded()[0] as ReturnType<typeof singleThreaded>[number];
  for (const { ours, params, theirs } of PYOD_PAIRS) {
    console.error(`${file}, seed ${seed}: ${ours}`);
    await once(ours, async () => {
      const started = performance.now();
      const model = registry.create(ours, params?.(train.cols)).fitSync(train, { kernels, threads: 1 });
      // PyOD's fit scores the training rows.
      model.trainingScoresSync(train, { kernels, threads: 1 });
      const scores = model.scoreSync(test, { kernels, threads: 1 });
      return { scores, seconds: (performance.now() - started) / 1000 };
    });
    await once(theirs, async () => {
      const scores = scoresFile("adbench");
      const request = { detector: theirs, cols: train.cols, train: trainFile, test: testFile, scores };
      const { fitSeconds, scoreSeconds } = await peer.ask<{ fitSeconds: number; scoreSeconds: number }>(
        "pyod_detectors.fit_then_score",
        request,
      );
      return { scores: readDoubles(scores), seconds: fitSeconds + scoreSeconds };
    });
  }
}

function keyOf(who: string, file: string, seed: number): string {
  return `${who}|${file}|${seed}`;
}

function fileOf(part: string, { data }: Matrix): string {
  const path = join(DATA, `adbench-${part}.f64`);
  writeFileSync(path, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return path;
}

/** Means over sets of means over seeds, and seconds of everything, of the runs in which neither side failed. */
function summary(files: readonly string[], seeds: number, done: ReadonlyMap<string, Run>) {
  const total = { ours: 0, theirs: 0 };
  const detectors = PYOD_PAIRS.map(({ ours, theirs }) => {
    const side = { ours: sums(), theirs: sums() };
    const failed = { ours: 0, theirs: 0 };
    for (const file of files) {
      for (let seed = 1; seed <= seeds; seed++) {
        const mine = done.get(keyOf(ours, file, seed)) as Run;
        const other = done.get(keyOf(theirs, file, seed)) as Run;
        if (mine.status === "failed") failed.ours++;
        if (other.status === "failed") failed.theirs++;
        if (mine.status === "failed" || other.status === "failed") continue;
        add(side.ours, mine);
        add(side.theirs, other);
      }
    }
    total.ours += side.ours.seconds;
    total.theirs += side.theirs.seconds;
    return { ours, theirs, failed, telltale: means(side.ours), pyod: means(side.theirs) };
  });
  return { detectors, total: { ...total, ratio: total.theirs / total.ours } };
}

function sums() {
  return { runs: 0, rocAuc: 0, averagePrecision: 0, seconds: 0 };
}

function add(to: ReturnType<typeof sums>, run: Extract<Run, { status: "done" }>): void {
  to.runs++;
  to.rocAuc += run.rocAuc;
  to.averagePrecision += run.averagePrecision;
  to.seconds += run.seconds;
}

function means({ runs, rocAuc: area, averagePrecision: precision, seconds }: ReturnType<typeof sums>) {
  return { rocAuc: area / runs, averagePrecision: precision / runs, seconds };
}

const [folder] = positionals;
if (values.help) console.log(HELP);
else if (folder === undefined || !existsSync(folder)) {
  console.error(`a folder with ADBench's .npz files is expected; found ${folder}\n\n${HELP}`);
  process.exitCode = 2;
} else await main(folder, Number(values.seeds));
