import { defineDetector, type ParamValues } from "@telltale/core";
import { encoderDecoder } from "../../networks/encoder-decoder.js";
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
  dropout: dropoutParam("Share of the handed-over state that a step does without."),
  ...reconstructionParams,
  ...trainingParams,
};

type Given = ParamValues<typeof params>;

const network = (given: Given, cols: number, seed: number | undefined) =>
  encoderDecoder({ ...given, cols, steps: given.window, seed });

/**
 * A recurrent encoder and decoder (sequence to sequence): the encoder reads a window, the decoder takes over its state and writes
 * the window backwards, row after row, each from the one that it wrote before. While it learns it is shown the true row instead
 * (teacher forcing); a score is what it makes of the window alone.
 *
 * *fit*, *score*, *needs*, *edges* and `contributions` are those of `lstm-autoencoder`. Scoring takes the decoder's steps one by
 * one.
 *
 * *Differs*: Malhotra and others score by the Mahalanobis distance of the errors; here they are averaged.
 *
 * @throws ParamError `PARAM_RANGE` when no series is as long as a window
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.48550/arXiv.1607.00148 Malhotra and others: LSTM-based encoder-decoder for multi-sensor anomaly detection
 * @see https://doi.org/10.48550/arXiv.1409.3215 Sutskever and others: sequence to sequence learning, with the order reversed
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { lstmSeq2seq } from "@telltale/deep";
 * const wave = (t: number) => [Math.sin(t / 2), Math.cos(t / 2)];
 * const train = fromRows(Array.from({ length: 200 }, (_, t) => wave(t)));
 * const model = await lstmSeq2seq({ window: 8, units: 8, epochs: 20, rate: 0.01 }).fit(train);
 * const test = fromRows(Array.from({ length: 60 }, (_, t) => (t === 40 ? [3, 0] : wave(t))));
 * const scores = await model.score(test);
 * console.log(scores.indexOf(Math.max(...scores))); // 40
 * ```
 */
export const lstmSeq2seq = defineDetector({
  name: "lstm-seq2seq",
  aliases: ["seq2seq", "lstm-encoder-decoder", "encdec-ad"],
  summary: "Recurrent encoder and decoder: stretches that it cannot write backwards from memory are anomalous.",
  input: "series",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: WINDOW + 2,
  params,
  ...reconstructing<Given>("lstm-seq2seq", network),
});
