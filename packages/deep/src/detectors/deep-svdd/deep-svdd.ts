import {
  chain,
  defineDetector,
  int,
  type Matrix,
  type MaybePromise,
  ModelFileError,
  oneOf,
  type ParamValues,
  type Run,
} from "@telltale/core";
import { type DenseState, forward, restoreDense } from "../../dense/dense-state.js";
import { initialWeights, layersOf } from "../../dense/dense-trainee.js";
import { hiddenParam, packLayers, unitsOf } from "../../dense/topology.js";
import { trainDense } from "../../dense/train-dense.js";
import { trainingParams } from "../../training/settings.js";

/** A coordinate of the centre this near to 0 is moved away from it, as the authors do: weights of 0 would reach it. */
const LEAST_COORDINATE = 0.1;

const { l2, ...otherTraining } = trainingParams;

const params = {
  hidden: hiddenParam({ default: "64,32", doc: "Units of the hidden layers, separated by commas." }),
  features: int({ default: 16, min: 1, max: 4096, doc: "Features that the network maps a row to." }),
  activation: oneOf(["leaky-relu", "relu", "elu", "linear"], {
    default: "leaky-relu",
    doc: "Activation of the hidden layers: none with bounds, which could map all rows to one point.",
  }),
  ...otherTraining,
  l2: { ...l2, default: 1e-6 },
};

/**
 * Deep support vector data description: a network without biases learns to map the training rows near one fixed point; rows that
 * it maps far from it are anomalous.
 *
 * *fit*: rows × cols matrix. The centre is the mean of what the network maps the training rows to before it learns (coordinates within
 * ±0.1 are moved there), and stays where it is. Keeps weights, centre and loss curves. The same seed gives the same bits
 * everywhere.
 *
 * *score*: squared distance from the centre, ≥ 0. It cannot be told apart by columns, so there are no contributions.
 *
 * *Needs*: finite values; columns on one scale (`standardize`). At least 2 rows.
 *
 * *Edges*: a row of zeros is always mapped to zero, since there is no bias.
 *
 * *Departures*: Adam in place of the authors' two phases; no pretraining as an autoencoder.
 *
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://proceedings.mlr.press/v80/ruff18a.html Ruff et al.: deep one-class classification
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { deepSvdd } from "@telltale/deep";
 * const train = fromRows(Array.from({ length: 200 }, (_, i) => [1 + Math.sin(i) / 9, 1 + Math.cos(i) / 9]));
 * const model = await deepSvdd({ hidden: "16,8", features: 4, epochs: 30 }).fit(train);
 * const [like, unlike] = await model.score(fromRows([[1, 1.1], [9, -9]]));
 * console.log((like ?? 0) < (unlike ?? 0)); // true
 * ```
 */
export const deepSvdd = defineDetector({
  name: "deep-svdd",
  aliases: ["deepsvdd", "deep-one-class"],
  summary: "Deep SVDD: rows that a network, taught to map normal rows near one point, maps far from it are anomalous.",
  input: "tabular",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: 2,
  params,
  fit(x, given, run, { checkpoints }): MaybePromise<SvddState> {
    const layers = layersFor(given, x.cols);
    const weights = initialWeights(layersOf(layers), given.seed);
    return chain(meanFeatures({ layers, weights }, x, given.features, run), (mean) => {
      const center = Float32Array.from(mean);
      const task = { layers, loss: "squared" as const, lossScale: 1, dropout: 0, target: center };
      return chain(trainDense(x, task, given, run, checkpoints, weights), (trained) => ({ ...trained, center }));
    });
  },
  score(state, x, { features }, run): MaybePromise<Float64Array> {
    const scores = new Float64Array(x.rows);
    const { center } = state;
    const done = forward(state, x, layersOf(state.layers).length, run, (outputs, from, to) => {
      for (let i = from; i < to; i++) {
        let sum = 0;
        for (let f = 0; f < features; f++) {
          const d = (outputs[(i - from) * features + f] as number) - (center[f] as number);
          sum += d * d;
        }
        scores[i] = sum;
      }
    });
    return chain(done, () => scores);
  },
  restore(state, given, cols): SvddState {
    const { center } = state;
    const dense = restoreDense("deep-svdd", state, layersFor(given, cols));
    if (!(center instanceof Float32Array) || center.length !== given.features || !center.every(Number.isFinite)) {
      throw new ModelFileError("MODEL_CORRUPT", "deep-svdd: its centre is no point", { remedy: "Fit the model again" });
    }
    return { ...dense, center };
  },
});

export type SvddState = DenseState & {
  /** What rows are mapped near to. */
  readonly center: Float32Array;
};

function layersFor({ hidden, activation, features }: ParamValues<typeof params>, cols: number): Int32Array {
  const plan = unitsOf(hidden).map((units) => ({ units, activation, kind: "unbiased" as const }));
  return packLayers(cols, [...plan, { units: features, activation: "linear", kind: "unbiased" }]);
}

/** The mean of the features of all rows, with coordinates near 0 moved away from it. */
function meanFeatures(
  network: Pick<DenseState, "layers" | "weights">,
  x: Matrix,
  features: number,
  run: Run,
): MaybePromise<Float64Array> {
  const sums = new Float64Array(features);
  const done = forward(network, x, layersOf(network.layers).length, run.within(0, 0), (outputs, from, to) => {
    for (let i = 0; i < to - from; i++) {
      for (let f = 0; f < features; f++) sums[f] = (sums[f] as number) + (outputs[i * features + f] as number);
    }
  });
  return chain(done, () =>
    sums.map((sum) => {
      const mean = sum / x.rows;
      if (Math.abs(mean) >= LEAST_COORDINATE) return mean;
      return mean < 0 ? -LEAST_COORDINATE : LEAST_COORDINATE;
    }),
  );
}
