import type { Matrix } from "@telltale/core";
import { lstmAutoencoder } from "@telltale/deep";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import type { PeerResult } from "../../record/results.js";
import {
  checkLoss,
  contestantsOf,
  goalsBesideKeras,
  type Keras,
  type Shares,
  setUp,
  sharedWork,
  timeScores,
  withKeras,
} from "../keras.js";
import { compare, type PeerCase, type PeerRun } from "../peer-case.js";

const WINDOW = 60;
const COLS = 8;
const UNITS = 64;
const BATCH = 64;
const FIT_WINDOWS = 5_000;
const SCORE_WINDOWS = 100_000;
/** Windows that Keras predicts at a time, where it is fastest: with its default of 32 it takes twice as long. */
const PREDICT_BATCH = 1024;
/** What a first epoch ends below: the variance of the data, and a little. */
const MOST_LOSS = 1.1;

/** Plain TypeScript takes more than a minute for an epoch, and six for the scores. */
const FIT_SHARES: Shares = { wasm: 1, javascript: 1 / 20 };
const SCORE_SHARES: Shares = { wasm: 1 / 10, javascript: 1 / 100 };

const EPOCH = "LSTM autoencoder epoch, 5,000 windows of 60 × 8, 64 units, batch 64";
const SCORE = "LSTM autoencoder score, 100,000 windows of 60 × 8, 64 units";

export const RECURRENT_NETWORK_CASE: PeerCase = { names: [EPOCH, SCORE], run: runRecurrentCases };

function runRecurrentCases(given: PeerRun): Promise<PeerResult[]> {
  return withKeras(given, async (keras) => [await epochs(given, keras), await scores(given, keras)]);
}

function rowsOf(windows: number): { readonly file: string; readonly x: Matrix } {
  const rows = windows + WINDOW - 1;
  const made = dataFile("gaussian", rows, COLS);
  return { file: made.file, x: { data: readDataFile(made).x, rows, cols: COLS } };
}

const NETWORK = {
  window: WINDOW,
  units: UNITS,
  batch: BATCH,
  validation: 0,
  patience: "off",
  restoreBest: false,
} as const;

async function epochs(given: PeerRun, keras: readonly Keras[]): Promise<PeerResult> {
  const { file, x } = rowsOf(FIT_WINDOWS);
  const about = await setUp(keras, "recurrent", network(file, x.rows));
  const contestants = contestantsOf(
    keras,
    ({ isa, threads, kernels }, share) =>
      async () => {
        // Between the ends of two epochs: what comes before and after them is no training.
        const ends: number[] = [];
        const checkpoints = { save: () => void ends.push(performance.now()) };
        const model = await lstmAutoencoder({ ...NETWORK, epochs: 2 }).fit(firstWindows(x, FIT_WINDOWS * share), {
          kernels,
          threads,
          checkpoints,
        });
        checkLoss(EPOCH, isa, model.state.losses[1], MOST_LOSS);
        return ((ends[1] as number) - (ends[0] as number)) / 1000;
      },
    ({ name, peer }) =>
      async () => {
        const asked = { batch: BATCH, epochs: 1 };
        const answer = await peer.ask<{ seconds: number; loss: number }>("keras_networks.recurrent_epoch", asked);
        checkLoss(EPOCH, name, answer.loss, MOST_LOSS);
        return answer.seconds;
      },
    FIT_SHARES,
  );
  const goals = goalsBesideKeras(1);
  const task = { name: EPOCH, task: "fit", unit: "windows", work: FIT_WINDOWS } as const;
  return compare(task, contestants, goals, given, (contestant) => ({
    ...about(contestant),
    ...sharedWork(contestant, FIT_WINDOWS, FIT_SHARES),
  }));
}

/** The rows that so many windows have. */
function firstWindows({ data, cols }: Matrix, windows: number): Matrix {
  const rows = windows + WINDOW - 1;
  return { data: data.subarray(0, rows * cols), rows, cols };
}

const network = (file: string, rows: number) => ({ file, rows, cols: COLS, window: WINDOW, units: UNITS });

async function scores(given: PeerRun, keras: readonly Keras[]): Promise<PeerResult> {
  const { x: train } = rowsOf(500);
  const { file, x } = rowsOf(SCORE_WINDOWS);
  const about = await setUp(keras, "recurrent", network(file, x.rows));
  const contestants = contestantsOf(
    keras,
    ({ isa, threads, kernels }, share) => {
      const given = firstWindows(x, SCORE_WINDOWS * share);
      const model = lstmAutoencoder({ ...NETWORK, epochs: 1 }).fitSync(train, { kernels, threads });
      return () => timeScores(SCORE, isa, () => model.scoreSync(given, { kernels, threads }));
    },
    ({ peer }) =>
      async () =>
        (await peer.ask<{ seconds: number }>("keras_networks.recurrent_predict", { batch: PREDICT_BATCH })).seconds,
    SCORE_SHARES,
  );
  const task = { name: SCORE, task: "score", unit: "windows", work: SCORE_WINDOWS } as const;
  return compare(task, contestants, goalsBesideKeras(1), given, (contestant) => ({
    ...about(contestant),
    ...sharedWork(contestant, SCORE_WINDOWS, SCORE_SHARES),
  }));
}
