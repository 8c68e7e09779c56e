import {
  chain,
  DENSE_ACTIVATIONS,
  defineDetector,
  exp2,
  int,
  type Matrix,
  type MaybePromise,
  ModelFileError,
  number,
  oneOf,
  type ParamValues,
  Random,
  type Run,
  repeat,
} from "@telltale/core";
import { batchNormalizationParam } from "../../dense/batch-normalization.js";
import { type DenseState, forward, restoreDense } from "../../dense/dense-state.js";
import { layersOf } from "../../dense/dense-trainee.js";
import { hiddenParam, type LayerPlan, packLayers, unitsOf } from "../../dense/topology.js";
import { trainDense } from "../../dense/train-dense.js";
import { trainingParams } from "../../training/settings.js";

/** Stream of the seed that the draws of the scoring come from. */
const DRAW_STREAM = 3_000_000;

const params = {
  hidden: hiddenParam({
    default: "64",
    doc: "Units of the encoder's hidden layers, separated by commas; the decoder has them in reverse.",
  }),
  latent: int({ default: 2, min: 1, max: 4096, doc: "Encoded variables." }),
  activation: oneOf(DENSE_ACTIVATIONS, { default: "relu", doc: "Activation of the hidden layers." }),
  beta: number({
    default: 1,
    min: 0,
    max: 1000,
    doc: "What the divergence of the encoded variables from a standard normal distribution counts for (β-VAE).",
  }),
  decoder: oneOf(["gaussian", "mean"], {
    default: "gaussian",
    doc: "gaussian learns a variance for every column and row; mean takes them for 1, which makes it a squared error.",
  }),
  draws: int({
    default: 16,
    min: 1,
    max: 1000,
    doc: "Draws of the encoded variables that a score is the mean over (Monte Carlo).",
  }),
  dropout: number({ default: 0, min: 0, max: 0.9, doc: "Share of hidden units that a step does without." }),
  batchNormalization: batchNormalizationParam,
  ...trainingParams,
};

/**
 * A variational autoencoder: it learns a distribution of the rows through a few encoded variables; rows that are improbable
 * under it are anomalous.
 *
 * *fit*: rows × cols matrix; maximises the evidence lower bound, the expected log-density of a row given its encoded variables minus
 * β times the divergence of these from a standard normal distribution. Keeps weights and loss curves. The same seed gives the
 * same bits everywhere.
 *
 * *score*: the negative reconstruction probability of An and Cho: −(mean over `draws` of ln p(x | z)), z drawn from what the
 * encoder says of the row, divided by the number of columns. In nats a column; may be below 0. Every row has the same draws, so that a
 * row's score depends on nothing but the row. `contributions` are the columns' shares of it: they add up to the score.
 *
 * *Needs*: finite values; columns on one scale (`standardize`). At least 2 rows.
 *
 * *Edges*: logarithms of variances are kept within ±12, so that a column that never changes cannot make a density infinite.
 *
 * @throws ParamError `PARAM_RANGE` for batch normalization of batches of one row
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.48550/arXiv.1312.6114 Kingma, Welling: auto-encoding variational Bayes
 * @see http://dm.snu.ac.kr/static/docs/TR/SNUDM-TR-2015-03.pdf An, Cho: variational autoencoder based anomaly detection using reconstruction probability
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { vae } from "@telltale/deep";
 * const train = fromRows(Array.from({ length: 300 }, (_, i) => [Math.sin(i), 2 * Math.sin(i), -Math.sin(i)]));
 * const model = await vae({ hidden: "16", latent: 1, epochs: 60, batch: 32, rate: 0.005 }).fit(train);
 * const [like, unlike] = await model.score(fromRows([[0.5, 1, -0.5], [0.5, -1, -0.5]]));
 * console.log((like ?? 0) < (unlike ?? 0)); // true
 * ```
 */
