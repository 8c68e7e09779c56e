import {
  chain,
  DENSE_LOSSES,
  DENSE_OPTIMIZERS,
  type DenseLayer,
  type DenseLoss,
  denseLayers,
  denseNormalization,
  type Matrix,
  type MaybePromise,
  type ModelArray,
  Random,
  type Run,
} from "@telltale/core";
import { glorotUniform } from "../training/initial.js";
import type { TrainingSettings } from "../training/settings.js";
import type { Pass, Trainee } from "../training/train.js";

/** Keras' own numbers. */
const BETA_1 = 0.9;
const BETA_2 = { adam: 0.999, sgd: 0, rmsprop: 0.9 } as const;
const EPSILON = 1e-7;

/** Streams of the seed, apart from those of the order. */
const NOISE_STREAM = 2_000_000;

export interface DenseTask {
  readonly layers: Int32Array;
  readonly loss: DenseLoss;
  /** A row's loss is the sum over its outputs times this. */
  readonly lossScale: number;
  /** What every row's outputs should be; absent: the row itself. */
  readonly target?: Float32Array;
  readonly klWeight?: number;
  /** Share of the outputs of hidden layers that a step does without. */
  readonly dropout: number;
  /** Whether hidden layers are trained with batch normalization; what comes out of the training has none. */
  readonly batchNormalization?: boolean;
}

/** The layers of a network that is known to be one. */
export function layersOf(packed: Int32Array): DenseLayer[] {
  const layers = denseLayers(packed);
  if (layers === undefined) throw new RangeError("the layers do not fit together");
  return layers;
}

/**
 * Weights to begin with: Glorot's uniform for kernels, 0 for biases, 1 for the scales and variances of normalized layers, as Keras
 * has it. Layer l draws from stream l.
 */
export function initialWeights(layers: readonly DenseLayer[], seed: number): Float32Array {
  const weights = new Float32Array(layers.at(-1)?.end ?? 0);
  layers.forEach((layer, l) => {
    const { inputs, sums, kernelAt, biasAt } = layer;
    glorotUniform(inputs, sums, new Random(seed, l), weights.subarray(kernelAt, biasAt));
    if (layer.kind !== "normalized") return;
    const { scale, variance } = denseNormalization(layer, weights);
    scale.fill(1);
    variance.fill(1);
  });
  return weights;
}

/** The share of each layer's outputs that a step does without: the code and the output keep all of theirs. */
export function droppedShares({ layers: packed, dropout }: DenseTask): Float32Array {
  const layers = layersOf(packed);
  const narrowest = Math.min(...layers.slice(0, -1).map(({ units }) => units));
  const isHidden = (layer: DenseLayer, l: number) =>
    l < layers.length - 1 && layer.kind !== "sampled" && (layer.units > narrowest || layers.length === 2);
  return Float32Array.from(layers, (layer, l) => (isHidden(layer, l) ? dropout : 0));
}

/** A dense network on the kernels: the same model, bit for bit, on every path. */
export class DenseTrainee implements Trainee {
  readonly #x: Matrix;
  readonly #task: DenseTask;
  readonly #settings: TrainingSettings;
  readonly #dropout: Float32Array;
  readonly #sampled: number;
  readonly #weights: Float32Array;
  readonly #moments1: Float32Array;
  readonly #moments2: Float32Array;
  readonly #powers = Float64Array.of(1, 1);

  constructor(x: Matrix, task: DenseTask, settings: TrainingSettings, weights?: Float32Array) {
    const layers = layersOf(task.layers);
    this.#x = x;
    this.#task = task;
    this.#settings = settings;
    this.#dropout = droppedShares(task);
    this.#sampled = layers.find(({ kind }) => kind === "sampled")?.units ?? 0;
    this.#weights = weights?.slice() ?? initialWeights(layers, settings.seed);
    this.#moments1 = new Float32Array(this.#weights.length);
    this.#moments2 = new Float32Array(this.#weights.length);
  }

  epoch(order: Int32Array, { epoch, rate, firstStep }: Pass, run: Run): MaybePromise<number> {
    const random = new Random(this.#settings.seed, NOISE_STREAM + epoch);
    const noise = Float32Array.from({ length: order.length * this.#sampled }, () => random.normal());
    return this.#pass(order, noise, this.#settings.optimizer, rate, firstStep, run);
  }

  loss(items: Int32Array, run: Run): MaybePromise<number> {
    return this.#pass(items, new Float32Array(0), "none", 0, 0, run);
  }

  #pass(
    order: Int32Array,
    noise: Float32Array,
    optimizer: (typeof DENSE_OPTIMIZERS)[number],
    rate: number,
    firstStep: number,
    run: Run,
  ): MaybePromise<number> {
    const { data: x, rows, cols } = this.#x;
    const { layers, loss, lossScale, target = new Float32Array(0), klWeight = 0 } = this.#task;
    const { batch, l1, l2, clip, seed } = this.#settings;
    const losses = new Float64Array(1);
    const args = {
      ...{ x, rows, cols, layers, dropout: this.#dropout, target, lossScale, klWeight, order, noise, rate },
      ...{ from: 0, to: order.length, batch, loss: DENSE_LOSSES.indexOf(loss), l1, l2, clip, seed, firstStep },
      ...{ optimizer: DENSE_OPTIMIZERS.indexOf(optimizer), beta1: optimizer === "adam" ? BETA_1 : 0 },
      ...{ beta2: optimizer === "none" ? 0 : BETA_2[optimizer], epsilon: EPSILON, threads: run.threads },
      ...{ weights: this.#weights, moments1: this.#moments1, moments2: this.#moments2, powers: this.#powers, losses },
    };
    return chain(run.call("denseNetworkTrain", args), () => (losses[0] as number) / order.length);
  }

  weights(): Record<string, Float32Array> {
    return { weights: this.#weights.slice() };
  }

  setWeights({ weights }: Readonly<Record<string, Float32Array>>): void {
    this.#weights.set(weights as Float32Array);
  }

  snapshot(): Record<string, ModelArray> {
    return {
      weights: this.#weights.slice(),
      moments1: this.#moments1.slice(),
      moments2: this.#moments2.slice(),
      powers: this.#powers.slice(),
    };
  }

  restore(arrays: Readonly<Record<string, ModelArray>>): void {
    this.#weights.set(arrays.weights as Float32Array);
    this.#moments1.set(arrays.moments1 as Float32Array);
    this.#moments2.set(arrays.moments2 as Float32Array);
    this.#powers.set(arrays.powers as Float64Array);
  }
}
