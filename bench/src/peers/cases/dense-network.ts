import type { Matrix } from "@telltale/core";
import { autoencoder } from "@telltale/deep";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import type { PeerResult } from "../../record/results.js";
import { checkLoss, contestantsOf, goalsBesideKeras, type Keras, setUp, timeScores, withKeras } from "../keras.js";
import { compare, type PeerCase, type PeerRun } from "../peer-case.js";

const EPOCH = "dense autoencoder epoch, 9-64-2-64-9, 50,000 rows, batch 256";
const SCORE = "dense autoencoder score, 9-64-2-64-9, 1,000,000 rows";

const COLS = 9;
const HIDDEN = [64, 2, 64];
const BATCH = 256;
const FIT_ROWS = 50_000;
const SCORE_ROWS = 1_000_000;
/** Rows that Keras predicts at a time, where it is fastest: with the default of 32 it takes many times as long. */
const PREDICT_BATCH = 16_384;
/** Epochs that are timed together: one alone is over in some tens of milliseconds. */
const EPOCHS = 4;
/** After their first epoch both have come down from the variance of the data, 1. */
const MOST_LOSS = 1;
/** An epoch takes at most 1.5 times that of Keras. */
const MOST_SLOWER = 0.67;

export const DENSE_NETWORK_CASE: PeerCase = { names: [EPOCH, SCORE], run: runDenseCases };

function runDenseCases(given: PeerRun): Promise<PeerResult[]> {
  return withKeras(given, async (keras) => [await epochs(given, keras), await scores(given, keras)]);
}

function rowsOf(count: number): { readonly file: string; readonly x: Matrix } {
  const made = dataFile("gaussian", count, COLS);
  return { file: made.file, x: { data: readDataFile(made).x, rows: count, cols: COLS } };
}

const NETWORK = { hidden: HIDDEN.join(","), batch: BATCH, validation: 0, patience: "off" as const, restoreBest: false };

async function epochs(given: PeerRun, keras: readonly Keras[]): Promise<PeerResult> {
  const { file, x } = rowsOf(FIT_ROWS);
  const about = await setUp(keras, "dense", network(file, FIT_ROWS));
  const contestants = contestantsOf(
    keras,
    ({ isa, threads, kernels }) =>
      () => {
        const start = performance.now();
        const { losses } = autoencoder({ ...NETWORK, epochs: EPOCHS }).fitSync(x, { kernels, threads }).state;
        const seconds = (performance.now() - start) / 1000 / EPOCHS;
        checkLoss(EPOCH, isa, losses.at(-1), MOST_LOSS);
        return seconds;
      },
    ({ name, peer }) =>
      async () => {
        const asked = { batch: BATCH, epochs: EPOCHS };
        const answer = await peer.ask<{ seconds: number; loss: number }>("keras_networks.dense_epoch", asked);
        checkLoss(EPOCH, name, answer.loss, MOST_LOSS);
        return answer.seconds;
      },
  );
  const goals = goalsBesideKeras(MOST_SLOWER);
  return compare({ name: EPOCH, task: "fit", unit: "rows", work: FIT_ROWS }, contestants, goals, given, about);
}

const network = (file: string, rows: number) => ({ file, rows, cols: COLS, hidden: HIDDEN });

async function scores(given: PeerRun, keras: readonly Keras[]): Promise<PeerResult> {
  const { x: train } = rowsOf(FIT_ROWS);
  const { file, x } = rowsOf(SCORE_ROWS);
  const about = await setUp(keras, "dense", network(file, SCORE_ROWS));
  const contestants = contestantsOf(
    keras,
    ({ isa, threads, kernels }) => {
      const model = autoencoder({ ...NETWORK, epochs: 1 }).fitSync(train, { kernels, threads });
      return () => timeScores(SCORE, isa, () => model.scoreSync(x, { kernels, threads }));
    },
    ({ peer }) =>
      async () =>
        (await peer.ask<{ seconds: number }>("keras_networks.dense_predict", { batch: PREDICT_BATCH })).seconds,
  );
  return compare(
    { name: SCORE, task: "score", unit: "rows", work: SCORE_ROWS },
    contestants,
    goalsBesideKeras(1),
    given,
    about,
  );
}
