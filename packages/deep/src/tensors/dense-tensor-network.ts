import {
  DENSE_LEAK,
  DENSE_LOG_VARIANCE,
  DENSE_MOST_INPUT,
  DENSE_NORMALIZED_EPSILON,
  DENSE_NORMALIZED_MOMENTUM,
  type DenseLayer,
  type DenseNormalization,
  denseNormalization,
  type Matrix,
  Random,
} from "@telltale/core";
import type { Scalar, Tensor, Tensor2D, Variable } from "@tensorflow/tfjs";
import type { TensorFlow } from "../backend/backend.js";
import { type DenseTask, droppedShares, layersOf } from "../dense/dense-trainee.js";
import type { TensorNetwork } from "./tensor-trainee.js";

/** Streams of the seed for noise, apart from those of the kernels. */
const NOISE_STREAM = 4_000_000;

/** A dense network in TensorFlow.js' own operations: what the kernels of dense networks compute, by other means. */
export class DenseTensorNetwork implements TensorNetwork {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly statistics: Readonly<Record<string, Variable>>;
  readonly penalised: readonly string[];
  readonly #tf: TensorFlow;
  readonly #task: DenseTask;
  readonly #layers: readonly DenseLayer[];
  readonly #dropout: Float32Array;
  readonly #seed: number;
  readonly #x: Tensor2D;

