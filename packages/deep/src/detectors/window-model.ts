import {
  chain,
  type Kernels,
  type Matrix,
  type MaybePromise,
  type ModelState,
  quantileOf,
  type Run,
  StateReader,
  seriesOf,
  type Training,
  windowLength,
} from "@telltale/core";
import { tensorFlowAsked } from "../backend/backend.js";
import { withBackend } from "../backend/with-backend.js";
import { restoreWeights } from "../layers/weight.js";
import type { SequenceNetwork } from "../networks/sequence-network.js";
import { learningOf, type WindowTask } from "../networks/window-network.js";
import { tensorflowKernelsOn } from "../tensors/tensorflow-kernels.js";
import { fingerprintOf } from "../training/checkpoint.js";
import { LayerTrainee } from "../training/layer-trainee.js";
import type { TrainingSettings } from "../training/settings.js";
import { splitItems, type TrainingHistory, train } from "../training/train.js";

/**
 * Weights by name, the curves of the training, and `typical`: the median score of training rows, which rows get of which
 * nothing can be said.
 */
export type WindowModelState = ModelState & TrainingHistory & { readonly typical: number };

/** A detector whose network reads windows: how the network is made, from parameters and columns. */
export type NetworkMaker<G> = (given: G, cols: number, seed: number | undefined) => SequenceNetwork;

/** @throws ParamError `PARAM_RANGE` when no series is as long as a window and the `ahead` rows after it */
export function requireWindow(x: Matrix, starts: Int32Array | undefined, rows: number): void {
  windowLength(seriesOf(x, starts), rows);
}

/** Trains a network on windows; the state without `typical`. */
export function trainOnWindows<G extends TrainingSettings>(
  make: NetworkMaker<G>,
  given: G,
  x: Matrix,
  task: WindowTask,
  run: Run,
  { checkpoints }: Training,
): MaybePromise<{ network: SequenceNetwork; history: TrainingHistory; weights: Record<string, Float32Array> }> {
  const network = make(given, x.cols, given.seed);
  const trainee = new LayerTrainee(learningOf(network, task), given);
  const items = splitItems(task.source.first.length, given.validation);
  const done = chain(trainingRun(run), (on) => train(trainee, items, given, on, checkpoints, fingerprintOf(given, x)));
  return chain(done, (history) => ({ network, history, weights: trainee.weights() }));
}

/** The run itself, or, where TensorFlow.js is asked for, the same with its kernels. */
function trainingRun(run: Run): MaybePromise<Run> {
  return tensorFlowAsked() ? withBackend(run, (backend) => onKernels(run, tensorflowKernelsOn(backend))) : run;
}

function onKernels(run: Run, kernels: Kernels): Run {
  return { ...run, kernels, within: (from, to) => onKernels(run.within(from, to), kernels) };
}

/** The median of the scores that there are. */
export function typicalOf(scores: Float64Array): number {
  const known = scores.filter((score) => !Number.isNaN(score));
  return known.length === 0 ? 0 : quantileOf(known, 0.5);
}

const networks = new WeakMap<ModelState, SequenceNetwork>();

/** The network of a state. It is made once: a stream scores row after row. */
export function networkFor<G>(make: NetworkMaker<G>, state: ModelState, given: G, cols: number): SequenceNetwork {
  const known = networks.get(state);
  if (known !== undefined) return known;
  const network = make(given, cols, undefined);
  restoreWeights("network", network.weights, state);
  networks.set(state, network);
  return network;
}

/** @throws ModelFileError `MODEL_CORRUPT` */
export function restoreWindowModel<G>(
  owner: string,
  make: NetworkMaker<G>,
  state: ModelState,
  given: G,
  cols: number,
): WindowModelState {
  const read = new StateReader(owner, state);
  const { weights } = make(given, cols, undefined);
  restoreWeights(owner, weights, state);
  const losses = read.doubles("losses");
  return {
    ...Object.fromEntries(weights.map(({ name }) => [name, state[name] as Float32Array])),
    losses,
    validationLosses: read.doubles("validationLosses"),
    rates: read.doubles("rates"),
    keptEpoch: read.count("keptEpoch", 0, losses.length),
    typical: read.number("typical"),
  };
}
