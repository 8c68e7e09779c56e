import { chain, type MaybePromise, type ModelArray, type Run } from "@telltale/core";
import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs";
import type { TensorFlow } from "../backend/backend.js";
import type { TrainingSettings } from "../training/settings.js";
import type { Pass, Trainee } from "../training/train.js";

/** A network on TensorFlow.js, as its training sees it. */
export interface TensorNetwork {
  /** What is learned, by names that model files keep. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** What is not learned but follows the batches that are learned from: {@link loss} with a step changes it. */
  readonly statistics?: Readonly<Record<string, Variable>>;
  /** Those that the penalties l1 and l2 are for: kernels, not biases. */
  readonly penalised: readonly string[];
  /**
   * The mean loss of some items, a tensor that gradients can be taken of. Called within `tf.tidy`.
   *
   * @param step  number of the step that is made with it, for noise and dropped units; undefined when nothing is learned from it
   */
  loss(items: Int32Array, step: number | undefined): Scalar;
}

/** Keras' own numbers. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const RHO = 0.9;
const EPSILON = 1e-7;

/**
 * A network on TensorFlow.js that learns: steps of Adam, descent or RMSprop as Keras makes them, with penalties and clipping.
 * Its moments are tensors: call {@link TensorTrainee.dispose} when the training is over.
 */
export class TensorTrainee implements Trainee {
  readonly #tf: TensorFlow;
  readonly #network: TensorNetwork;
  readonly #settings: TrainingSettings;
  readonly #names: readonly string[];
  /** What is learned, and what follows the batches. */
  readonly #kept: Readonly<Record<string, Variable>>;
  readonly #moments: Readonly<Record<"first" | "second", Record<string, Variable>>>;
  #powers = [1, 1];

  constructor(tf: TensorFlow, network: TensorNetwork, settings: TrainingSettings) {
    this.#tf = tf;
    this.#network = network;
    this.#settings = settings;
    this.#names = Object.keys(network.variables);
    this.#kept = { ...network.variables, ...network.statistics };
    const zeros = () =>
      Object.fromEntries(
        Object.entries(network.variables).map(([name, variable]) => [
          name,
          tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
        ]),
      );
    this.#moments = { first: zeros(), second: zeros() };
  }

  epoch(order: Int32Array, { rate, firstStep }: Pass, run: Run): MaybePromise<number> {
    const { batch } = this.#settings;
    let sum = 0;
    const work = run.parts(order.length, batch, (from, to) => {
      const items = order.subarray(from, to);
      sum += items.length * this.#step(items, rate, firstStep + from / batch);
    });
    return chain(work, () => sum / order.length);
  }

  loss(items: Int32Array, run: Run): MaybePromise<number> {
    const tf = this.#tf;
    let sum = 0;
    const work = run.parts(items.length, this.#settings.batch, (from, to) => {
      const part = items.subarray(from, to);
      sum += part.length * tf.tidy(() => numberOf(this.#network.loss(part, undefined)));
    });
    return chain(work, () => sum / items.length);
  }

  /** One step of descent; gives the loss before it. */
  #step(items: Int32Array, rate: number, step: number): number {
    const tf = this.#tf;
    const { variables } = this.#network;
    return tf.tidy(() => {
      const list = this.#names.map((name) => variables[name] as Variable);
      const { value, grads } = tf.variableGrads(() => this.#network.loss(items, step), list);
      let gradients = this.#names.map((name) => this.#penalised(name, gradientOf(grads, variables[name] as Variable)));
      if (this.#settings.clip > 0) gradients = this.#shortened(gradients);
      this.#powers = [(this.#powers[0] as number) * BETA_1, (this.#powers[1] as number) * BETA_2];
      this.#names.forEach((name, i) => {
        this.#descend(name, gradients[i] as Tensor, rate);
      });
      return numberOf(value);
    });
  }

  #penalised(name: string, gradient: Tensor): Tensor {
    const { l1, l2 } = this.#settings;
    if ((l1 === 0 && l2 === 0) || !this.#network.penalised.includes(name)) return gradient;
    const variable = this.#network.variables[name] as Variable;
    return gradient.add(variable.mul(2 * l2)).add(variable.sign().mul(l1));
  }

  #shortened(gradients: Tensor[]): Tensor[] {
    const tf = this.#tf;
    const squares = gradients.reduce((sum, g) => sum + numberOf(tf.sum(tf.square(g))), 0);
    const norm = Math.sqrt(squares);
    return norm > this.#settings.clip ? gradients.map((g) => g.mul(this.#settings.clip / norm)) : gradients;
  }

  #descend(name: string, gradient: Tensor, rate: number): void {
    const variable = this.#network.variables[name] as Variable;
    const first = this.#moments.first[name] as Variable;
    const second = this.#moments.second[name] as Variable;
    const { optimizer } = this.#settings;
    if (optimizer === "adam") {
      first.assign(first.add(gradient.sub(first).mul(1 - BETA_1)));
      second.assign(
        second.add(
          gradient
            .square()
            .sub(second)
            .mul(1 - BETA_2),
        ),
      );
      const alpha = (rate * Math.sqrt(1 - (this.#powers[1] as number))) / (1 - (this.#powers[0] as number));
      variable.assign(variable.sub(first.mul(alpha).div(second.sqrt().add(EPSILON))));
    } else if (optimizer === "sgd") {
      variable.assign(variable.sub(gradient.mul(rate)));
    } else {
      second.assign(second.mul(RHO).add(gradient.square().mul(1 - RHO)));
      variable.assign(variable.sub(gradient.mul(rate).div(second.add(EPSILON).sqrt())));
    }
  }

  weights(): Record<string, Float32Array> {
    return this.#read(this.#kept);
  }

  setWeights(weights: Readonly<Record<string, Float32Array>>): void {
    this.#write(this.#kept, weights, "");
  }

  snapshot(): Record<string, ModelArray> {
    const named = (kind: "first" | "second") =>
      Object.entries(this.#read(this.#moments[kind])).map(([name, values]) => [`${kind}.${name}`, values] as const);
    return {
      ...this.weights(),
      ...Object.fromEntries([...named("first"), ...named("second")]),
      powers: Float64Array.from(this.#powers),
    };
  }

  restore(arrays: Readonly<Record<string, ModelArray>>): void {
    const values = arrays as Readonly<Record<string, Float32Array>>;
    this.#write(this.#kept, values, "");
    this.#write(this.#moments.first, values, "first.");
    this.#write(this.#moments.second, values, "second.");
    this.#powers = [...(arrays.powers as Float64Array)];
  }

  /** Frees the moments; the network's variables are its owner's. */
  dispose(): void {
    for (const kind of ["first", "second"] as const) {
      for (const variable of Object.values(this.#moments[kind])) variable.dispose();
    }
  }

  #read(variables: Readonly<Record<string, Variable>>): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]),
    );
  }

  #write(
    variables: Readonly<Record<string, Variable>>,
    values: Readonly<Record<string, Float32Array>>,
    prefix: string,
  ): void {
    const tf = this.#tf;
    for (const [name, variable] of Object.entries(variables)) {
      tf.tidy(() => variable.assign(tf.tensor(values[prefix + name] as Float32Array, variable.shape, "float32")));
    }
  }
}

function gradientOf(grads: Readonly<Record<string, Tensor>>, variable: Variable): Tensor {
  const found = grads[variable.name];
  if (found === undefined) throw new RangeError(`the loss does not depend on the variable ${variable.name}`);
  return found;
}

/** The number that a scalar holds, now: on every backend here a tensor's data is in memory. */
function numberOf(value: Tensor): number {
  return value.dataSync()[0] as number;
}
