import { defineDetector, type ParamValues } from "@telltale/core";
import { sequenceAutoencoder } from "../../networks/sequence-autoencoder.js";
import { trainingParams } from "../../training/settings.js";
import {
  cellParams,
  dropoutParam,
  reconstructionParams,
  unitsParam,
  windowParam,
} from "../../windows/window-params.js";
import { reconstructing } from "../reconstructing.js";

const WINDOW = 10;

const params = {
  window: windowParam(WINDOW, "Rows of a window."),
  units: unitsParam(64),
  ...cellParams("lstm"),
  dropout: dropoutParam("Share of the code's values that a step does without."),
  ...reconstructionParams,
  ...trainingParams,
};

type Given = ParamValues<typeof params>;

const network = (given: Given, cols: number, seed: number | undefined) =>
  sequenceAutoencoder({ ...given, cols, steps: given.window, seed });

/**
 * A recurrent autoencoder: one layer reads a window of the series into a code, another writes the window again from the code
 * alone; windows that it writes badly are unlike those of training.
 *
 * *fit*: rows × cols, one series or several; a window never spans two. Every window is an item of training; the last share of
 * them in time (`validation`) tells when to stop. Products: epochs × windows × window × 24 units². Keeps weights and loss curves.
 * The same seed gives the same bits everywhere: the layers run on the kernels of core, in C++ where they are there.
 *
 * *score*: ≥ 0, mean over the columns of squared (or absolute) differences between values and what was written. With `windowScore`
 * `covering` those of the row itself, mean over all windows that hold it; with `ending` those of the whole window that ends at the
 * row, which needs no later row: a stream gets the same bits. `contributions` are the columns' shares; they add up to the score.
 *
 * *Needs*: finite values; columns on one scale (`standardize`). A window must fit into the longest series.
 *
 * *Edges*: rows that are in no whole window (with `ending`: before the first one ends) get the median score of training rows. Values
 * beyond ±10⁹ enter the network as ±10⁹. Training series shorter than a window are not learned from.
 *
 * *Differs*: Malhotra and others score by the Mahalanobis distance of the errors; here they are averaged, as usual since.
 *
 * @throws ParamError `PARAM_RANGE` when no series is as long as a window
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.48550/arXiv.1607.00148 Malhotra and others: LSTM-based encoder-decoder for multi-sensor anomaly detection
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { lstmAutoencoder } from "@telltale/deep";
 * const wave = (t: number) => [Math.sin(t / 2), Math.cos(t / 2)];
 * const train = fromRows(Array.from({ length: 200 }, (_, t) => wave(t)));
 * const model = await lstmAutoencoder({ window: 8, units: 8, epochs: 20, rate: 0.01 }).fit(train);
 * const test = fromRows(Array.from({ length: 60 }, (_, t) => (t === 40 ? [3, 0] : wave(t))));
 * const scores = await model.score(test);
 * console.log(scores.indexOf(Math.max(...scores))); // 40
 * ```
 */
export const lstmAutoencoder = defineDetector({
  name: "lstm-autoencoder",
  aliases: ["lstm-ae", "gru-autoencoder", "rnn-autoencoder"],
  summary: "Recurrent autoencoder of windows: stretches that it cannot write again are anomalous.",
  input: "series",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: WINDOW + 2,
  params,
  ...reconstructing<Given>("lstm-autoencoder", network),
});