  /** @param weights  to begin with, as kernels have them */
  constructor(tf: TensorFlow, x: Matrix, task: DenseTask, weights: Float32Array, seed: number) {
    this.#tf = tf;
    this.#task = task;
    this.#seed = seed;
    this.#layers = layersOf(task.layers);
    this.#dropout = droppedShares(task);
    const bounded = (v: number) => Math.max(-DENSE_MOST_INPUT, Math.min(DENSE_MOST_INPUT, v));
    this.#x = tf.tensor2d(Float32Array.from(x.data, bounded), [x.rows, x.cols]);
    const variables: Record<string, Variable> = {};
    const statistics: Record<string, Variable> = {};
    this.#layers.forEach((layer, l) => {
      const { inputs, sums, kernelAt, biasAt, end } = layer;
      tf.tidy(() => {
        const kernel = tf.tensor2d(weights.slice(kernelAt, biasAt), [inputs, sums]);
        variables[`kernel${l}`] = tf.variable(kernel);
        if (layer.kind === "normalized") {
          const { shift, scale, mean, variance } = denseNormalization(layer, weights);
          variables[`shift${l}`] = tf.variable(tf.tensor1d(shift));
          variables[`scale${l}`] = tf.variable(tf.tensor1d(scale));
          statistics[`mean${l}`] = tf.variable(tf.tensor1d(mean), false);
          statistics[`variance${l}`] = tf.variable(tf.tensor1d(variance), false);
        } else if (end > biasAt) variables[`bias${l}`] = tf.variable(tf.tensor1d(weights.slice(biasAt, end)));
      });
    });
    this.variables = variables;
    this.statistics = statistics;
    this.penalised = Object.keys(variables).filter((name) => name.startsWith("kernel"));
  }

  loss(items: Int32Array, step: number | undefined): Scalar {
    const tf = this.#tf;
    const { lossScale, klWeight = 0, target, loss } = this.#task;
    const input = tf.gather(this.#x, tf.tensor1d(items, "int32")) as Tensor2D;
    let divergence: Scalar = tf.scalar(0);
    let values = input;
    this.#layers.forEach((layer, l) => {
      const sums = this.#sums(values, l);
      if (layer.kind === "sampled") {
        const [mean, raw] = tf.split(sums, 2, 1) as [Tensor2D, Tensor2D];
        const logVariance = tf.clipByValue(raw, -DENSE_LOG_VARIANCE, DENSE_LOG_VARIANCE);
        const terms = tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), 1), logVariance);
        divergence = tf.mul(tf.mean(tf.sum(terms, 1)), 0.5 * klWeight) as Scalar;
        values = mean;
        if (step !== undefined)
          values = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), this.#noise(mean, step)));
        return;
      }
      const given = layer.kind === "normalized" ? this.#normalized(sums, l, step !== undefined) : sums;
      values = this.#activated(given, layer);
      const rate = this.#dropout[l] as number;
      // Each step and layer has a seed of its own; a sum, since the generator behind it takes small whole numbers.
      if (step !== undefined && rate > 0) {
        values = tf.dropout(values, rate, undefined, this.#seed + 7919 * step + 104_729 * l) as Tensor2D;
      }
    });
    const wanted = target === undefined ? input : tf.tensor2d(target, [1, target.length]);
    return tf.add(this.#lost(values, wanted, loss, lossScale), divergence) as Scalar;
  }

  #sums(values: Tensor2D, l: number): Tensor2D {
    const tf = this.#tf;
    const product = tf.matMul(values, this.variables[`kernel${l}`] as unknown as Tensor2D);
    const bias = this.variables[`bias${l}`];
    return (bias === undefined ? product : tf.add(product, bias)) as Tensor2D;
  }

  /** Sums normalized by their batch, which the moving means and variances follow, or by these. */
  #normalized(sums: Tensor2D, l: number, learns: boolean): Tensor2D {
    const tf = this.#tf;
    const [shift, scale] = [this.variables[`shift${l}`], this.variables[`scale${l}`]] as [Variable, Variable];
    const [mean, variance] = [this.statistics[`mean${l}`], this.statistics[`variance${l}`]] as [Variable, Variable];
    const by: { readonly mean: Tensor; readonly variance: Tensor } = learns ? tf.moments(sums, 0) : { mean, variance };
    if (learns) {
      const follow = (moving: Variable, own: Tensor) =>
        moving.assign(moving.add(own.sub(moving).mul(1 - DENSE_NORMALIZED_MOMENTUM)));
      follow(mean, by.mean);
      follow(variance, by.variance);
    }
    const values = sums.sub(by.mean).mul(by.variance.add(DENSE_NORMALIZED_EPSILON).rsqrt());
    return values.mul(scale).add(shift) as Tensor2D;
  }

  #noise(mean: Tensor2D, step: number): Tensor2D {
    const random = new Random(this.#seed, NOISE_STREAM + step);
    return this.#tf.tensor2d(
      Float32Array.from({ length: mean.size }, () => random.normal()),
      mean.shape,
    );
  }

  #activated(sums: Tensor2D, { activation }: DenseLayer): Tensor2D {
    const tf = this.#tf;
    if (activation === "linear") return sums;
    if (activation === "leaky-relu") return tf.leakyRelu(sums, DENSE_LEAK);
    return tf[activation](sums);
  }

  #lost(outputs: Tensor2D, wanted: Tensor2D, loss: DenseTask["loss"], scale: number): Scalar {
    const tf = this.#tf;
    const rows = (each: Tensor2D) => tf.mul(tf.mean(tf.sum(each, 1)), scale) as Scalar;
    if (loss === "squared") return rows(tf.square(tf.sub(outputs, wanted)));
    if (loss === "absolute") return rows(tf.abs(tf.sub(outputs, wanted)));
    const [mean, raw] = tf.split(outputs, 2, 1) as [Tensor2D, Tensor2D];
    const logVariance = tf.clipByValue(raw, -DENSE_LOG_VARIANCE, DENSE_LOG_VARIANCE);
    const square = tf.mul(tf.square(tf.sub(mean, wanted)), tf.exp(tf.neg(logVariance)));
    return rows(tf.mul(tf.add(tf.add(logVariance, Math.log(2 * Math.PI)), square), 0.5));
  }

  /** The weights in the order in which kernels have them. */
  flatWeights(): Float32Array {
    const weights = new Float32Array(this.#layers.at(-1)?.end ?? 0);
    const numbers = (name: string) => (this.variables[name] ?? this.statistics[name])?.dataSync() as Float32Array;
    this.#layers.forEach((layer, l) => {
      weights.set(numbers(`kernel${l}`), layer.kernelAt);
      if (layer.kind === "normalized") {
        const parts = Object.entries(denseNormalization(layer, weights)) as [keyof DenseNormalization, Float32Array][];
        for (const [name, part] of parts) part.set(numbers(`${name}${l}`));
      } else if (layer.end > layer.biasAt) weights.set(numbers(`bias${l}`), layer.biasAt);
    });
    return weights;
  }

  /** Frees all its tensors. */
  dispose(): void {
    this.#x.dispose();
    for (const variable of Object.values({ ...this.variables, ...this.statistics })) variable.dispose();
  }
}