export const vae = defineDetector({
  name: "vae",
  aliases: ["variational-autoencoder"],
  summary: "Variational autoencoder: rows that are improbable given their encoded variables are anomalous.",
  input: "tabular",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: 2,
  params,
  fit(x, given, run, { checkpoints }): MaybePromise<DenseState> {
    const layers = layersFor(given, x.cols);
    const loss = given.decoder === "gaussian" ? ("gaussian" as const) : ("squared" as const);
    // A squared error is half of that without its factor: −ln p with a variance of 1, up to a constant.
    const lossScale = loss === "gaussian" ? 1 : 0.5;
    const { beta: klWeight, dropout, batchNormalization } = given;
    const task = { layers, loss, lossScale, klWeight, dropout, batchNormalization };
    return trainDense(x, task, given, run, checkpoints);
  },
  score(state, x, given, run): MaybePromise<Float64Array> {
    const scores = new Float64Array(x.rows);
    return chain(improbability(state, x, given, run, scores, undefined), () => scores);
  },
  contributions(state, x, given, run): MaybePromise<Float64Array> {
    const shares = new Float64Array(x.rows * x.cols);
    return chain(improbability(state, x, given, run, undefined, shares), () => shares);
  },
  restore(state, given, cols): DenseState {
    const restored = restoreDense("vae", state, layersFor(given, cols));
    if (restored.weights.some((w) => Math.abs(w) > 1e15)) {
      throw new ModelFileError("MODEL_CORRUPT", "vae: a weight is beyond what a training gives", {
        remedy: "Fit the model again",
      });
    }
    return restored;
  },
});

type Params = ParamValues<typeof params>;

function layersFor({ hidden, activation, latent, decoder }: Params, cols: number): Int32Array {
  const units = unitsOf(hidden);
  const plan = (sizes: readonly number[]): LayerPlan[] => sizes.map((n) => ({ units: n, activation }));
  return packLayers(cols, [
    ...plan(units),
    { units: latent, activation: "linear", kind: "sampled" },
    ...plan(units.toReversed()),
    { units: decoder === "gaussian" ? 2 * cols : cols, activation: "linear" },
  ]);
}

const LOG2_E = 1.4426950408889634;
const HALF_LOG_2_PI = 0.9189385332046727;
/** As in the kernels. */
const MOST_LOG_VARIANCE = 12;

/** −ln p(x | z), the mean over draws and columns to `scores`, each column's share to `shares`. */
function improbability(
  state: DenseState,
  x: Matrix,
  { draws, decoder, latent, seed }: Params,
  run: Run,
  scores: Float64Array | undefined,
  shares: Float64Array | undefined,
): MaybePromise<void> {
  const { data, cols } = x;
  const depth = layersOf(state.layers).length;
  const random = new Random(seed, DRAW_STREAM);
  const gaussian = decoder === "gaussian";
  let draw = 0;
  return repeat(() => {
    const noise = Float32Array.from({ length: latent }, () => random.normal());
    const take = (outputs: Float32Array, from: number, to: number, width: number) => {
      for (let i = from; i < to; i++) {
        const out = (i - from) * width;
        let sum = 0;
        for (let j = 0; j < cols; j++) {
          const difference = (data[i * cols + j] as number) - (outputs[out + j] as number);
          const raw = gaussian ? (outputs[out + cols + j] as number) : 0;
          const logVariance = Math.max(-MOST_LOG_VARIANCE, Math.min(MOST_LOG_VARIANCE, raw));
          const lost =
            HALF_LOG_2_PI +
            0.5 * (logVariance + (gaussian ? exp2(-logVariance * LOG2_E) : 1) * difference * difference);
          sum += lost;
          if (shares !== undefined) shares[i * cols + j] = (shares[i * cols + j] as number) + lost / (cols * draws);
        }
        if (scores !== undefined) scores[i] = (scores[i] as number) + sum / (cols * draws);
      }
    };
    const part = run.within(draw / draws, (draw + 1) / draws);
    return chain(forward(state, x, depth, part, take, noise), () => {
      draw += 1;
      return draw >= draws;
    });
  });
}
