import { chain, defineDetector, type MaybePromise, number, oneOf, type ParamValues } from "@telltale/core";
import { batchNormalizationParam } from "../../dense/batch-normalization.js";
import { type DenseState, restoreDense } from "../../dense/dense-state.js";
import { reconstructionErrors } from "../../dense/reconstruction.js";
import { activationsOf, activationsParam, hiddenParam, packLayers, unitsOf } from "../../dense/topology.js";
import { trainDense } from "../../dense/train-dense.js";
import { trainingParams } from "../../training/settings.js";

const params = {
  hidden: hiddenParam({
    default: "64,2,64",
    doc: "Units of the hidden layers, separated by commas; the narrowest one is the code.",
  }),
  activation: activationsParam({
    default: "relu",
    doc: "Activation of the hidden layers (the code is then linear), or one for each of them, separated by commas.",
  }),
  output: oneOf(["linear", "sigmoid", "tanh"], {
    default: "linear",
    doc: "Activation of the reconstruction: sigmoid for columns scaled to 0 … 1.",
  }),
  loss: oneOf(["mse", "mae"], { default: "mse", doc: "What is learned, and scored: mean squared or absolute error." }),
  dropout: number({
    default: 0,
    min: 0,
    max: 0.9,
    doc: "Share of hidden units, code excepted, that a step does without.",
  }),
  batchNormalization: batchNormalizationParam,
  ...trainingParams,
};

/**
 * A dense autoencoder: a network that squeezes a row through a narrow layer and rebuilds it; rows that it rebuilds badly are
 * anomalous.
 *
 * *fit*: rows × cols matrix; epochs × rows × weights products. The last tenth of the rows (`validation`) tells when to stop. Keeps
 * weights and loss curves (`losses`, `validationLosses`, `rates`, `keptEpoch` of the state). The same seed gives the same bits
 * everywhere: the network runs on the kernels of core, in C++ where they are there. Batch normalization has the moving means and
 * variances of Keras (momentum .99, ε .001), which the losses of validation rows are told with; the model has it in its weights.
 *
 * *score*: mean over the columns of the squared (`mae`: absolute) differences between a row and its reconstruction, ≥ 0.
 * `contributions` are the columns' shares of it: they add up to the score.
 *
 * *Needs*: finite values; columns on one scale (`standardize`). At least 2 rows.
 *
 * *Edges*: a constant column is rebuilt as it is. Values beyond ±10⁹ enter the network as ±10⁹.
 * The moving means and variances of batch normalization take some hundreds of steps to arrive: where an epoch has few, the loss of
 * validation rows falls late, and `patience` should wait for it.
 *
 * @throws ParamError `PARAM_RANGE` for activations that are neither one nor one for each hidden layer, and for batch normalization
 *   of batches of one row
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.1145/2689746.2689747 Sakurada, Yairi: anomaly detection using autoencoders
 * @see https://doi.org/10.48550/arXiv.1502.03167 Ioffe, Szegedy: batch normalization
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { autoencoder } from "@telltale/deep";
 * const train = fromRows(Array.from({ length: 200 }, (_, i) => [Math.sin(i), 2 * Math.sin(i), -Math.sin(i)]));
 * const model = await autoencoder({ hidden: "8,1,8", epochs: 60, batch: 16, rate: 0.01 }).fit(train);
 * const [like, unlike] = await model.score(fromRows([[0.5, 1, -0.5], [0.5, -1, -0.5]]));
 * console.log((like ?? 0) < (unlike ?? 0)); // true
 * ```
 */
export const autoencoder = defineDetector({
  name: "autoencoder",
  aliases: ["ae", "auto-encoder"],
  summary: "Dense autoencoder: rows that a narrow network rebuilds badly are anomalous.",
  input: "tabular",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: 2,
  params,
  fit(x, given, run, { checkpoints }): MaybePromise<DenseState> {
    const layers = layersFor(given, x.cols);
    const loss = given.loss === "mse" ? ("squared" as const) : ("absolute" as const);
    const { dropout, batchNormalization } = given;
    const task = { layers, loss, lossScale: 1 / x.cols, dropout, batchNormalization };
    return trainDense(x, task, given, run, checkpoints);
  },
  score(state, x, { loss }, run): MaybePromise<Float64Array> {
    const scores = new Float64Array(x.rows);
    return chain(reconstructionErrors(state, x, loss, run, scores, undefined), () => scores);
  },
  contributions(state, x, { loss }, run): MaybePromise<Float64Array> {
    const shares = new Float64Array(x.rows * x.cols);
    return chain(reconstructionErrors(state, x, loss, run, undefined, shares), () => shares);
  },
  restore: (state, given, cols) => restoreDense("autoencoder", state, layersFor(given, cols)),
});

function layersFor({ hidden, activation, output }: ParamValues<typeof params>, cols: number): Int32Array {
  const units = unitsOf(hidden);
  const activations = activationsOf(activation, units);
  const plan = units.map((n, i) => ({ units: n, activation: activations[i] as (typeof activations)[number] }));
  return packLayers(cols, [...plan, { units: cols, activation: output }]);
}
