import { defineDetector, int, number, oneOf, type ParamValues } from "@telltale/core";
import { sequenceVae } from "../../networks/sequence-vae.js";
import { trainingParams } from "../../training/settings.js";
import { cellParams, reconstructionParams, unitsParam, windowParam } from "../../windows/window-params.js";
import { reconstructing } from "../reconstructing.js";

const WINDOW = 10;

const params = {
  window: windowParam(WINDOW, "Rows of a window."),
  units: unitsParam(64),
  latent: int({ default: 8, min: 1, max: 4096, doc: "Numbers of a window's code." }),
  beta: number({
    default: 0.1,
    min: 0,
    max: 1000,
    doc: "What the divergence of codes from a standard normal distribution counts for.",
  }),
  variant: oneOf(["corrected", "published"], {
    default: "corrected",
    doc: "Spread of a code and layer that writes: as they are meant, or as the Skoltech Anomaly Benchmark has them.",
  }),
  ...cellParams("lstm"),
  ...reconstructionParams,
  ...trainingParams,
};

type Given = ParamValues<typeof params>;

const network = (given: Given, cols: number, seed: number | undefined) =>
  sequenceVae({ ...given, cols, steps: given.window, published: given.variant === "published", seed });

/**
 * A variational recurrent autoencoder: the code of a window is a normal distribution, kept near the standard one, and the
 * window is written again from a draw of it; windows that are written badly are anomalous.
 *
 * *fit*, *score*, *needs*, *edges* and `contributions` are those of `lstm-autoencoder`. A score takes the mean of the code and draws
 * nothing, so that it depends on the rows and the model alone.
 *
 * *Variant*: `published` is the network of the Skoltech Anomaly Benchmark. It draws a code with what its divergence takes for the
 * logarithm of a variance as the standard deviation, so that codes hardly spread in the end, and a layer of recurrent cells writes
 * the window, whose values stay within ±1. The benchmark draws when it scores, too; here a score never does.
 *
 * *Differs*: Park and others denoise and let the prior depend on the progress of a task; this is the plain form. Loss: mean error of
 * the values + beta · divergence / values of a window.
 *
 * @throws ParamError `PARAM_RANGE` when no series is as long as a window
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.1109/LRA.2018.2801475 Park, Hoshi, Kemp: a multimodal anomaly detector using an LSTM-based variational
 *   autoencoder
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { lstmVae } from "@telltale/deep";
 * const wave = (t: number) => [Math.sin(t / 2), Math.cos(t / 2)];
 * const train = fromRows(Array.from({ length: 200 }, (_, t) => wave(t)));
 * const model = await lstmVae({ window: 8, units: 8, latent: 2, epochs: 20, rate: 0.01 }).fit(train);
 * const test = fromRows(Array.from({ length: 60 }, (_, t) => (t === 40 ? [3, 0] : wave(t))));
 * const scores = await model.score(test);
 * console.log(scores.indexOf(Math.max(...scores))); // 40
 * ```
 */
export const lstmVae = defineDetector({
  name: "lstm-vae",
  summary:
    "Variational recurrent autoencoder: stretches that it cannot write from a code near the usual ones are anomalous.",
  input: "series",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: WINDOW + 2,
  params,
  ...reconstructing<Given>("lstm-vae", network),
});
