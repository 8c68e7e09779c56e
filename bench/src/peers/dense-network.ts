import type { Matrix } from "@telltale/core";
import { autoencoder } from "@telltale/deep";
import { dataFile, readDataFile } from "../data/binary-files.js";
import { WrongResult } from "../failures.js";
import type { PeerResult } from "../record/results.js";
import type { Contestant } from "../timing/in-turn.js";
import { checkLoss, withKeras } from "./keras.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "./peer-case.js";
import type { PythonPeer } from "./python-peer.js";

const EPOCH = "dense autoencoder epoch, 9-64-2-64-9, 50,000 rows, batch 256";
const SCORE = "dense autoencoder score, 9-64-2-64-9, 1,000,000 rows";

const COLS = 9;
const HIDDEN = [64, 2, 64];
const BATCH = 256;
const FIT_ROWS = 50_000;
const SCORE_ROWS = 1_000_000;
/** Rows that Keras predicts at a time: with the default of 32 it takes ten times as long. */
const PREDICT_BATCH = 4096;
/** Epochs of ours that are timed together: an epoch alone is over in some tens of milliseconds. */
const EPOCHS = 4;
/** After their first epoch both have come down from the variance of the data, 1. */
const MOST_LOSS = 1;

export const DENSE_NETWORK_CASE: PeerCase = { names: [EPOCH, SCORE], run: runDenseCases };

const GOALS = [
  { ours: "telltale avx512", theirs: "Keras", atLeast: 0.67 },
  { ours: "telltale avx2", theirs: "Keras", atLeast: 0.67 },
];

/** One thread each. */
function runDenseCases(given: PeerRun): Promise<PeerResult[]> {
  return withKeras(given, async (keras) => [await epochs(given, keras), await scores(given, keras)]);
}

function rowsOf(count: number): { readonly file: string; readonly x: Matrix } {
  const made = dataFile("gaussian", count, COLS);
  return { file: made.file, x: { data: readDataFile(made).x, rows: count, cols: COLS } };
}

const NETWORK = { hidden: HIDDEN.join(","), batch: BATCH, validation: 0, patience: "off" as const, restoreBest: false };

async function epochs(given: PeerRun, keras: PythonPeer | undefined): Promise<PeerResult> {
  const { file, x } = rowsOf(FIT_ROWS);
  const contestants = singleThreaded().map(({ isa, kernels }): Contestant => {
    const run = () => {
      const start = performance.now();
      const { losses } = autoencoder({ ...NETWORK, epochs: EPOCHS }).fitSync(x, { kernels, threads: 1 }).state;
      const seconds = (performance.now() - start) / 1000 / EPOCHS;
      checkLoss(EPOCH, isa, losses.at(-1), MOST_LOSS);
      return seconds;
    };
    return { name: `telltale ${isa}`, run };
  });
  if (keras !== undefined) {
    await keras.ask("keras_networks.dense", { file, rows: FIT_ROWS, cols: COLS, hidden: HIDDEN, threads: 1 });
    const run = async () => {
      const answer = await keras.ask<{ seconds: number; loss: number }>("keras_networks.dense_epoch", { batch: BATCH });
      checkLoss(EPOCH, "Keras", answer.loss, MOST_LOSS);
      return answer.seconds;
    };
    contestants.push({ name: "Keras", run });
  }
  return compare({ name: EPOCH, task: "fit", unit: "rows", work: FIT_ROWS }, contestants, GOALS, given);
}

async function scores(given: PeerRun, keras: PythonPeer | undefined): Promise<PeerResult> {
  const { x: train } = rowsOf(FIT_ROWS);
  const { file, x } = rowsOf(SCORE_ROWS);
  const contestants = singleThreaded().map(({ isa, kernels }): Contestant => {
    const model = autoencoder({ ...NETWORK, epochs: 1 }).fitSync(train, { kernels, threads: 1 });
    const run = () => {
      const start = performance.now();
      const found = model.scoreSync(x, { kernels, threads: 1 });
      const seconds = (performance.now() - start) / 1000;
      if (!found.every(Number.isFinite)) throw new WrongResult(`${SCORE}: a score of ${isa} is no number`);
      return seconds;
    };
    return { name: `telltale ${isa}`, run };
  });
  if (keras !== undefined) {
    await keras.ask("keras_networks.dense", { file, rows: SCORE_ROWS, cols: COLS, hidden: HIDDEN, threads: 1 });
    const run = async () =>
      (await keras.ask<{ seconds: number }>("keras_networks.dense_predict", { batch: PREDICT_BATCH })).seconds;
    contestants.push({ name: "Keras", run });
  }
  const goals = GOALS.map((goal) => ({ ...goal, atLeast: 1 }));
  return compare({ name: SCORE, task: "score", unit: "rows", work: SCORE_ROWS }, contestants, goals, given);
}
