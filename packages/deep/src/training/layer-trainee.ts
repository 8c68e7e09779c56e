import { chain, type MaybePromise, type ModelArray, type Run } from "@telltale/core";
import { type Compute, computeOf } from "../layers/compute.js";
import { valuesOf, type Weight } from "../layers/weight.js";
import type { TrainingSettings } from "./settings.js";
import type { Pass, Trainee } from "./train.js";

/** A network made of layers, as its training sees it. */
export interface LayerNetwork {
  readonly weights: readonly Weight[];
  /**
   * The mean loss of some items.
   *
   * @param step  number of the step that is made with it: the gradients of all weights are filled; undefined: they are not
   */
  loss(compute: Compute, items: Int32Array, step: number | undefined): number;
}

/** Keras' own numbers. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const RHO = 0.9;
const EPSILON = 1e-7;

/**
 * A network made of layers that learns: steps of Adam, descent or RMSprop as Keras makes them, with penalties and clipping. The
 * same seed gives the same bits on every path.
 */
export class LayerTrainee implements Trainee {
  readonly #network: LayerNetwork;
  readonly #settings: TrainingSettings;
  readonly #first: readonly Float32Array[];
  readonly #second: readonly Float32Array[];
  #powers = [1, 1];

  constructor(network: LayerNetwork, settings: TrainingSettings) {
    this.#network = network;
    this.#settings = settings;
    this.#first = network.weights.map(({ values }) => new Float32Array(values.length));
    this.#second = network.weights.map(({ values }) => new Float32Array(values.length));
  }

  epoch(order: Int32Array, { rate, firstStep }: Pass, run: Run): MaybePromise<number> {
    const { batch } = this.#settings;
    const compute = computeOf(run);
    let sum = 0;
    const work = run.parts(order.length, batch, (from, to) => {
      const items = order.subarray(from, to);
      sum += items.length * this.#network.loss(compute, items, firstStep + from / batch);
      this.#descend(rate);
    });
    return chain(work, () => sum / order.length);
  }

  loss(items: Int32Array, run: Run): MaybePromise<number> {
    const compute = computeOf(run);
    let sum = 0;
    const work = run.parts(items.length, this.#settings.batch, (from, to) => {
      const part = items.subarray(from, to);
      sum += part.length * this.#network.loss(compute, part, undefined);
    });
    return chain(work, () => sum / items.length);
  }

  #descend(rate: number): void {
    this.#penalise();
    const { clip, optimizer } = this.#settings;
    if (clip > 0) this.#shorten(clip);
    const [power1, power2] = [(this.#powers[0] as number) * BETA_1, (this.#powers[1] as number) * BETA_2];
    this.#powers = [power1, power2];
    const alpha = (rate * Math.sqrt(1 - power2)) / (1 - power1);
    this.#network.weights.forEach((weight, w) => {
      const [first, second] = [this.#first[w] as Float32Array, this.#second[w] as Float32Array];
      if (optimizer === "adam") adam(weight, first, second, alpha);
      else if (optimizer === "rmsprop") rmsprop(weight, second, rate);
      else descent(weight, rate);
    });
  }

  #penalise(): void {
    const { l1, l2 } = this.#settings;
    if (l1 === 0 && l2 === 0) return;
    for (const { penalised, values, gradient } of this.#network.weights) {
      if (!penalised) continue;
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        gradient[i] = (gradient[i] as number) + 2 * l2 * value + l1 * Math.sign(value);
      }
    }
  }

  #shorten(most: number): void {
    let squares = 0;
    for (const { gradient } of this.#network.weights) {
      for (let i = 0; i < gradient.length; i++) squares += (gradient[i] as number) ** 2;
    }
    const norm = Math.sqrt(squares);
    if (!(norm > most)) return;
    for (const { gradient } of this.#network.weights) {
      for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) * (most / norm);
    }
  }

  weights(): Record<string, Float32Array> {
    return valuesOf(this.#network.weights);
  }

  setWeights(weights: Readonly<Record<string, Float32Array>>): void {
    for (const { name, values } of this.#network.weights) values.set(weights[name] as Float32Array);
  }

  snapshot(): Record<string, ModelArray> {
    const arrays: Record<string, ModelArray> = { ...this.weights(), powers: Float64Array.from(this.#powers) };
    this.#network.weights.forEach(({ name }, w) => {
      arrays[`first.${name}`] = (this.#first[w] as Float32Array).slice();
      arrays[`second.${name}`] = (this.#second[w] as Float32Array).slice();
    });
    return arrays;
  }

  restore(arrays: Readonly<Record<string, ModelArray>>): void {
    this.setWeights(arrays as Readonly<Record<string, Float32Array>>);
    this.#network.weights.forEach(({ name }, w) => {
      (this.#first[w] as Float32Array).set(arrays[`first.${name}`] as Float32Array);
      (this.#second[w] as Float32Array).set(arrays[`second.${name}`] as Float32Array);
    });
    this.#powers = [...(arrays.powers as Float64Array)];
  }
}

function adam({ values, gradient }: Weight, first: Float32Array, second: Float32Array, alpha: number): void {
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i] as number;
    const m = (first[i] as number) + (g - (first[i] as number)) * (1 - BETA_1);
    const v = (second[i] as number) + (g * g - (second[i] as number)) * (1 - BETA_2);
    first[i] = m;
    second[i] = v;
    values[i] = (values[i] as number) - (alpha * m) / (Math.sqrt(v) + EPSILON);
  }
}

function rmsprop({ values, gradient }: Weight, second: Float32Array, rate: number): void {
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i] as number;
    const v = (second[i] as number) * RHO + g * g * (1 - RHO);
    second[i] = v;
    values[i] = (values[i] as number) - (rate * g) / Math.sqrt(v + EPSILON);
  }
}

function descent({ values, gradient }: Weight, rate: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) - rate * (gradient[i] as number);
}
