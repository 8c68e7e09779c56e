import { type Checkpoints, chain, type Matrix, type MaybePromise, type Run } from "@telltale/core";
import { tensorFlowAsked } from "../backend/backend.js";
import { withBackend } from "../backend/with-backend.js";
import { DenseTensorNetwork } from "../tensors/dense-tensor-network.js";
import { TensorTrainee } from "../tensors/tensor-trainee.js";
import { fingerprintOf } from "../training/checkpoint.js";
import type { TrainingSettings } from "../training/settings.js";
import { splitItems, type TrainingHistory, train } from "../training/train.js";
import { foldedWeights, withBatchNormalization } from "./batch-normalization.js";
import { type DenseTask, DenseTrainee, initialWeights, layersOf } from "./dense-trainee.js";

/** What came out of the training of a dense network. */
export type TrainedDense = TrainingHistory & { readonly layers: Int32Array; readonly weights: Float32Array };

/**
 * Trains a dense network on rows, the last of them held back for validation: on the kernels, which are faster on networks of
 * this size and give the same bits everywhere, or on TensorFlow.js where it is asked for.
 *
 * @param begin  weights to begin with; default: drawn from the seed
 */
export function trainDense(
  x: Matrix,
  given: DenseTask,
  settings: TrainingSettings,
  run: Run,
  checkpoints: Checkpoints | undefined,
  begin?: Float32Array,
): MaybePromise<TrainedDense> {
  const items = splitItems(x.rows, settings.validation);
  const { layers } = given;
  const trained = given.batchNormalization === true ? withBatchNormalization(layers, settings.batch) : layers;
  const task = { ...given, layers: trained };
  const weights = begin ?? initialWeights(layersOf(trained), settings.seed);
  const result = (last: Float32Array, curves: TrainingHistory): TrainedDense => {
    return { layers, weights: trained === layers ? last : foldedWeights(trained, last), ...curves };
  };
  if (!tensorFlowAsked()) {
    const trainee = new DenseTrainee(x, task, settings, weights);
    const history = train(trainee, items, settings, run, checkpoints, fingerprintOf(settings, x));
    return chain(history, (curves) => result(trainee.weights().weights as Float32Array, curves));
  }
  return withBackend(run, ({ tf, name }) => {
    const network = new DenseTensorNetwork(tf, x, task, weights, settings.seed);
    const trainee = new TensorTrainee(tf, network, settings);
    const free = () => {
      trainee.dispose();
      network.dispose();
    };
    let done: MaybePromise<TrainingHistory>;
    try {
      done = train(trainee, items, settings, run, checkpoints, fingerprintOf({ backend: name, ...settings }, x));
    } catch (error) {
      free();
      throw error;
    }
    if (done instanceof Promise) return done.then((curves) => result(network.flatWeights(), curves)).finally(free);
    const made = result(network.flatWeights(), done);
    free();
    return made;
  });
}
