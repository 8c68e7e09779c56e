import {
  chain,
  defineDetector,
  int,
  type MaybePromise,
  type ModelState,
  oneOf,
  type ParamValues,
  type Run,
  type SeriesRun,
} from "@telltale/core";
import { recurrentReader } from "../../networks/recurrent-reader.js";
import { probabilityOf } from "../../training/loss.js";
import { trainingParams } from "../../training/settings.js";
import { cellParams, dropoutParam, unitsParam, windowParam } from "../../windows/window-params.js";
import { overWindows } from "../../windows/window-scores.js";
import { type WindowSource, windowsOf } from "../../windows/window-source.js";
import { openReading } from "../reading.js";
import {
  networkFor,
  requireWindow,
  restoreWindowModel,
  trainOnWindows,
  typicalOf,
  type WindowModelState,
} from "../window-model.js";
import { labelledWindows } from "./training-windows.js";

const WINDOW = 10;

const params = {
  window: windowParam(WINDOW, "Rows up to the one that is judged, itself counted."),
  units: unitsParam(64),
  layers: int({ default: 1, min: 1, max: 16, doc: "Recurrent layers, one on the other." }),
  ...cellParams("lstm"),
  dropout: dropoutParam("Share of the last state's values that a step does without."),
  balance: oneOf(["weights", "smote", "none"], {
    default: "weights",
    doc: "What is done about rare anomalies: they count for more, synthetic windows are added (SMOTE), or nothing.",
  }),
  ...trainingParams,
};

type Given = ParamValues<typeof params>;

const network = (given: Given, cols: number, seed: number | undefined) =>
  recurrentReader({ ...given, cols, outputs: 1, skip: false, steps: given.window, seed });

/** One a window: the probability that its last row is an anomaly. */
function probabilities(state: ModelState, source: WindowSource, given: Given, run: Run): MaybePromise<Float64Array> {
  const values = new Float64Array(source.first.length);
  const done = overWindows(networkFor(network, state, given, source.x.cols), source, run, (k, _, __, output, at) => {
    values[k] = probabilityOf(output[at] as number);
  });
  return chain(done, () => values);
}

function open(state: WindowModelState, given: Given): SeriesRun {
  return openReading(
    given.window,
    0,
    () => 1,
    (source, run) => probabilities(state, source, given, run),
    (values) => values.map((value) => (Number.isNaN(value) ? state.typical : value)),
  );
}

/**
 * A recurrent classifier: a network reads the rows up to one, and learns from labels whether that row is an anomaly.
 *
 * *fit*: rows × cols with a label (0 or 1) each, one series or several; a window never spans two. The last share of the windows in
 * time (`validation`) tells when to stop. Rare anomalies count for more (`balance` `weights`), or synthetic windows are added
 * between neighbouring anomalous ones (`smote`; the last windows, which validate, are then synthetic: set `validation` 0). The
 * same seed gives the same bits everywhere.
 *
 * *score*: probability that the row is an anomaly, 0 … 1; the threshold that suits is 0.5. It looks back only: a stream gets
 * the same bits.
 *
 * *Needs*: finite values; columns on one scale (`standardize`); labels of both classes.
 *
 * *Edges*: the first `window` − 1 rows of a series get the median probability of training rows. Values beyond ±10⁹ enter the network
 * as ±10⁹.
 *
 * @throws ParamError `PARAM_RANGE` when no series is as long as a window, or windows of one class only are there
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.1162/neco.1997.9.8.1735 Hochreiter, Schmidhuber: long short-term memory
 * @see https://doi.org/10.1613/jair.953 Chawla and others: SMOTE
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { lstmClassifier } from "@telltale/deep";
 * const fault = (t: number) => t % 50 >= 40;
 * const x = fromRows(Array.from({ length: 300 }, (_, t) => [Math.sin(t) * (fault(t) ? 3 : 1)]));
 * const labels = Uint8Array.from({ length: 300 }, (_, t) => (fault(t) ? 1 : 0));
 * const model = await lstmClassifier({ window: 6, units: 8, epochs: 15, batch: 16, rate: 0.02 }).fit(x, { labels });
 * const scores = await model.score(x);
 * console.log((scores[245] ?? 0) > 0.5, (scores[220] ?? 1) < 0.5); // true true
 * ```
 */
export const lstmClassifier = defineDetector({
  name: "lstm-classifier",
  aliases: ["rnn-classifier", "gru-classifier"],
  summary: "Recurrent classifier: learns from labels which stretches of a series end at an anomaly.",
  input: "series",
  traits: { neural: true, scaleSensitive: true, checkpoints: true, supervised: true, causal: true },
  leastRows: WINDOW + 2,
  params,
  threshold: () => "fixed:0.5",
  fit(x, given, run, training): MaybePromise<WindowModelState> {
    requireWindow(x, training.starts, given.window);
    const source = windowsOf(x, training.starts, given.window);
    const balanced = labelledWindows(
      source,
      training.labels as Uint8Array,
      given.balance,
      given.seed,
      run.within(0, 0),
    );
    return chain(balanced, ({ source: learned, labels, weights }) => {
      const task = {
        source: learned,
        loss: "cross-entropy" as const,
        target(items: Int32Array, to: Float32Array) {
          for (const [k, item] of items.entries()) to[k] = labels[item] as number;
        },
        ...(weights === undefined ? {} : { weights }),
      };
      const trained = trainOnWindows(network, given, x, task, run.within(0, 0.95), training);
      return chain(trained, ({ history, weights: values }) => {
        const state = { ...values, ...history };
        const found = probabilities(state, source, given, run.within(0.95, 1));
        return chain(found, (known) => ({ ...state, typical: typicalOf(known) }));
      });
    });
  },
  open,
  score: (state, x, given, run) => open(state, given).push(x, run),
  restore: (state, given, cols) => restoreWindowModel("lstm-classifier", network, state, given, cols),
});
